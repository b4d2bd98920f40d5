//! AES-256-CTR as a stream: the cipher of the obfuscated transports.
//!
//! An obfuscated connection has one stream in each direction, keyed from the 64-byte header, and
//! every byte after the header goes through it in order. The counter is the 16-byte initialisation
//! vector read as one big-endian number, and the position inside a block carries over from call to
//! call: how the bytes were cut into reads and writes does not matter.
//!
//! `core.telegram.org/mtproto/mtproto-transports`, "Transport obfuscation". Deriving key and vector
//! from the header and the proxy secret is the transport's business, not this module's.

use std::fmt;

use cipher::{KeyIvInit, StreamCipher};

/// One direction of an obfuscated connection. Encrypting and decrypting are the same operation.
///
/// ```
/// use heliogram_crypto::ctr::Ctr;
///
/// let (mut ours, mut theirs) = (Ctr::new(&[1; 32], &[2; 16]), Ctr::new(&[1; 32], &[2; 16]));
/// let mut data = *b"heliogram";
/// ours.apply(&mut data[..4]);
/// ours.apply(&mut data[4..]);
/// theirs.apply(&mut data);
/// assert_eq!(&data, b"heliogram");
/// ```
pub struct Ctr(ctr::Ctr128BE<aes::Aes256>);

impl Ctr {
    /// A stream at its beginning.
    pub fn new(key: &[u8; 32], iv: &[u8; 16]) -> Self {
        Self(ctr::Ctr128BE::new(key.into(), iv.into()))
    }

    /// Enciphers or deciphers the next `data.len()` bytes of the stream, in place.
    pub fn apply(&mut self, data: &mut [u8]) {
        // The counter is 128 bits wide: 2^132 bytes do not pass through one connection.
        self.0.apply_keystream(data);
    }
}

impl fmt::Debug for Ctr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ctr(..)")
    }
}
