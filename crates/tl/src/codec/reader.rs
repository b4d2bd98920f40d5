//! Reading, from a slice that is never trusted.

use bytes::Bytes;

use super::{Combinator, Decode, Fault, Malformed};

/// A `bytes` field below this size is copied: a cached 20-byte file reference must not keep a
/// megabyte alive.
const SHARE_FROM: usize = 4096;

const VECTOR: u32 = 0x1cb5_c415;

/// `?` without the conversion of the error: half the code, 8,000 times.
macro_rules! tri {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(malformed) => return Err(malformed),
        }
    };
}

pub(crate) use tri;

/// A cursor over TL bytes. It never reads past the end and never allocates more than the
/// bytes it was given could hold.
#[derive(Debug)]
pub struct Reader<'a> {
    data: &'a [u8],
    shared: Option<&'a Bytes>,
    position: usize,
    depth: u32,
}

impl<'a> Reader<'a> {
    /// How deep objects may be nested. The deepest values seen in practice (rich text inside page
    /// blocks) stay below twenty.
    pub const MAX_DEPTH: u32 = 64;

    /// Reads a borrowed slice; every `bytes` field is a copy.
    #[must_use]
    pub fn new(data: &'a [u8]) -> Self {
        Self {
            data,
            shared: None,
            position: 0,
            depth: 0,
        }
    }

    /// Reads shared bytes; long `bytes` fields are slices of them.
    #[must_use]
    pub fn of_shared(shared: &'a Bytes) -> Self {
        Self {
            shared: Some(shared),
            ..Self::new(shared)
        }
    }

