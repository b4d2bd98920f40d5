//! The little of DER and PEM that PKCS#1 keys need: a sequence of non-negative integers, and base64
//! between two marker lines. RFC 8017, appendix A.1; RFC 7468.

use base64::{Engine, prelude::BASE64_STANDARD};
use zeroize::Zeroizing;

/// Why a text or a byte string is not a key that can be used here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFormatError {
    /// The marker lines are missing or name something else.
    #[error("no `-----BEGIN {label}-----` block in the text; convert the key to PKCS#1 PEM")]
    NoPem {
        /// What the marker should name.
        label: &'static str,
    },
    /// What stands between the marker lines is not base64.
    #[error("the PEM block is not valid base64; copy the key again, whole")]
    Base64,
    /// Not the DER encoding of a PKCS#1 key.
    #[error("not a PKCS#1 RSA key in DER; the key was cut or is of another kind")]
    Der,
    /// The numbers do not make a key of the one size that MTProto uses.
    #[error("not a consistent 2048-bit RSA key; MTProto uses no other size")]
    NotRsa2048,
}

/// Reads the integers of one sequence.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Opens a sequence that spans all of `der`.
    pub(super) fn sequence(der: &'a [u8]) -> Result<Self, KeyFormatError> {
        let mut outer = Self(der);
        let content = outer.element(SEQUENCE)?;
        outer.end()?;
        Ok(Self(content))
    }

    /// The next integer, non-negative, without leading zeros (so zero is empty).
    pub(super) fn integer(&mut self) -> Result<&'a [u8], KeyFormatError> {
        match self.element(INTEGER)? {
            [0] => Ok(&[]),
            [0, rest @ ..] if rest[0] >= 0x80 => Ok(rest),
            content @ [1..=0x7f, ..] => Ok(content),
            _ => Err(KeyFormatError::Der),
        }
    }

    /// Fails if anything is left.
    pub(super) fn end(&self) -> Result<(), KeyFormatError> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(KeyFormatError::Der)
        }
    }

    fn element(&mut self, tag: u8) -> Result<&'a [u8], KeyFormatError> {
        let (len, rest) = match *self.0 {
            [t, len @ ..=0x7f, ref rest @ ..] if t == tag => (usize::from(len), rest),
            [t, 0x81, len @ 0x80..=0xff, ref rest @ ..] if t == tag => (usize::from(len), rest),
            [t, 0x82, a @ 1..=0xff, b, ref rest @ ..] if t == tag => {
                (usize::from(a) << 8 | usize::from(b), rest)
            }
            _ => return Err(KeyFormatError::Der),
        };
        let (content, rest) = rest.split_at_checked(len).ok_or(KeyFormatError::Der)?;
        self.0 = rest;
        Ok(content)
    }
}

/// Writes a sequence of non-negative big-endian integers.
pub(super) fn sequence(integers: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    // Room for the longest key there is, so that no half-written copy stays behind in freed memory.
    let mut content = Zeroizing::new(Vec::with_capacity(
        integers.iter().map(|integer| integer.len() + 5).sum(),
    ));
    for integer in integers {
        let digits = &integer[integer.iter().take_while(|byte| **byte == 0).count()..];
        let sign = usize::from(digits.first().is_none_or(|first| *first >= 0x80));
        head(&mut content, INTEGER, sign + digits.len());
        content.extend_from_slice(&[0][..sign]);
        content.extend_from_slice(digits);
    }
    let mut der = Zeroizing::new(Vec::with_capacity(content.len() + 4));
    head(&mut der, SEQUENCE, content.len());
    der.extend_from_slice(&content);
    der
}

fn head(out: &mut Vec<u8>, tag: u8, len: usize) {
    out.push(tag);
    match len {
        ..=0x7f => out.push(len as u8),
        0x80..=0xff => out.extend_from_slice(&[0x81, len as u8]),
        _ => out.extend_from_slice(&[0x82, (len >> 8) as u8, len as u8]),
    }
}

/// The DER between the marker lines of `label`; text around them is ignored.
pub(super) fn from_pem(
    pem: &str,
    label: &'static str,
) -> Result<Zeroizing<Vec<u8>>, KeyFormatError> {
    let (begin, end) = (
        format!("-----BEGIN {label}-----"),
        format!("-----END {label}-----"),
    );
    let body = pem
        .split_once(&begin)
        .and_then(|(_, rest)| rest.split_once(&end))
        .ok_or(KeyFormatError::NoPem { label })?
        .0;
    let mut digits = Zeroizing::new(String::with_capacity(body.len()));
    digits.extend(body.chars().filter(|c| !c.is_ascii_whitespace()));
    BASE64_STANDARD
        .decode(digits.as_bytes())
        .map(Zeroizing::new)
        .map_err(|_| KeyFormatError::Base64)
}

/// Marker lines around base64 in lines of 64 characters.
pub(super) fn to_pem(der: &[u8], label: &str) -> String {
    let base64 = Zeroizing::new(BASE64_STANDARD.encode(der));
    let mut pem = String::with_capacity(base64.len() * 65 / 64 + 2 * label.len() + 40);
    pem.push_str(&format!("-----BEGIN {label}-----\n"));
    for line in base64.as_bytes().chunks(64) {
        pem.push_str(str::from_utf8(line).expect("base64 is ASCII"));
        pem.push('\n');
    }
    pem.push_str(&format!("-----END {label}-----\n"));
    pem
}

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
