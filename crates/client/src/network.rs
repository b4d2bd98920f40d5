//! Which Telegram: production, Telegram's test servers, or a server of one's own.
//!
//! Addresses and keys belong together: a server proves that it is the right one by the private half of
//! a key that the client has beforehand. A [`Network`] is both.

use std::{fmt, path::Path, sync::Arc};

use heliogram_crypto::rsa::{KeyFormatError, RsaPublicKey};
use heliogram_net::Address;

use crate::datacenters::{self, Datacenter};

/// The servers that a client may talk to, and their keys.
#[derive(Clone)]
pub struct Network {
    dcs: Vec<(u8, Address)>,
    keys: Arc<[RsaPublicKey]>,
    /// Whether an address here goes before the one in a session string.
    pinned: bool,
    test: bool,
}

/// Why a description of a server cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// Not `host:port`.
    #[error("{0:?} is not an address; write host:port, such as 127.0.0.1:9000 or [::1]:9000")]
    Address(String),
    /// The RSA key cannot be read.
    #[error("the server's RSA key: {0}")]
    Key(#[from] KeyFormatError),
    /// The ready file cannot be read.
    #[error("cannot read {path}: {source}; is the server running?")]
    Read {
        /// The file.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// The ready file is not what `heliogram serve --ready-json` writes.
    #[error("{path} is not a ready file of heliogram serve: {problem}")]
    Ready {
        /// The file.
        path: String,
        /// What is missing or wrong.
        problem: String,
    },
}

impl Network {
    /// Telegram itself, over IPv4.
    #[must_use]
    pub fn production() -> Self {
        Self::telegram(&datacenters::PRODUCTION, |dc| dc.ipv4, false)
    }

    /// Telegram itself, over IPv6.
    #[must_use]
    pub fn production_ipv6() -> Self {
        Self::telegram(&datacenters::PRODUCTION, |dc| dc.ipv6, false)
    }

    /// Telegram's test servers: other accounts, on which `99966XYYYY` are phone numbers that anybody
    /// may use.
    #[must_use]
    pub fn test() -> Self {
        Self::telegram(&datacenters::TEST, |dc| dc.ipv4, true)
    }

    /// Telegram's test servers, over IPv6.
    #[must_use]
    pub fn test_ipv6() -> Self {
        Self::telegram(&datacenters::TEST, |dc| dc.ipv6, true)
    }

    /// A server of one's own, which is DC `dc_id`: `host:port` and its key in PKCS#1 PEM. Where its further DCs
    /// are, [`with_dc`](Self::with_dc) says, or the server itself.
    ///
    /// Its address goes before the one in a session string, so that a client made for tests never
    /// leaves for Telegram.
    ///
    /// # Errors
    /// When the address or the key cannot be read.
    pub fn own(dc_id: u8, address: &str, rsa_pem: &str) -> Result<Self, NetworkError> {
        Ok(Self {
            dcs: vec![(dc_id, parse_address(address)?)],
            keys: Arc::new([RsaPublicKey::from_pem(rsa_pem)?]),
            pinned: true,
            test: false,
        })
    }

    /// The server that wrote this file: `heliogram serve --ready-json FILE`.
    ///
    /// # Errors
    /// When the file cannot be read or lacks `mtproto`, `dc_id` or `rsa_pem`.
    pub fn from_ready_file(path: impl AsRef<Path>) -> Result<Self, NetworkError> {
        let shown = path.as_ref().display().to_string();
        let text = std::fs::read_to_string(&path).map_err(|source| NetworkError::Read {
            path: shown.clone(),
            source,
        })?;
        Self::from_ready_json(&text).map_err(|error| match error {
            NetworkError::Ready { problem, .. } => NetworkError::Ready {
                path: shown,
                problem,
            },
            other => other,
        })
    }

    /// Like [`Network::from_ready_file`], from the file's text.
    ///
    /// # Errors
    /// When the text is not such JSON.
    pub fn from_ready_json(text: &str) -> Result<Self, NetworkError> {
        let problem = |problem: String| NetworkError::Ready {
            path: "the text".into(),
            problem,
        };
        let ready: serde_json::Value =
            serde_json::from_str(text).map_err(|error| problem(error.to_string()))?;
        let field = |name: &str| {
            ready[name]
                .as_str()
                .ok_or_else(|| problem(format!("{name} is missing or not a string")))
        };
        let dc_id = ready["dc_id"]
            .as_u64()
            .and_then(|id| u8::try_from(id).ok())
            .ok_or_else(|| problem("dc_id is missing or not a small number".into()))?;
        let mut network = Self::own(dc_id, field("mtproto")?, field("rsa_pem")?)?;
        for (dc, address) in ready["dcs"].as_object().into_iter().flatten() {
            let (Ok(dc), Some(address)) = (dc.parse(), address.as_str()) else {
                return Err(problem(format!(
                    "dcs has {dc:?}: {address}, which is no DC"
                )));
            };
            network = network.with_dc(dc, address)?;
        }
        Ok(network)
    }

    /// The same with one more data centre, or another address for one.
    ///
    /// # Errors
    /// When the address is not `host:port`.
    pub fn with_dc(mut self, dc_id: u8, address: &str) -> Result<Self, NetworkError> {
        let address = parse_address(address)?;
        match self.dcs.iter_mut().find(|(id, _)| *id == dc_id) {
            Some((_, former)) => *former = address,
            None => self.dcs.push((dc_id, address)),
        }
        Ok(self)
    }

    /// The same with one more key.
    ///
    /// # Errors
    /// When the text is not a 2048-bit RSA key in PKCS#1 PEM.
    pub fn with_key(mut self, rsa_pem: &str) -> Result<Self, NetworkError> {
        let key = RsaPublicKey::from_pem(rsa_pem)?;
        self.keys = self.keys.iter().cloned().chain([key]).collect();
        Ok(self)
    }

    /// Whether these are Telegram's test servers; their DC numbers count from 10000 on in a key
    /// exchange.
    #[must_use]
    pub fn is_test(&self) -> bool {
        self.test
    }

    /// Where to find a DC, given what a session string says about it.
    pub(crate) fn address(&self, dc_id: u8, saved: Option<Address>) -> Option<Address> {
        let listed = || {
            let (_, address) = self.dcs.iter().find(|(id, _)| *id == dc_id)?;
            Some(address.clone())
        };
        if self.pinned {
            listed()
        } else {
            saved.or_else(listed)
        }
    }

    /// The first DC of a server of one's own: where a new session begins there.
    pub(crate) fn home(&self) -> Option<(u8, &Address)> {
        match &self.dcs[..] {
            _ if !self.pinned => None,
            [(id, address), ..] => Some((*id, address)),
            [] => None,
        }
    }

    pub(crate) fn keys(&self) -> &Arc<[RsaPublicKey]> {
        &self.keys
    }

    fn telegram(table: &[Datacenter], host: fn(&Datacenter) -> &'static str, test: bool) -> Self {
        let dcs = table
            .iter()
            .map(|dc| (dc.id, Address::new(host(dc), datacenters::PORT)));
        let keys = datacenters::RSA_KEYS
            .iter()
            .map(|pem| RsaPublicKey::from_pem(pem).expect("a constant that a test reads"));
        Self {
            dcs: dcs.collect(),
            keys: keys.collect(),
            pinned: false,
            test,
        }
    }
}

impl Default for Network {
    /// [`Network::production`].
    fn default() -> Self {
        Self::production()
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.dcs.iter().map(|(id, address)| (id, address)))
            .finish()
    }
}

