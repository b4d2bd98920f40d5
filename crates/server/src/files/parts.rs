//! The parts of an upload: which may come, and when they make a file.
//!
//! Parts come in any order, over several connections, and some twice. All have the same size but the last, which may
//! be smaller; the size is a multiple of 1 KiB that 512 KiB is a multiple of. Which part is the last one is known from
//! `file_total_parts`, when the client says it, and otherwise not before the file is used: so what is held is
//! that every part below the highest has one size, and that the highest is not larger.
//!
//! `core.telegram.org/api/files`, "Uploading files".

use std::collections::BTreeMap;

/// The most that a part holds.
pub(crate) const MAX_PART: usize = 512 << 10;
/// The most parts that a file has: `upload_max_fileparts_default`.
pub(crate) const MAX_PARTS: i32 = 4_000;
/// What the size of a part is a multiple of.
const GRAIN: usize = 1 << 10;

/// The lengths of the parts that are there, by their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts(BTreeMap<u32, u32>);

/// Why a part, or what the parts make, is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PartFault {
    /// `FILE_PART_EMPTY`
    Empty,
    /// `FILE_PART_TOO_BIG`
    TooBig,
    /// `FILE_PART_INVALID`: no such number.
    Number,
    /// `FILE_PARTS_INVALID`: a file of so many parts does not exist.
    Count,
    /// `FILE_PART_SIZE_INVALID`
    Size,
    /// `FILE_PART_SIZE_CHANGED`
    SizeChanged,
    /// `FILE_PART_X_MISSING`
    Missing(u32),
}

/// The number of a part, if it can be one of so many; `total` is -1 or none when the client does not know it yet.
pub(crate) fn number(part: i32, total: Option<i32>, length: usize) -> Result<u32, PartFault> {
    if let Some(total) = total
        && total != -1
        && !(1..=MAX_PARTS).contains(&total)
    {
        return Err(PartFault::Count);
    }
    let known = total.filter(|total| *total != -1);
    if !(0..known.unwrap_or(MAX_PARTS)).contains(&part) {
        return Err(PartFault::Number);
    }
    if length == 0 {
        return Err(PartFault::Empty);
    }
    if length > MAX_PART {
        return Err(PartFault::TooBig);
    }
    let is_last = known.is_some_and(|total| part == total - 1);
    if known.is_some() && !is_last && !is_size(length) {
        return Err(PartFault::Size);
    }
    Ok(part.cast_unsigned())
}

impl Parts {
    /// Whether a part goes with those that are there.
    pub(crate) fn admit(&self, number: u32, length: u32) -> Result<(), PartFault> {
        let mut others = self.0.iter().filter(|(other, _)| **other != number);
        let Some((highest, highest_length)) = others.next_back() else {
            return Ok(());
        };
        let common = others.next().map(|(_, length)| *length);
        let (lower, last) = if number > *highest {
            (*highest_length, length)
        } else {
            (length, *highest_length)
        };
        if !is_size(lower as usize) {
            return Err(PartFault::Size);
        }
        if common.is_some_and(|common| common != lower) || last > lower {
            return Err(PartFault::SizeChanged);
        }
        Ok(())
    }

    pub(crate) fn insert(&mut self, number: u32, length: u32) {
        self.0.insert(number, length);
    }

    /// Whether these are all parts of a file of so many.
    pub(crate) fn complete(&self, count: i32) -> Result<(), PartFault> {
        if !(1..=MAX_PARTS).contains(&count) {
            return Err(PartFault::Count);
        }
        let count = count.cast_unsigned();
        let missing = (0..count).find(|number| !self.0.contains_key(number));
        if let Some(missing) = missing {
            return Err(PartFault::Missing(missing));
        }
        if self.0.len() > count as usize {
            return Err(PartFault::Count);
        }
        // Two that came at the same moment may both have been admitted.
        let mut lengths = self.0.values().rev();
        let last = lengths.next().copied().unwrap_or_default();
        let size = self.size();
        if lengths.any(|length| *length != size) || last > size {
            return Err(PartFault::SizeChanged);
        }
        Ok(())
    }

