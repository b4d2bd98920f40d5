//! Pyrogram's session string, which its descendants kept.
//!
//! ```text
//! dc u8 | api_id u32 | test u8 | key [256] | user_id u64 | bot u8     url-safe base64, no padding
//! ```
//!
//! All numbers are big-endian. A `user_id` of 0 is a session that nobody is logged in on: such a client goes on
//! to ask for a phone number.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use heliogram_crypto::auth_key::{AUTH_KEY_LEN, AuthKey};
use zeroize::Zeroizing;

use super::{SessionDetails, StringSession};
use crate::datacenters;

impl StringSession {
    /// The string as Pyrogram 2, Kurigram and Hydrogram save it; none without a key.
    ///
    /// It has **no address**: these libraries have their own table from the number of a data centre to Telegram's
    /// addresses, and dial port 443 (80 with `test_mode`). For a server of one's own the program
    /// has to say so before it connects:
    ///
    /// ```python
    /// from pyrogram.connection import connection  # hydrogram.connection in Hydrogram
    /// connection.DataCenter = lambda *ignored: ("127.0.0.1", 10443)
    /// ```
    #[must_use]
    pub fn to_pyrogram(&self, details: &SessionDetails) -> Option<String> {
        let key = self.auth_key()?;
        let user_id = details.user.map_or(0, |user| user.id);
        let bot = details.user.is_some_and(|user| user.bot);
        let mut data = Zeroizing::new(Vec::with_capacity(LENGTH));
        data.push(self.dc_id());
        data.extend_from_slice(&details.api_id.to_be_bytes());
        data.push(details.test_mode.into());
        data.extend_from_slice(key.as_bytes());
        data.extend_from_slice(&user_id.to_be_bytes());
        data.push(bot.into());
        Some(BASE64_URL_SAFE_NO_PAD.encode(&*data))
    }

    /// Reads the decoded bytes. The address is that of Telegram's data centre with this number; a
    /// [`Network`](crate::Network) of one's own has another for it. None when it is no such string.
    pub(super) fn from_pyrogram(data: &[u8]) -> Option<Self> {
        let data: &[u8; LENGTH] = data.try_into().ok()?;
        let (dcs, test) = match data[5] {
            0 => (&datacenters::PRODUCTION[..], false),
            1 => (&datacenters::TEST[..], true),
            _ => return None,
        };
        let dc = dcs.iter().find(|dc| dc.id == data[0])?;
        // The ports that Pyrogram dials.
        let port = if test { 80 } else { datacenters::PORT };
        let key = *data[6..].first_chunk::<AUTH_KEY_LEN>()?;
        Some(Self::with_key(dc.id, dc.ipv4, port, AuthKey::new(key)))
    }
}

const LENGTH: usize = 1 + 4 + 1 + AUTH_KEY_LEN + 8 + 1;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SessionUser;

    #[test]
    fn the_string_is_as_pyrogram_packs_it() {
        let session = StringSession::with_key(2, "127.0.0.1", 10443, AuthKey::new([0xfb; 256]));
        let saved = session.to_pyrogram(&SessionDetails {
            api_id: 0x0102_0304,
            test_mode: true,
            user: Some(SessionUser {
                id: 0x11_2233_4455,
                bot: true,
            }),
        });
        let saved = saved.unwrap();
        assert_eq!(saved.len(), 362);
        let mut expected = vec![2, 1, 2, 3, 4, 1];
        expected.extend([0xfb; 256]);
        expected.extend([0, 0, 0, 0x11, 0x22, 0x33, 0x44, 0x55, 1]);
        assert_eq!(BASE64_URL_SAFE_NO_PAD.decode(saved).unwrap(), expected);
    }

    #[test]
    fn a_string_is_read_with_telegrams_address_for_its_data_centre() {
        let key = AuthKey::new([0xfb; 256]);
        let session = StringSession::with_key(2, "127.0.0.1", 10443, key.clone());
        for (test_mode, address, port) in
            [(false, "149.154.167.51", 443), (true, "149.154.167.40", 80)]
        {
            let details = SessionDetails {
                test_mode,
                ..SessionDetails::default()
            };
            let read = StringSession::new(&session.to_pyrogram(&details).unwrap()).unwrap();
            assert_eq!(read, StringSession::with_key(2, address, port, key.clone()));
        }
        let elsewhere = StringSession::with_key(9, "127.0.0.1", 10443, key);
        let read = StringSession::new(&elsewhere.to_pyrogram(&SessionDetails::default()).unwrap());
        assert!(read.unwrap_err().to_string().contains("no data centre"));
    }

    #[test]
    fn a_session_of_nobody_has_user_0() {
        let session = StringSession::with_key(2, "127.0.0.1", 10443, AuthKey::new([1; 256]));
        let saved = session.to_pyrogram(&SessionDetails::default()).unwrap();
        let data = BASE64_URL_SAFE_NO_PAD.decode(saved).unwrap();
        assert_eq!(data[LENGTH - 9..], [0; 9]);
    }
}
