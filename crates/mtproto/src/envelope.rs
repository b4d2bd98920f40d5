//! Encrypted messages, sealed and opened in batches.
