//! The client's side of the key exchange, with every check that the security guidelines ask for.
//!
//! Each step takes the server's answer and gives the next request, both as TL bytes that
//! [`super::plain`] puts into packets. Steps consume themselves, so an answer can neither be
//! skipped nor used twice, and an error leaves nothing to go on with: start again, on another
//! connection. All of it is computation; [`AwaitResPq::handle`] splits `pq` and the two steps
//! after it exponentiate, some milliseconds each.
//!
//! `core.telegram.org/mtproto/auth_key`; `core.telegram.org/mtproto/security_guidelines`, "Key
//! Exchange using Diffie-Hellman".

use std::fmt;

use bytes::Bytes;
use heliogram_crypto::{
    Random,
    auth_key::AuthKey,
    dh::{DhError, DhGroup},
    exchange::{self, NewNonceHash},
    factor::{FactorError, Factors},
    rsa::RsaPublicKey,
};
use heliogram_tl::{Decode, DecodeError, Encode, Int128, mtproto};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::MAX_RETRIES;
use crate::ids::ServerSalt;

/// Which key is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The DC that the key is for, which lets the server refuse when it is another: the number of
    /// the DC, 10000 more for a test DC, negative for a media DC.
    pub dc: Option<i32>,
    /// For a temporary key, how many seconds it is to last.
    pub expires_in: Option<i32>,
}

/// A key that both sides have.
#[derive(Debug)]
pub struct Finished {
    /// The key.
    pub auth_key: AuthKey,
    /// The salt for the first messages.
    pub salt: ServerSalt,
    /// The server's unix time when it made its half.
    pub server_time: i32,
    /// What to add to our unix time to get the server's, in seconds.
    pub time_offset: i64,
    /// For a temporary key, how many seconds it lasts from `server_time` on.
    pub expires_in: Option<i32>,
}

/// Why an exchange was given up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExchangeError {
    /// The answer is not the object that is due.
    #[error("the server's answer is not {expected}: {source}")]
    Malformed {
        /// The type that was due.
        expected: &'static str,
        /// What is wrong with the bytes.
        source: DecodeError,
    },
    /// The answer is of the right type, but a constructor that the schema got later than this code.
    #[error(
        "the server's answer is a constructor of {0} that this version does not know; update it"
    )]
    UnknownAnswer(&'static str),
    /// `nonce` or `server_nonce` in an answer is not that of this exchange.
    #[error(
        "{field} in {answer} is not that of this exchange: the answer belongs to another or was forged; start again"
    )]
    Nonce {
        /// `nonce` or `server_nonce`.
        field: &'static str,
        /// The constructor it stands in.
        answer: &'static str,
    },
    /// `pq` cannot be split.
    #[error(transparent)]
    Factor(#[from] FactorError),
    /// The server has none of the RSA keys we know.
    #[error(
        "the server offers the RSA keys {offered:x?} (fingerprints), none of which we know; is it the server that was meant, and its key configured?"
    )]
    NoKnownKey {
        /// The fingerprints that it offers.
        offered: Vec<i64>,
    },
    /// The server refused the second request and proved that it knows `new_nonce`.
    #[error("the server refused our half of the exchange (server_DH_params_fail); start again")]
    Refused,
    /// The encrypted answer does not verify.
    #[error("server_DH_params_ok: {0}")]
    Answer(#[from] exchange::OpenError),
    /// The server's group or public value is unsafe.
    #[error("server_DH_inner_data: {0}")]
    Dh(#[from] DhError),
    /// The hash in the last answer is wrong: the server has another key.
    #[error(
        "{field} is wrong: the server has another key than we, or someone is in between; start again"
    )]
    NewNonceHash {
        /// `new_nonce_hash1`, 2, 3, or that of `server_DH_params_fail`.
        field: &'static str,
    },
    /// The server asked for another try too often.
    #[error(
        "the server asked for another key {MAX_RETRIES} times (dh_gen_retry); start again later"
    )]
    TooManyRetries,
    /// The server gave up.
    #[error("the server could not make a key (dh_gen_fail); start again")]
    Failed,
}

