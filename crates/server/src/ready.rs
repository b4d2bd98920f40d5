//! How a running server is reached: what programs read instead of a terminal.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::core::Core;
use crate::identity::PublicIdentity;

/// Where a server listens, and the key its clients must know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ready {
    /// Where MTProto clients connect, `127.0.0.1:10443`.
    pub mtproto: String,
    /// The DC that is there, and that new accounts live on.
    #[schema(minimum = 1, maximum = 5)]
    pub dc_id: i32,
    /// Where each DC is, by its number.
    pub dcs: BTreeMap<String, String>,
    /// The server's public key.
    pub rsa_pem: String,
    /// Its fingerprint: a signed decimal number of 64 bits.
    pub rsa_fingerprint: String,
    /// Its modulus, decimal.
    pub rsa_n: String,
    /// Its exponent.
    pub rsa_e: i64,
    /// The control API, `http://127.0.0.1:20671`; empty when there is none.
    pub control: String,
}

impl Ready {
    pub(crate) fn of(core: &Core, identity: &PublicIdentity, control: Option<SocketAddr>) -> Self {
        let addresses = core.addresses().into_iter();
        let dcs: BTreeMap<_, _> = addresses
            .map(|(dc, address)| (dc.to_string(), address.to_string()))
            .collect();
        let own = dcs.get(&core.dc_id().to_string());
        Self {
            mtproto: own.cloned().unwrap_or_default(),
            dc_id: core.dc_id(),
            dcs,
            rsa_pem: identity.pem.clone(),
            rsa_fingerprint: identity.fingerprint.to_string(),
            rsa_n: identity.modulus.clone(),
            rsa_e: identity.exponent.parse().unwrap_or(65_537),
            control: control
                .map(|address| format!("http://{}", from_here(address)))
                .unwrap_or_default(),
        }
    }
}

/// The address for who is on this machine, when it stands for all of them.
fn from_here(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
