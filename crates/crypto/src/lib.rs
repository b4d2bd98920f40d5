//! The cryptography of MTProto, as plain functions over bytes.
//!
//! Nothing here opens a socket, reads a clock or draws randomness: random bytes come in through
//! [`Random`], so that a test can fix every nonce and a sample exchange can be replayed byte for byte.
//!
//! Reading order for someone who has the protocol pages at hand:
//!
//! | step | module | page |
//! |---|---|---|
//! | factor `pq` | [`factor`] | `mtproto/auth_key`, "Presenting proof of work" |
//! | encrypt the inner data to the server's key | [`rsa`] | `mtproto/auth_key`, 4.1 "RSA_PAD" |
//! | open the answer, check and compute the key | [`exchange`], [`dh`] | `mtproto/auth_key`, 6-9; `mtproto/security_guidelines` |
//! | the key itself | [`auth_key`] | `mtproto/description`, "Authorization Key" |
//! | messages | [`msg_key`], [`ige`] | `mtproto/description`, "Message Key (msg_key)" |
//! | obfuscated transport | [`ctr`] | `mtproto/mtproto-transports`, "Transport obfuscation" |
//! | two-step verification | [`srp`] | `api/srp` |
//!
//! Secrets are wiped when dropped and their `Debug` shows nothing. Comparisons with a secret on one
//! side, and exponentiations with a secret exponent, take the same time whatever the secret is.

pub mod auth_key;
pub mod ctr;
pub mod dh;
pub mod exchange;
pub mod factor;
pub mod ige;
pub mod msg_key;
pub mod rsa;
pub mod srp;

mod hash;
mod random;

pub use random::Random;