/// Waiting for `resPQ`.
#[derive(Debug)]
pub struct AwaitResPq {
    wanted: Wanted,
    nonce: Int128,
}

/// Waiting for `Server_DH_Params`.
pub struct AwaitDhParams {
    wanted: Wanted,
    nonces: Nonces,
}

/// Waiting for `Set_client_DH_params_answer`.
pub struct AwaitDhGen {
    agreed: Agreed,
    /// The key, if the server agrees.
    auth_key: AuthKey,
    retries: u8,
}

/// What the last answer means.
#[derive(Debug)]
pub enum Progress {
    /// The key is made.
    Finished(Box<Finished>),
    /// By chance the server has such a key already: send this request and wait again.
    Retry(Box<AwaitDhGen>, Vec<u8>),
}

/// What identifies an exchange and, with `new_nonce`, keys it.
struct Nonces {
    nonce: Int128,
    server_nonce: Int128,
    new_nonce: Zeroizing<[u8; 32]>,
}

/// Begins: gives `req_pq_multi`.
pub fn start(wanted: Wanted, random: &mut dyn Random) -> (AwaitResPq, Vec<u8>) {
    let mut nonce = Int128::default();
    random.fill(&mut nonce);
    let request = encode(&mtproto::ReqPqMulti { nonce });
    (AwaitResPq { wanted, nonce }, request)
}

impl AwaitResPq {
    /// Takes `resPQ` and gives `req_DH_params`, under the first of `keys` that the server has.
    ///
    /// # Errors
    /// When the answer is not one to this exchange, or the server has none of the keys.
    pub fn handle(
        self,
        answer: &Bytes,
        keys: &[RsaPublicKey],
        random: &mut dyn Random,
    ) -> Result<(AwaitDhParams, Vec<u8>), ExchangeError> {
        let mtproto::ResPQ {
            nonce,
            server_nonce,
            pq,
            server_public_key_fingerprints: offered,
        } = decode("resPQ", answer)?;
        check_nonce("nonce", "resPQ", &nonce, &self.nonce)?;
        let Some(key) = keys.iter().find(|key| offered.contains(&key.fingerprint())) else {
            return Err(ExchangeError::NoKnownKey { offered });
        };
        // Leading zeros are no more of a number, and would not fit the RSA padding.
        if pq.len() > 8 {
            return Err(FactorError::TooLong { len: pq.len() }.into());
        }
        let Factors { p, q } = Factors::of_bytes(&pq)?;
        let (p, q) = (number(p), number(q));
        let mut new_nonce = Zeroizing::new([0; 32]);
        random.fill(&mut new_nonce[..]);
        let nonces = Nonces {
            nonce,
            server_nonce,
            new_nonce,
        };
        let inner = nonces.inner_data(self.wanted, pq, p.clone(), q.clone());
        let encrypted = key
            .encrypt_pad(&inner, random)
            .expect("the longest inner data, with pq of 8 bytes, has 120 bytes");
        let request = encode(&mtproto::ReqDHParams {
            nonce,
            server_nonce,
            p,
            q,
            public_key_fingerprint: key.fingerprint(),
            encrypted_data: Bytes::copy_from_slice(&encrypted),
        });
        let next = AwaitDhParams {
            wanted: self.wanted,
            nonces,
        };
        Ok((next, request))
    }
}

