//! A session: message numbers, acknowledgements, containers.
