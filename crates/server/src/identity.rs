//! The server's RSA key: made at the first start and kept beside the store.

use std::io;
use std::path::{Path, PathBuf};

use heliogram_crypto::dh::DhGroup;
use heliogram_crypto::rsa::{RsaPrivateKey, RsaPublicKey};
use heliogram_mtproto::exchange::server::Identity;
use heliogram_net::SystemRandom;

const FILE: &str = "server_key.pem";

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// The file cannot be read or written.
    #[error("the server's key {} cannot be read or written: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is no key.
    #[error("{} holds no RSA private key ({why}); remove it, and a new one is made, which clients must be given", path.display())]
    NotAKey {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
}

/// What clients must know of the server's key.
#[derive(Clone, Debug)]
pub struct PublicIdentity {
    /// PKCS#1 PEM.
    pub pem: String,
    /// The number that key exchanges name it by.
    pub fingerprint: i64,
    /// The modulus as a decimal number.
    pub modulus: String,
    /// The public exponent.
    pub exponent: String,
}

impl PublicIdentity {
    pub(crate) fn of(key: &RsaPublicKey) -> Self {
        Self {
            pem: key.to_pem(),
            fingerprint: key.fingerprint(),
            modulus: key.modulus_decimal(),
            exponent: key.exponent().to_string(),
        }
    }
}

/// The key of a data directory, made when there is none; without a directory, a new one.
pub(crate) fn load(data: Option<&Path>) -> Result<Identity, IdentityError> {
    let key = match data {
        None => RsaPrivateKey::generate(&mut SystemRandom),
        Some(folder) => of_file(&folder.join(FILE))?,
    };
    Ok(Identity {
        keys: vec![key],
        group: DhGroup::well_known(),
    })
}

fn of_file(path: &Path) -> Result<RsaPrivateKey, IdentityError> {
    let failed = |source| IdentityError::File {
        path: path.to_owned(),
        source,
    };
    match std::fs::read_to_string(path) {
        Ok(pem) => RsaPrivateKey::from_pem(&pem).map_err(|error| IdentityError::NotAKey {
            path: path.to_owned(),
            why: error.to_string(),
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key = RsaPrivateKey::generate(&mut SystemRandom);
            write_secret(path, &key.to_pem()).map_err(failed)?;
            Ok(key)
        }
        Err(error) => Err(failed(error)),
    }
}

/// Writes a file that only its owner can read, whole or not at all.
fn write_secret(path: &Path, text: &str) -> io::Result<()> {
    use std::io::Write as _;

    let draft = path.with_extension("new");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(draft, path)
}