    /// The size of all parts but the last.
    pub(crate) fn size(&self) -> u32 {
        self.0.values().next().copied().unwrap_or_default()
    }

    pub(crate) fn count(&self) -> u32 {
        self.0.len() as u32
    }

    /// Numbers and lengths, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, u32)> {
        self.0.iter().map(|(number, length)| (*number, *length))
    }

    /// The bytes in all of them.
    pub(crate) fn total(&self) -> u64 {
        self.0.values().map(|length| u64::from(*length)).sum()
    }
}

/// Whether the parts of a file can have this size.
fn is_size(length: usize) -> bool {
    length > 0 && length.is_multiple_of(GRAIN) && MAX_PART.is_multiple_of(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIB: u32 = 1 << 10;

    fn parts(lengths: &[(u32, u32)]) -> Parts {
        let mut parts = Parts::default();
        for (number, length) in lengths {
            parts.admit(*number, *length).unwrap();
            parts.insert(*number, *length);
        }
        parts
    }

    #[test]
    fn sizes_are_those_of_the_page() {
        let sizes: Vec<_> = (1..=600).filter(|kib| is_size(kib << 10)).collect();
        assert_eq!(sizes, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]);
        assert!(!is_size(1_000) && !is_size(0));
    }

    #[test]
    fn parts_come_in_any_order_and_the_last_is_smaller() {
        let forwards = parts(&[(0, 64 * KIB), (1, 64 * KIB), (2, 100)]);
        let backwards = parts(&[(2, 100), (1, 64 * KIB), (0, 64 * KIB)]);
        assert_eq!(forwards, backwards);
        assert_eq!(forwards.complete(3), Ok(()));
        assert_eq!(forwards.total(), u64::from(128 * KIB) + 100);
        assert_eq!(forwards.complete(4), Err(PartFault::Missing(3)));
        assert_eq!(forwards.complete(2), Err(PartFault::Count));
        assert_eq!(forwards.complete(0), Err(PartFault::Count));
    }

    #[test]
    fn a_part_of_another_size_is_refused_wherever_it_comes() {
        let some = parts(&[(3, 64 * KIB), (4, 64 * KIB), (7, 1_000)]);
        let refused = |number, length| some.admit(number, length).unwrap_err();
        assert_eq!(refused(0, 32 * KIB), PartFault::SizeChanged);
        assert_eq!(refused(0, 128 * KIB), PartFault::SizeChanged);
        assert_eq!(refused(0, 1_000), PartFault::Size);
        // The 1,000 bytes of part 7 can only be the end.
        assert_eq!(refused(8, 1_000), PartFault::Size);
        assert_eq!(some.admit(7, 64 * KIB), Ok(()));
        assert_eq!(refused(7, 65 * KIB), PartFault::SizeChanged);
        assert_eq!(some.admit(3, 64 * KIB), Ok(()), "a repetition");
        let one = parts(&[(5, 64 * KIB)]);
        assert_eq!(one.admit(5, 128 * KIB), Ok(()));
        assert_eq!(one.admit(4, 128 * KIB), Ok(()));
        assert_eq!(one.admit(4, 32 * KIB), Err(PartFault::SizeChanged));
    }

    #[test]
    fn numbers_and_totals_have_bounds() {
        assert_eq!(number(0, None, 1), Ok(0));
        assert_eq!(number(3_999, None, 1), Ok(3_999));
        assert_eq!(number(4_000, None, 1), Err(PartFault::Number));
        assert_eq!(number(-1, None, 1), Err(PartFault::Number));
        assert_eq!(number(0, None, 0), Err(PartFault::Empty));
        assert_eq!(number(0, None, MAX_PART + 1), Err(PartFault::TooBig));
        for total in [0, -2, 4_001] {
            assert_eq!(number(0, Some(total), 1), Err(PartFault::Count));
        }
        assert_eq!(number(5, Some(-1), 1_000), Ok(5));
        assert_eq!(number(5, Some(5), 1_024), Err(PartFault::Number));
        assert_eq!(number(4, Some(5), 1_000), Ok(4));
        assert_eq!(number(3, Some(5), 1_000), Err(PartFault::Size));
    }
}