impl AwaitDhParams {
    /// Takes `Server_DH_Params` and gives `set_client_DH_params`. `now` is our unix time.
    ///
    /// # Errors
    /// When the answer is not one to this exchange, or its group or public value is unsafe.
    pub fn handle(
        self,
        answer: &Bytes,
        now: i64,
        random: &mut dyn Random,
    ) -> Result<(AwaitDhGen, Vec<u8>), ExchangeError> {
        let Self { wanted, nonces } = self;
        let encrypted = match decode("Server_DH_Params", answer)? {
            mtproto::TypeServerDHParams::ServerDHParamsOk(ok) => {
                nonces.check("server_DH_params_ok", &ok.nonce, &ok.server_nonce)?;
                ok.encrypted_answer
            }
            mtproto::TypeServerDHParams::ServerDHParamsFail(fail) => {
                nonces.check("server_DH_params_fail", &fail.nonce, &fail.server_nonce)?;
                let expected = exchange::refusal_hash(&nonces.new_nonce);
                check_hash("new_nonce_hash", &fail.new_nonce_hash, &expected)?;
                return Err(ExchangeError::Refused);
            }
            _ => return Err(ExchangeError::UnknownAnswer("Server_DH_Params")),
        };
        let tmp = exchange::tmp_aes(&nonces.new_nonce, &nonces.server_nonce);
        let opened = exchange::open(&tmp, &encrypted)?;
        let inner: mtproto::ServerDHInnerData =
            decode("server_DH_inner_data", &Bytes::copy_from_slice(&opened))?;
        nonces.check("server_DH_inner_data", &inner.nonce, &inner.server_nonce)?;
        let group = DhGroup::verify(&inner.dh_prime, inner.g.into())?;
        let agreed = Agreed {
            expires_in: wanted.expires_in,
            nonces,
            group,
            g_a: inner.g_a,
            server_time: inner.server_time,
            time_offset: i64::from(inner.server_time) - now,
        };
        agreed.attempt(0, 0, random)
    }
}

impl AwaitDhGen {
    /// Takes `Set_client_DH_params_answer`.
    ///
    /// # Errors
    /// When the answer is not one to this exchange, the server has another key, or it gave up.
    pub fn handle(
        self,
        answer: &Bytes,
        random: &mut dyn Random,
    ) -> Result<Progress, ExchangeError> {
        let Self {
            agreed,
            auth_key,
            retries,
        } = self;
        let hash = |which| exchange::new_nonce_hash(which, &agreed.nonces.new_nonce, &auth_key);
        let nonces = &agreed.nonces;
        match decode("Set_client_DH_params_answer", answer)? {
            mtproto::TypeSetClientDHParamsAnswer::DhGenOk(ok) => {
                nonces.check("dh_gen_ok", &ok.nonce, &ok.server_nonce)?;
                let expected = hash(NewNonceHash::Ok);
                check_hash("new_nonce_hash1", &ok.new_nonce_hash1, &expected)?;
                let salt = exchange::first_salt(&nonces.new_nonce, &nonces.server_nonce);
                Ok(Progress::Finished(Box::new(Finished {
                    auth_key,
                    salt: ServerSalt(salt),
                    server_time: agreed.server_time,
                    time_offset: agreed.time_offset,
                    expires_in: agreed.expires_in,
                })))
            }
            mtproto::TypeSetClientDHParamsAnswer::DhGenRetry(retry) => {
                nonces.check("dh_gen_retry", &retry.nonce, &retry.server_nonce)?;
                let expected = hash(NewNonceHash::Retry);
                check_hash("new_nonce_hash2", &retry.new_nonce_hash2, &expected)?;
                if retries == MAX_RETRIES {
                    return Err(ExchangeError::TooManyRetries);
                }
                let (next, request) = agreed.attempt(auth_key.aux_hash(), retries + 1, random)?;
                Ok(Progress::Retry(Box::new(next), request))
            }
            mtproto::TypeSetClientDHParamsAnswer::DhGenFail(fail) => {
                nonces.check("dh_gen_fail", &fail.nonce, &fail.server_nonce)?;
                let expected = hash(NewNonceHash::Fail);
                check_hash("new_nonce_hash3", &fail.new_nonce_hash3, &expected)?;
                Err(ExchangeError::Failed)
            }
            _ => Err(ExchangeError::UnknownAnswer("Set_client_DH_params_answer")),
        }
    }
}

/// What stays the same when the client makes its half anew.
struct Agreed {
    expires_in: Option<i32>,
    nonces: Nonces,
    group: DhGroup,
    g_a: Bytes,
    server_time: i32,
    time_offset: i64,
}

