//! Telegram's data centres: where they are and which keys they prove themselves with.
//!
//! An account lives in one data centre, "DC" for short; a client may begin anywhere and is
//! told to move (303 `PHONE_MIGRATE_n`). `help.getConfig` lists all addresses; the ones here are
//! what a client needs before its first answer. The first thing a client checks of a server is that
//! it has the private half of one of these keys.
//!
//! # Where the tables are from
//! | table | compared with, by `interop/check_datacenters.py` |
//! |---|---|
//! | addresses, IPv4 and IPv6 | npm `teleproto` 1.229.0 and PyPI `opentele` 1.15.1 (the table of Telegram Desktop) |
//! | DC 4 of production | npm `telegram` 2.26.22 begins there, on port 80 |
//! | DC 2 of production | PyPI `Telethon` 1.45.0 begins there |
//! | RSA keys | npm `telegram` 2.26.22 and npm `@mtcute/tl` 223.0.0 |
//!
//! `core.telegram.org/api/datacenter`; `core.telegram.org/mtproto/auth_key`, "Presenting proof of work;
//! Server authentication".

/// A data centre and its two addresses; all listen on [`PORT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Datacenter {
    /// The number in `PHONE_MIGRATE_n` and in session strings.
    pub id: u8,
    /// Its IPv4 address.
    pub ipv4: &'static str,
    /// Its IPv6 address.
    pub ipv6: &'static str,
}

/// The port of every data centre. 80 and 5222 are open too; some networks let only those pass.
pub const PORT: u16 = 443;

/// Where accounts are.
pub const PRODUCTION: [Datacenter; 5] = [
    datacenter(1, "149.154.175.50", "2001:b28:f23d:f001::a"),
    datacenter(2, "149.154.167.51", "2001:67c:4e8:f002::a"),
    datacenter(3, "149.154.175.100", "2001:b28:f23d:f003::a"),
    datacenter(4, "149.154.167.91", "2001:67c:4e8:f004::a"),
    datacenter(5, "149.154.171.5", "2001:b28:f23f:f005::a"),
];

/// Telegram's own test servers: other accounts, wiped now and then.
pub const TEST: [Datacenter; 3] = [
    datacenter(1, "149.154.175.10", "2001:b28:f23d:f001::e"),
    datacenter(2, "149.154.167.40", "2001:67c:4e8:f002::e"),
    datacenter(3, "149.154.175.117", "2001:b28:f23d:f003::e"),
];

/// The keys in use, in PKCS#1 form: first that of production (fingerprint d09d1d85de64fd85), then
/// that of the test servers (b25898df208d2603).
pub const RSA_KEYS: [&str; 2] = [
    "-----BEGIN RSA PUBLIC KEY-----
MIIBCgKCAQEA6LszBcC1LGzyr992NzE0ieY+BSaOW622Aa9Bd4ZHLl+TuFQ4lo4g
5nKaMBwK/BIb9xUfg0Q29/2mgIR6Zr9krM7HjuIcCzFvDtr+L0GQjae9H0pRB2OO
62cECs5HKhT5DZ98K33vmWiLowc621dQuwKWSQKjWf50XYFw42h21P2KXUGyp2y/
+aEyZ+uVgLLQbRA1dEjSDZ2iGRy12Mk5gpYc397aYp438fsJoHIgJ2lgMv5h7WY9
t6N/byY9Nw9p21Og3AoXSL2q/2IJ1WRUhebgAdGVMlV1fkuOQoEzR7EdpqtQD9Cs
5+bfo3Nhmcyvk5ftB0WkJ9z6bNZ7yxrP8wIDAQAB
-----END RSA PUBLIC KEY-----",
    "-----BEGIN RSA PUBLIC KEY-----
MIIBCgKCAQEAyMEdY1aR+sCR3ZSJrtztKTKqigvO/vBfqACJLZtS7QMgCGXJ6XIR
yy7mx66W0/sOFa7/1mAZtEoIokDP3ShoqF4fVNb6XeqgQfaUHd8wJpDWHcR2OFwv
plUUI1PLTktZ9uW2WE23b+ixNwJjJGwBDJPQEQFBE+vfmH0JP503wr5INS1poWg/
j25sIWeYPHYeOrFp/eXaqhISP6G+q2IeTaWTXpwZj4LzXq5YOpk4bYEQ6mvRq7D1
aHWfYmlEGepfaYR8Q0YqvvhYtMte3ITnuSJs171+GDqpdKcSwHnd6FudwGO4pcCO
j4WcDuXc2CTHgH8gFTNhp/Y8/SpDOhvn9QIDAQAB
-----END RSA PUBLIC KEY-----",
];

const fn datacenter(id: u8, ipv4: &'static str, ipv6: &'static str) -> Datacenter {
    Datacenter { id, ipv4, ipv6 }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use heliogram_crypto::rsa::RsaPublicKey;

    use super::*;

    #[test]
    fn the_keys_have_the_fingerprints_that_libraries_list() {
        let fingerprints = RSA_KEYS.map(|pem| RsaPublicKey::from_pem(pem).unwrap().fingerprint());
        assert_eq!(fingerprints, [-3414540481677951611, -5595554452916591101]);
    }

    #[test]
    fn addresses_are_addresses_and_ids_count_up() {
        for table in [&PRODUCTION[..], &TEST] {
            for (datacenter, id) in table.iter().zip(1..) {
                assert_eq!(datacenter.id, id);
                datacenter.ipv4.parse::<Ipv4Addr>().unwrap();
                datacenter.ipv6.parse::<Ipv6Addr>().unwrap();
            }
        }
    }
}
