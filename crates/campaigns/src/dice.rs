//! Chance that can be repeated.

use heliogram_crypto::Random;

/// Random numbers from a seed (SplitMix64): good enough to choose by, no secret.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The same seed gives the same numbers.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Dice of their own for a part of a trial.
    #[must_use]
    pub fn split(&mut self) -> Self {
        Self(self.next())
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// Up to `max` bytes.
    pub fn bytes(&mut self, max: usize) -> Vec<u8> {
        let mut bytes = vec![0; self.below(max + 1)];
        self.fill(&mut bytes);
        bytes
    }

    /// Any number.
    pub fn long(&mut self) -> i64 {
        self.next().cast_signed()
    }

    /// The same bytes with something wrong in them: a bit flipped, a word replaced by an unlucky
    /// number, an end cut off, bytes put in, or a part repeated.
    pub fn mutate(&mut self, bytes: &mut Vec<u8>) {
        let at = self.below(bytes.len().max(1));
        match self.below(5) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << self.below(8),
            1 => {
                let unlucky = *self.pick(&UNLUCKY);
                let end = bytes.len().min(at + 4);
                let start = at.min(end);
                bytes[start..end].copy_from_slice(&unlucky.to_le_bytes()[..end - start]);
            }
            2 => bytes.truncate(at),
            3 => {
                let tail = bytes.split_off(at.min(bytes.len()));
                bytes.extend(self.bytes(24));
                bytes.extend(tail);
            }
            _ => {
                let part = bytes[at.min(bytes.len())..].to_vec();
                bytes.extend(part);
            }
        }
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl Random for Dice {
    fn fill(&mut self, out: &mut [u8]) {
        for chunk in out.chunks_mut(8) {
            let drawn = self.next().to_le_bytes();
            chunk.copy_from_slice(&drawn[..chunk.len()]);
        }
    }
}

/// Lengths and counts at the edges of what a reader may trust.
const UNLUCKY: [u32; 10] = [
    0,
    1,
    3,
    0xfe,
    0xff,
    0x00ff_fffe,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_fffc,
    u32::MAX,
];