impl Agreed {
    /// Draws a half of the key that passes the same checks as the server's.
    fn attempt(
        self,
        retry_id: i64,
        retries: u8,
        random: &mut dyn Random,
    ) -> Result<(AwaitDhGen, Vec<u8>), ExchangeError> {
        let (secret, g_b) = self.group.generate(random);
        let auth_key = self.group.shared(&self.g_a, &secret)?;
        let Nonces {
            nonce,
            server_nonce,
            ..
        } = self.nonces;
        let inner = encode(&mtproto::ClientDHInnerData {
            nonce,
            server_nonce,
            retry_id,
            g_b: Bytes::copy_from_slice(&g_b),
        });
        let tmp = exchange::tmp_aes(&self.nonces.new_nonce, &server_nonce);
        let request = encode(&mtproto::SetClientDHParams {
            nonce,
            server_nonce,
            encrypted_data: exchange::seal(&tmp, &inner, random).into(),
        });
        let next = AwaitDhGen {
            agreed: self,
            auth_key,
            retries,
        };
        Ok((next, request))
    }
}

impl Nonces {
    fn inner_data(&self, wanted: Wanted, pq: Bytes, p: Bytes, q: Bytes) -> Zeroizing<Vec<u8>> {
        let Self {
            nonce,
            server_nonce,
            new_nonce,
        } = self;
        let (nonce, server_nonce, new_nonce) = (*nonce, *server_nonce, **new_nonce);
        Zeroizing::new(match (wanted.dc, wanted.expires_in) {
            (None, None) => encode(&mtproto::PQInnerData {
                pq,
                p,
                q,
                nonce,
                server_nonce,
                new_nonce,
            }),
            (Some(dc), None) => encode(&mtproto::PQInnerDataDc {
                pq,
                p,
                q,
                nonce,
                server_nonce,
                new_nonce,
                dc,
            }),
            (None, Some(expires_in)) => encode(&mtproto::PQInnerDataTemp {
                pq,
                p,
                q,
                nonce,
                server_nonce,
                new_nonce,
                expires_in,
            }),
            (Some(dc), Some(expires_in)) => encode(&mtproto::PQInnerDataTempDc {
                pq,
                p,
                q,
                nonce,
                server_nonce,
                new_nonce,
                dc,
                expires_in,
            }),
        })
    }

    fn check(
        &self,
        answer: &'static str,
        nonce: &Int128,
        server_nonce: &Int128,
    ) -> Result<(), ExchangeError> {
        check_nonce("nonce", answer, nonce, &self.nonce)?;
        check_nonce("server_nonce", answer, server_nonce, &self.server_nonce)
    }
}

macro_rules! hide_secrets {
    ($($step:ty),*) => {$(
        impl fmt::Debug for $step {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($step), "(..)"))
            }
        }
    )*};
}

hide_secrets!(AwaitDhParams, AwaitDhGen);

fn check_nonce(
    field: &'static str,
    answer: &'static str,
    got: &Int128,
    expected: &Int128,
) -> Result<(), ExchangeError> {
    if got == expected {
        Ok(())
    } else {
        Err(ExchangeError::Nonce { field, answer })
    }
}

fn check_hash(field: &'static str, got: &Int128, expected: &Int128) -> Result<(), ExchangeError> {
    if got.ct_eq(expected).into() {
        Ok(())
    } else {
        Err(ExchangeError::NewNonceHash { field })
    }
}

fn decode<T: Decode>(expected: &'static str, bytes: &Bytes) -> Result<T, ExchangeError> {
    T::from_bytes(bytes).map_err(|source| ExchangeError::Malformed { expected, source })
}

fn encode(object: &impl Encode) -> Vec<u8> {
    object
        .to_bytes()
        .expect("nothing in a key exchange is optional or long")
}

/// A factor as it stands on the wire: big-endian without leading zeros.
fn number(factor: u64) -> Bytes {
    let bytes = factor.to_be_bytes();
    Bytes::copy_from_slice(&bytes[factor.leading_zeros() as usize / 8..])
}
