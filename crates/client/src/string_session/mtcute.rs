//! mtcute's session string, version 3.
//!
//! ```text
//! 3 u8 | flags i32 | dc bytes | [user_id i64 | bot Bool] | key bytes     url-safe base64, no padding
//!
//! dc:  2 u8 | id u8 | flags u8 | address string | port i32
//! ```
//!
//! The parts are TL: little-endian numbers, byte strings with their prefix and padding. Bit 0 of the
//! flags says that somebody is logged in, bit 2 that a second data centre, for media, follows the first; we leave that
//! one out, and mtcute then uses the first for both. Of a data centre's flags, 1 is IPv6, 2 media only, 4 test server.

use std::net::IpAddr;
use std::str::FromStr;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use heliogram_crypto::auth_key::{AUTH_KEY_LEN, AuthKey};
use heliogram_tl::{Encode, Reader, Writer};
use zeroize::Zeroizing;

use super::{SessionDetails, StringSession};

impl StringSession {
    /// The string as mtcute saves it; none without a key, or when the address is a host name, which that format
    /// has no place for.
    #[must_use]
    pub fn to_mtcute(&self, details: &SessionDetails) -> Option<String> {
        let key = self.auth_key()?;
        let address = IpAddr::from_str(self.address()).ok()?;
        let mut dc = Writer::new();
        let mut dc_flags = 0;
        if address.is_ipv6() {
            dc_flags |= DC_IPV6;
        }
        if details.test_mode {
            dc_flags |= DC_TEST;
        }
        dc.raw(&[DC_VERSION, self.dc_id(), dc_flags]);
        dc.byte_string(self.address().as_bytes());
        dc.int(self.port().into());

        let mut out = Writer::new();
        out.raw(&[VERSION]);
        out.int(if details.user.is_some() { LOGGED_IN } else { 0 });
        out.byte_string(&dc.finish().ok()?);
        if let Some(user) = details.user {
            out.long(user.id);
            user.bot.encode(&mut out);
        }
        out.byte_string(key.as_bytes());
        let data = Zeroizing::new(out.finish().ok()?);
        Some(BASE64_URL_SAFE_NO_PAD.encode(&*data))
    }

    /// Reads the decoded bytes; none when it is no such string.
    pub(super) fn from_mtcute(data: &[u8]) -> Option<Self> {
        let mut data = Reader::new(data.strip_prefix(&[VERSION])?);
        let flags = data.int().ok()?;
        let mut dc = Reader::new(data.byte_string().ok()?);
        if flags & WITH_MEDIA_DC != 0 {
            data.byte_string().ok()?;
        }
        if flags & LOGGED_IN != 0 {
            data.long().ok()?;
            data.read::<bool>().ok()?;
        }
        let key = <[u8; AUTH_KEY_LEN]>::try_from(data.byte_string().ok()?).ok()?;
        let [DC_VERSION, dc_id, _] = dc.array().ok()? else {
            return None;
        };
        let address = dc.string().ok()?;
        let port = u16::try_from(dc.int().ok()?).ok()?;
        Some(Self::with_key(dc_id, &address, port, AuthKey::new(key)))
    }
}

const VERSION: u8 = 3;
const LOGGED_IN: i32 = 1;
const WITH_MEDIA_DC: i32 = 4;
const DC_VERSION: u8 = 2;
const DC_IPV6: u8 = 1;
const DC_TEST: u8 = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SessionUser;

    fn decoded(session: &StringSession, details: &SessionDetails) -> Vec<u8> {
        let saved = session.to_mtcute(details).unwrap();
        BASE64_URL_SAFE_NO_PAD.decode(saved).unwrap()
    }

    #[test]
    fn the_string_is_as_mtcute_writes_it() {
        let session = StringSession::with_key(2, "127.0.0.1", 10443, AuthKey::new([0xfb; 256]));
        let details = SessionDetails {
            user: Some(SessionUser { id: 77, bot: false }),
            ..SessionDetails::default()
        };
        let mut expected = vec![3, 1, 0, 0, 0];
        expected.extend([19, 2, 2, 0, 9]);
        expected.extend(b"127.0.0.1\0\0");
        expected.extend(10443_i32.to_le_bytes());
        expected.extend(77_i64.to_le_bytes());
        expected.extend([0x37, 0x97, 0x79, 0xbc]);
        expected.extend([254, 0, 1, 0]);
        expected.extend([0xfb; 256]);
        assert_eq!(decoded(&session, &details), expected);
    }

    #[test]
    fn test_servers_and_ipv6_are_flags_of_the_data_centre() {
        let session = StringSession::with_key(2, "::1", 10443, AuthKey::new([1; 256]));
        let details = SessionDetails {
            test_mode: true,
            ..SessionDetails::default()
        };
        let data = decoded(&session, &details);
        assert_eq!(data[..5], [3, 0, 0, 0, 0]);
        assert_eq!(data[8], DC_IPV6 | DC_TEST);
    }

    #[test]
    fn a_string_is_read_back_whoever_is_logged_in() {
        for address in ["127.0.0.1", "2001:67c:4e8:f002::a"] {
            let session = StringSession::with_key(2, address, 10443, AuthKey::new([0xfb; 256]));
            for user in [None, Some(SessionUser { id: 77, bot: true })] {
                let details = SessionDetails {
                    user,
                    ..SessionDetails::default()
                };
                let saved = session.to_mtcute(&details).unwrap();
                assert_eq!(StringSession::new(&saved).as_ref(), Ok(&session));
                assert!(StringSession::new(&saved[..saved.len() - 8]).is_err());
            }
        }
    }

    #[test]
    fn a_host_name_does_not_fit() {
        let session = StringSession::with_key(2, "localhost", 10443, AuthKey::new([1; 256]));
        assert_eq!(session.to_mtcute(&SessionDetails::default()), None);
    }
}
