//! File references: what shows that somebody has seen a file lately.
//!
//! A reference is put into a photo or document when it is shown, never stored with it. It holds when that was, and a
//! proof made with the file's secret, so none has to be remembered:
//!
//! ```text
//! 01 | when, i64 | SHA-256(secret, id, when), first 16 bytes
//! ```
//!
//! It is good for [`REFERENCE_LIFE`] on the business clock. Who needs a fresh one asks for the message again, where
//! the context is. `core.telegram.org/api/file_reference`.

use bytes::Bytes;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::clock::DAY;
use crate::store::files::FileRow;

/// How long a reference is good for, in seconds of business time.
pub(crate) const REFERENCE_LIFE: i64 = DAY;

const VERSION: u8 = 1;
const PROOF: usize = 16;

/// Why a reference is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReferenceFault {
    Empty,
    Invalid,
    Expired,
}

/// A reference to a file that is shown now.
pub(crate) fn make(file: &FileRow, now: i64) -> Bytes {
    let mut reference = vec![VERSION];
    reference.extend(now.to_be_bytes());
    reference.extend(proof(file, now));
    reference.into()
}

/// Whether a reference to this file is good.
pub(crate) fn check(file: &FileRow, reference: &[u8], now: i64) -> Result<(), ReferenceFault> {
    if reference.is_empty() {
        return Err(ReferenceFault::Empty);
    }
    let parts = reference
        .strip_prefix(&[VERSION])
        .and_then(|rest| rest.split_first_chunk::<8>());
    let (shown, said) = parts.ok_or(ReferenceFault::Invalid)?;
    let shown = i64::from_be_bytes(*shown);
    if !bool::from(proof(file, shown).ct_eq(said)) {
        return Err(ReferenceFault::Invalid);
    }
    if now >= shown.saturating_add(REFERENCE_LIFE) {
        return Err(ReferenceFault::Expired);
    }
    Ok(())
}

fn proof(file: &FileRow, shown: i64) -> [u8; PROOF] {
    let digest = Sha256::new()
        .chain_update(file.secret)
        .chain_update(file.id.to_be_bytes())
        .chain_update(shown.to_be_bytes())
        .finalize();
    *digest.first_chunk().expect("a digest is longer")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(id: i64, secret: u8) -> FileRow {
        FileRow {
            id,
            is_photo: false,
            access_hash: 1,
            secret: [secret; 16],
            dc_id: 2,
            date: 0,
            body: Vec::new(),
        }
    }

    #[test]
    fn a_reference_is_good_for_a_day_and_for_its_file() {
        let (one, other, namesake) = (file(1, 7), file(2, 7), file(1, 8));
        let reference = make(&one, 1_000);
        assert_eq!(check(&one, &reference, 1_000), Ok(()));
        assert_eq!(check(&one, &reference, 1_000 + DAY - 1), Ok(()));
        let expired = check(&one, &reference, 1_000 + DAY);
        assert_eq!(expired, Err(ReferenceFault::Expired));
        for wrong in [other, namesake] {
            let invalid = check(&wrong, &reference, 1_000);
            assert_eq!(invalid, Err(ReferenceFault::Invalid));
        }
        assert_eq!(check(&one, &[], 1_000), Err(ReferenceFault::Empty));
    }

    #[test]
    fn a_reference_that_was_bent_is_invalid() {
        let file = file(1, 7);
        let reference = make(&file, 1_000);
        for at in 0..reference.len() {
            let mut bent = reference.to_vec();
            bent[at] ^= 1;
            assert_eq!(check(&file, &bent, 1_000), Err(ReferenceFault::Invalid));
        }
        for short in 1..reference.len() {
            let cut = check(&file, &reference[..short], 1_000);
            assert_eq!(cut, Err(ReferenceFault::Invalid));
        }
        let longer = [&reference[..], &[0]].concat();
        assert_eq!(check(&file, &longer, 1_000), Err(ReferenceFault::Invalid));
    }
}
