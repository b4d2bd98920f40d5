//! Making an authorization key.
