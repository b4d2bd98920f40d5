//! AES-256 in Infinite Garble Extension mode, the cipher of MTProto messages.
//!
//! With plaintext blocks p1, p2, … and ciphertext blocks c1, c2, …, each block of 16 bytes:
//!
//! ```text
//! c[i] = E(p[i] ^ c[i-1]) ^ p[i-1]        iv = c[0] (16 bytes) | p[0] (16 bytes)
//! p[i] = D(c[i] ^ p[i-1]) ^ c[i-1]
//! ```
//!
//! Both directions are serial inside one message: a block needs the result of the one before. Several
//! messages are independent of each other, though, and the functions ending in `_many` take them
//! together and advance up to four at a time, so that the latency of AES in one message is filled
//! with the work of the others.
//!
//! IGE says nothing about integrity; that is what `msg_key` is for ([`crate::msg_key`]).
//! `core.telegram.org/mtproto/description`, "AES-IGE" in the glossary of the page.

use std::fmt;

use aes::{Aes256Dec, Aes256Enc};
use cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use zeroize::Zeroize;

/// The cipher's block, and so the unit of every length here, in bytes.
pub const BLOCK: usize = 16;

/// Key and initialisation vector of one message.
///
/// The first half of `iv` stands for the ciphertext block before the first, the second half for the
/// plaintext block before the first. Wiped when dropped; `Debug` shows nothing.
#[derive(Clone)]
pub struct IgeKey {
    /// The AES-256 key.
    pub key: [u8; 32],
    /// The initialisation vector, two blocks.
    pub iv: [u8; 32],
}

/// One message of a batch: its key, and its bytes, which are replaced in place.
#[derive(Debug)]
pub struct Job<'a> {
    /// Key and initialisation vector of this message.
    pub key: &'a IgeKey,
    /// The message, a whole number of blocks.
    pub data: &'a mut [u8],
}

/// A message is not a whole number of 16-byte blocks, so it is not the output of this cipher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{len} bytes are not a whole number of 16-byte AES blocks; the message was cut or padded wrongly"
)]
pub struct NotWholeBlocks {
    /// The length that was given, in bytes.
    pub len: usize,
}

/// Encrypts `data` in place. An empty message stays empty.
///
/// ```
/// use heliogram_crypto::ige::{self, IgeKey};
///
/// let key = IgeKey { key: [1; 32], iv: [2; 32] };
/// let mut data = *b"two blocks of sixteen bytes each";
/// ige::encrypt(&key, &mut data)?;
/// ige::decrypt(&key, &mut data)?;
/// assert_eq!(&data, b"two blocks of sixteen bytes each");
/// # Ok::<(), ige::NotWholeBlocks>(())
/// ```
pub fn encrypt(key: &IgeKey, data: &mut [u8]) -> Result<(), NotWholeBlocks> {
    encrypt_many(&mut [Job { key, data }])
}

/// Decrypts `data` in place. An empty message stays empty.
pub fn decrypt(key: &IgeKey, data: &mut [u8]) -> Result<(), NotWholeBlocks> {
    decrypt_many(&mut [Job { key, data }])
}

/// Encrypts independent messages in place, each under its own key.
///
/// Lengths are checked first: on an error no message was touched.
pub fn encrypt_many(jobs: &mut [Job<'_>]) -> Result<(), NotWholeBlocks> {
    run::<Aes256Enc>(jobs)
}

/// Decrypts independent messages in place, each under its own key.
///
/// Lengths are checked first: on an error no message was touched.
pub fn decrypt_many(jobs: &mut [Job<'_>]) -> Result<(), NotWholeBlocks> {
    run::<Aes256Dec>(jobs)
}

impl Drop for IgeKey {
    fn drop(&mut self) {
        self.key.zeroize();
        self.iv.zeroize();
    }
}

impl fmt::Debug for IgeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IgeKey(..)")
    }
}

/// A keyed direction. With `x` the block that comes in and `y` the one that leaves, both directions
/// are `y[i] = C(x[i] ^ y[i-1]) ^ x[i-1]`; they differ in the cipher and in which half of the
/// vector stands for `x[0]` and which for `y[0]`.
trait Side: Sized {
    fn keyed(key: &[u8; 32]) -> Self;
    /// `(x[0], y[0])` from the first and second half of the vector.
    fn start(c0: u128, p0: u128) -> (u128, u128);
    fn apply(&self, block: &mut [u8; BLOCK]);
}

impl Side for Aes256Enc {
    fn keyed(key: &[u8; 32]) -> Self {
        Self::new(key.into())
    }
    fn start(c0: u128, p0: u128) -> (u128, u128) {
        (p0, c0)
    }
    fn apply(&self, block: &mut [u8; BLOCK]) {
        self.encrypt_block(block.into());
    }
}

impl Side for Aes256Dec {
    fn keyed(key: &[u8; 32]) -> Self {
        Self::new(key.into())
    }
    fn start(c0: u128, p0: u128) -> (u128, u128) {
        (c0, p0)
    }
    fn apply(&self, block: &mut [u8; BLOCK]) {
        self.decrypt_block(block.into());
    }
}

/// One message under way.
struct Lane<'a, S> {
    side: S,
    blocks: std::slice::IterMut<'a, [u8; BLOCK]>,
    x: u128,
    y: u128,
}

fn run<S: Side>(jobs: &mut [Job<'_>]) -> Result<(), NotWholeBlocks> {
    if let Some(job) = jobs.iter().find(|job| job.data.len() % BLOCK != 0) {
        return Err(NotWholeBlocks {
            len: job.data.len(),
        });
    }
    for jobs in jobs.chunks_mut(1) {
        for job in jobs {
            let mut lane = Lane::<S>::new(job);
            while lane.step() {}
        }
    }
    Ok(())
}

impl<'a, S: Side> Lane<'a, S> {
    fn new(job: &'a mut Job<'_>) -> Self {
        let half = |range: std::ops::Range<usize>| {
            u128::from_ne_bytes(
                job.key.iv[range]
                    .try_into()
                    .expect("half of 32 bytes is 16"),
            )
        };
        let (x, y) = S::start(half(0..BLOCK), half(BLOCK..2 * BLOCK));
        let side = S::keyed(&job.key.key);
        let (blocks, _) = job.data.as_chunks_mut();
        Self {
            side,
            blocks: blocks.iter_mut(),
            x,
            y,
        }
    }

    /// Does one block; false when none is left.
    #[inline(always)]
    fn step(&mut self) -> bool {
        let Some(block) = self.blocks.next() else {
            return false;
        };
        let x = u128::from_ne_bytes(*block);
        *block = (x ^ self.y).to_ne_bytes();
        self.side.apply(block);
        self.y = u128::from_ne_bytes(*block) ^ self.x;
        self.x = x;
        *block = self.y.to_ne_bytes();
        true
    }
}
