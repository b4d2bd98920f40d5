//! Writing, into a buffer that grows.

use super::{Combinator, Encode, EncodeError};

const VECTOR: u32 = 0x1cb5_c415;
const MAX_BYTE_STRING: usize = 0x00ff_ffff;

/// Where values are written to. A value that cannot be expressed is noted and reported by
/// [`Writer::finish`], so that no encoding function has to be fallible.
#[derive(Debug, Default)]
pub struct Writer {
    buffer: Vec<u8>,
    defect: Option<EncodeError>,
}

impl Writer {
    /// An empty writer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Continues a buffer.
    #[must_use]
    pub fn append_to(buffer: Vec<u8>) -> Self {
        Self {
            buffer,
            defect: None,
        }
    }

    /// The bytes written.
    ///
    /// # Errors
    /// The first value that could not be expressed.
    pub fn finish(self) -> Result<Vec<u8>, EncodeError> {
        match self.defect {
            None => Ok(self.buffer),
            Some(defect) => Err(defect),
        }
    }

    /// Bytes as they are, without a length.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// A 32-bit word: an id, a flag word, a count.
    #[inline(never)] // one call instead of 8,000 copies of the growth check
    pub fn word(&mut self, word: u32) {
        self.raw(&word.to_le_bytes());
    }

    /// A signed 32-bit number.
    #[inline(never)]
    pub fn int(&mut self, int: i32) {
        self.raw(&int.to_le_bytes());
    }

    /// Two words.
    #[inline(never)]
    pub fn long(&mut self, long: i64) {
        self.raw(&long.to_le_bytes());
    }

    /// A constructor id.
    pub fn id(&mut self, id: u32) {
        self.word(id);
    }

    /// A string or byte array with its prefix and padding.
    #[inline(never)]
    pub fn byte_string(&mut self, content: &[u8]) {
        let length = content.len();
        let prefix = if length < 254 {
            self.buffer.push(length as u8);
            1
        } else if length <= MAX_BYTE_STRING {
            self.word((length as u32) << 8 | 254);
            4
        } else {
            self.note(EncodeError::TooLong(length));
            return;
        };
        self.raw(content);
        let padding = (prefix + length).wrapping_neg() % 4;
        self.raw(&[0; 3][..padding]);
    }

    /// A string with its prefix and padding.
    pub fn string(&mut self, text: &str) {
        self.byte_string(text.as_bytes());
    }

    /// What stands before the elements of a vector.
    pub fn vector_start(&mut self, bare: bool, count: usize) {
        if !bare {
            self.id(VECTOR);
        }
        self.word(count as u32);
    }

    /// A boxed vector, `Vector<T>`.
    pub fn vector<T: Encode>(&mut self, elements: &[T]) {
        self.id(VECTOR);
        self.bare_vector(elements);
    }

    /// A bare vector of boxed elements, `vector<T>`.
    pub fn bare_vector<T: Encode>(&mut self, elements: &[T]) {
        self.word(elements.len() as u32);
        for element in elements {
            element.encode(self);
        }
    }

    /// A bare vector of bare elements, `vector<t>`.
    pub fn bare_vector_of_bare<T: Combinator>(&mut self, elements: &[T]) {
        self.word(elements.len() as u32);
        for element in elements {
            element.encode_bare(self);
        }
    }

    /// Notes that of `fields`, which share one bit, some are set and some are not.
    #[cold]
    pub fn incomplete(&mut self, constructor: &'static str, fields: &'static str) {
        self.note(EncodeError::Incomplete {
            constructor,
            fields,
        });
    }

    fn note(&mut self, defect: EncodeError) {
        self.defect.get_or_insert(defect);
    }
}