    /// Bytes read so far.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    /// What has not been read.
    #[must_use]
    pub fn remaining(&self) -> &'a [u8] {
        &self.data[self.position..]
    }

    /// A fault at the current position.
    #[must_use]
    pub fn fault(&self, fault: Fault) -> Malformed {
        Malformed::new(self.position, fault)
    }

    /// The next `count` bytes.
    ///
    /// # Errors
    /// When fewer are left.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        match self.remaining().get(..count) {
            Some(bytes) => {
                self.position += count;
                Ok(bytes)
            }
            None => Err(self.fault(Fault::Truncated {
                missing: count - self.remaining().len(),
            })),
        }
    }

    /// The next `N` bytes as an array.
    ///
    /// # Errors
    /// When fewer are left.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        match self.remaining().first_chunk::<N>() {
            Some(array) => {
                self.position += N;
                Ok(*array)
            }
            None => Err(self.fault(Fault::Truncated {
                missing: N - self.remaining().len(),
            })),
        }
    }

    /// An unsigned 32-bit word: an id, a flag word, a count.
    ///
    /// # Errors
    /// When fewer than four bytes are left.
    #[inline(never)] // one call instead of 8,000 copies of the check
    pub fn word(&mut self) -> Result<u32, Malformed> {
        self.array().map(u32::from_le_bytes)
    }

    /// A signed 32-bit number.
    ///
    /// # Errors
    /// When fewer than four bytes are left.
    #[inline(never)]
    pub fn int(&mut self) -> Result<i32, Malformed> {
        self.array().map(i32::from_le_bytes)
    }

    /// Two words.
    ///
    /// # Errors
    /// When fewer than eight bytes are left.
    #[inline(never)]
    pub fn long(&mut self) -> Result<i64, Malformed> {
        self.array().map(i64::from_le_bytes)
    }

    /// The next word without moving, when there is one.
    #[must_use]
    pub fn peek_word(&self) -> Option<u32> {
        self.remaining()
            .first_chunk()
            .map(|word| u32::from_le_bytes(*word))
    }

    /// Reads the id that must stand here.
    ///
    /// # Errors
    /// When another stands there; the offset is that of the id.
    #[inline(never)]
    pub fn expect(&mut self, id: u32) -> Result<(), Malformed> {
        let start = self.position;
        let found = self.word()?;
        if found == id {
            Ok(())
        } else {
            Err(Malformed::new(start, Fault::UnexpectedId(found)))
        }
    }

    /// The fault of an id that was just read and that no variant has.
    #[cold]
    #[must_use]
    pub fn unexpected(&self, id: u32) -> Malformed {
        Malformed::new(self.position - 4, Fault::UnexpectedId(id))
    }

    /// Reads any value.
    ///
    /// # Errors
    /// Those of its [`Decode`].
    pub fn read<T: Decode>(&mut self) -> Result<T, Malformed> {
        T::decode(self)
    }

    /// Reads a value when its bit is set.
    ///
    /// # Errors
    /// Those of its [`Decode`].
    pub fn optional<T: Decode>(&mut self, flags: u32, bit: u32) -> Result<Option<T>, Malformed> {
        if flags & (1 << bit) == 0 {
            Ok(None)
        } else {
            Ok(Some(tri!(T::decode(self))))
        }
    }

    /// Reads a value into a box when its bit is set.
    ///
    /// # Errors
    /// Those of its [`Decode`].
    pub fn optional_boxed<T: Decode>(
        &mut self,
        flags: u32,
        bit: u32,
    ) -> Result<Option<Box<T>>, Malformed> {
        if flags & (1 << bit) == 0 {
            Ok(None)
        } else {
            Ok(Some(Box::new(tri!(T::decode(self)))))
        }
    }

    /// Reads the fields of a constructor whose id has been read, into a box.
    ///
    /// Not inlined: an enum's decoder would otherwise hold a stack slot for each variant.
    ///
    /// # Errors
    /// Those of the constructor's fields.
    #[inline(never)]
    pub fn boxed<T: Combinator>(&mut self) -> Result<Box<T>, Malformed> {
        Ok(Box::new(tri!(T::decode_bare(self))))
    }

    /// Enters a nested object.
    ///
    /// # Errors
    /// When [`Reader::MAX_DEPTH`] is passed.
    pub fn descend(&mut self) -> Result<(), Malformed> {
        self.depth += 1;
        if self.depth > Self::MAX_DEPTH {
            return Err(self.fault(Fault::TooDeep));
        }
        Ok(())
    }

    /// Leaves a nested object.
    pub fn ascend(&mut self) {
        self.depth -= 1;
    }

    /// A string or byte array: its content, without prefix and padding.
    ///
    /// # Errors
    /// When the input ends inside it.
    #[inline(never)]
    pub fn byte_string(&mut self) -> Result<&'a [u8], Malformed> {
        let start = self.position;
        let first = self.take(1)?[0];
        let (prefix, length) = if first < 254 {
            (1, usize::from(first))
        } else {
            let [a, b, c] = self.array()?;
            (4, u32::from_le_bytes([a, b, c, 0]) as usize)
        };
        let content = self.take(length)?;
        let padding = (prefix + length).wrapping_neg() % 4;
        self.take(padding)
            .map_err(|malformed| Malformed::new(start, malformed.fault()))?;
        Ok(content)
    }

    /// A string.
    ///
    /// # Errors
    /// When the input ends inside it, or it is not UTF-8.
    #[inline(never)]
    pub fn string(&mut self) -> Result<String, Malformed> {
        let start = self.position;
        let content = self.byte_string()?;
        match std::str::from_utf8(content) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(Malformed::new(start, Fault::NotUtf8)),
        }
    }

    /// A byte array as [`Bytes`]: a slice of the input when it is long and the input is shared.
    ///
    /// # Errors
    /// When the input ends inside it.
    pub fn bytes(&mut self) -> Result<Bytes, Malformed> {
        let content = self.byte_string()?;
        Ok(self.share(content))
    }

    /// The next `count` bytes as [`Bytes`].
    ///
    /// # Errors
    /// When fewer are left.
    pub fn take_shared(&mut self, count: usize) -> Result<Bytes, Malformed> {
        let content = self.take(count)?;
        Ok(self.share(content))
    }

    /// A boxed vector, `Vector<T>`.
    ///
    /// # Errors
    /// When the id or the count cannot be, or an element is malformed.
    pub fn vector<T: Decode>(&mut self) -> Result<Vec<T>, Malformed> {
        tri!(self.expect(VECTOR));
        self.elements(T::MIN_BYTES, T::decode)
    }

    /// A bare vector of boxed elements, `vector<T>`.
    ///
    /// # Errors
    /// When the count cannot be, or an element is malformed.
    pub fn bare_vector<T: Decode>(&mut self) -> Result<Vec<T>, Malformed> {
        self.elements(T::MIN_BYTES, T::decode)
    }

    /// A bare vector of bare elements, `vector<t>`.
    ///
    /// # Errors
    /// When the count cannot be, or an element is malformed.
    pub fn bare_vector_of_bare<T: Combinator>(&mut self) -> Result<Vec<T>, Malformed> {
        self.elements(4, T::decode_bare)
    }

    /// Reads the id and count of a boxed vector and checks that the input could hold
    /// `count` elements of `min_bytes` each.
    ///
    /// # Errors
    /// When the id is another or the count cannot be.
    pub fn vector_count(&mut self, bare: bool, min_bytes: usize) -> Result<u32, Malformed> {
        if !bare {
            self.expect(VECTOR)?;
        }
        let count = self.word()?;
        let remaining = self.remaining().len();
        if (count as usize).saturating_mul(min_bytes) > remaining {
            let fault = Fault::CountTooLarge { count, remaining };
            return Err(Malformed::new(self.position - 4, fault));
        }
        Ok(count)
    }

    /// Fails when something is left.
    ///
    /// # Errors
    /// With the number of bytes left.
    pub fn end(&self) -> Result<(), Malformed> {
        match self.remaining().len() {
            0 => Ok(()),
            left => Err(self.fault(Fault::Trailing(left))),
        }
    }

    fn share(&self, content: &'a [u8]) -> Bytes {
        match self.shared {
            Some(shared) if content.len() >= SHARE_FROM => shared.slice_ref(content),
            _ => Bytes::copy_from_slice(content),
        }
    }

    fn elements<T>(
        &mut self,
        min_bytes: usize,
        decode: fn(&mut Self) -> Result<T, Malformed>,
    ) -> Result<Vec<T>, Malformed> {
        let count = tri!(self.vector_count(true, min_bytes)) as usize;
        tri!(self.descend());
        // An element in memory can be larger than on the wire: reserve no more than the
        // input's own size, and let the rest grow as elements really arrive.
        let fits = self.remaining().len() / size_of::<T>().max(1);
        let mut elements = Vec::with_capacity(count.min(fits));
        for _ in 0..count {
            elements.push(tri!(decode(self)));
        }
        self.ascend();
        Ok(elements)
    }
}
