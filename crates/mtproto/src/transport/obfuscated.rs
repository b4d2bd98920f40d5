//! Obfuscation: a connection that looks like random bytes.
//!
//! The client begins with 64 bytes. The first 56 are random and are the key material; the last
//! eight are enciphered with it:
//!
//! ```text
//!  0..8   random, but none of the beginnings that mean another transport
//!  8..40  AES-256 key, client to server       the same 48 bytes in reverse order
//! 40..56  counter, client to server           key the other direction
//! 56..60  tag of the transport inside
//! 60..62  DC, for a proxy
//! 62..64  random
//! ```
//!
//! With a proxy secret each key is `SHA256(key | secret)`. The cipher runs on: its first 64 bytes
//! were spent on the header.
//!
//! `core.telegram.org/mtproto/mtproto-transports`, "Transport obfuscation".

use std::fmt;

use heliogram_crypto::{Random, ctr::Ctr};
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

use super::TransportKind;

/// The length of the obfuscated header in bytes.
pub const HEADER_LEN: usize = 64;

/// The 16 bytes that a proxy shares with its users.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxySecret(pub [u8; 16]);

/// The two ciphers of a connection and what the header said.
#[derive(Debug)]
pub(super) struct Obfuscation {
    pub(super) incoming: Ctr,
    pub(super) outgoing: Ctr,
    pub(super) dc: i16,
    pub(super) proxied: bool,
}

impl Obfuscation {
    /// The client's side: a new header and its ciphers.
    pub(super) fn initiate(
        tag: [u8; 4],
        dc: i16,
        secret: Option<&ProxySecret>,
        random: &mut dyn Random,
    ) -> ([u8; HEADER_LEN], Self) {
        let mut header = [0; HEADER_LEN];
        random.fill(&mut header);
        while is_taken(&header) {
            random.fill(&mut header);
        }
        header[56..60].copy_from_slice(&tag);
        header[60..62].copy_from_slice(&dc.to_le_bytes());
        let (mut outgoing, incoming) = ciphers(&header, secret);
        let mut enciphered = header;
        outgoing.apply(&mut enciphered);
        header[56..].copy_from_slice(&enciphered[56..]);
        let obfuscation = Self {
            incoming,
            outgoing,
            dc,
            proxied: secret.is_some(),
        };
        (header, obfuscation)
    }

    /// The server's side: none when the header was not made with this secret.
    pub(super) fn accept(
        header: &[u8; HEADER_LEN],
        secret: Option<&ProxySecret>,
    ) -> Option<(TransportKind, Self)> {
        let (mut incoming, outgoing) = ciphers(header, secret);
        let mut opened = *header;
        incoming.apply(&mut opened);
        let [.., a, b, c, d, e, f, _, _] = opened;
        let kind = TransportKind::of_tag([a, b, c, d])?;
        let obfuscation = Self {
            incoming,
            outgoing,
            dc: i16::from_le_bytes([e, f]),
            proxied: secret.is_some(),
        };
        Some((kind, obfuscation))
    }
}

impl Drop for ProxySecret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for ProxySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProxySecret(..)")
    }
}

/// From client to server, and back.
fn ciphers(header: &[u8; HEADER_LEN], secret: Option<&ProxySecret>) -> (Ctr, Ctr) {
    let mut material = [0; 48];
    material.copy_from_slice(&header[8..56]);
    let forth = cipher(&material, secret);
    material.reverse();
    (forth, cipher(&material, secret))
}

fn cipher(material: &[u8; 48], secret: Option<&ProxySecret>) -> Ctr {
    let (key, counter) = material.split_at(32);
    let mut aes_key = [0; 32];
    aes_key.copy_from_slice(key);
    if let Some(secret) = secret {
        aes_key = Sha256::new()
            .chain_update(key)
            .chain_update(secret.0)
            .finalize()
            .into();
    }
    let mut iv = [0; 16];
    iv.copy_from_slice(counter);
    Ctr::new(&aes_key, &iv)
}

/// Whether a server would take the header for another transport.
fn is_taken(header: &[u8; HEADER_LEN]) -> bool {
    const TAKEN: [&[u8]; 8] = [
        &[0xef],
        &[0xee; 4],
        &[0xdd; 4],
        b"POST",
        b"OPTI",
        b"GET ",
        b"HEAD",
        &[0x16, 0x03, 0x01],
    ];
    TAKEN.iter().any(|taken| header.starts_with(taken)) || header[4..8] == [0; 4]
}