fn parse_address(text: &str) -> Result<Address, NetworkError> {
    text.parse()
        .map_err(|_| NetworkError::Address(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = datacenters::RSA_KEYS[1];

    #[test]
    fn a_saved_address_is_kept_on_telegram_and_ignored_at_a_server_of_ones_own() {
        let saved = Address::new("149.154.167.91", 80);
        let telegram = Network::production();
        assert_eq!(
            telegram.address(4, Some(saved.clone())),
            Some(saved.clone())
        );
        assert_eq!(
            telegram.address(2, None),
            Some(Address::new("149.154.167.51", 443))
        );
        let own = Network::own(4, "127.0.0.1:9000", KEY).unwrap();
        assert_eq!(
            own.address(4, Some(saved.clone())),
            Some(Address::new("127.0.0.1", 9000))
        );
        assert_eq!(
            own.address(2, Some(saved)),
            None,
            "never leaves for Telegram"
        );
    }

    #[test]
    fn reads_what_serve_writes() {
        let json = serde_json::json!({
            "mtproto": "127.0.0.1:19000", "dc_id": 2, "rsa_pem": KEY,
            "rsa_fingerprint": "1", "control": "http://127.0.0.1:1",
        });
        let network = Network::from_ready_json(&json.to_string()).unwrap();
        assert_eq!(network.home(), Some((2, &Address::new("127.0.0.1", 19000))));
        assert_eq!(network.keys().len(), 1);
    }

    #[test]
    fn a_server_with_several_dcs_is_entered_by_its_own() {
        let mut json = serde_json::json!({
            "mtproto": "127.0.0.1:19000", "dc_id": 4, "rsa_pem": KEY,
            "dcs": {"2": "127.0.0.1:19002", "4": "127.0.0.1:19000"},
        });
        let network = Network::from_ready_json(&json.to_string()).unwrap();
        assert_eq!(network.home(), Some((4, &Address::new("127.0.0.1", 19000))));
        let other = network.address(2, None);
        assert_eq!(other, Some(Address::new("127.0.0.1", 19002)));
        json["dcs"]["x"] = "127.0.0.1:1".into();
        let error = Network::from_ready_json(&json.to_string()).unwrap_err();
        assert!(error.to_string().contains("dcs has \"x\""), "{error}");
    }

    #[test]
    fn a_ready_file_that_is_none_says_what_is_missing() {
        let error = |text: &str| Network::from_ready_json(text).unwrap_err().to_string();
        assert!(error("{").contains("not a ready file"));
        assert!(error("{}").contains("dc_id is missing"));
        assert!(error(r#"{"dc_id": 2}"#).contains("mtproto is missing"));
        let missing = Network::from_ready_file("/no/such/file").unwrap_err();
        assert!(missing.to_string().contains("is the server running?"));
    }
}
