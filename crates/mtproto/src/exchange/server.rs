//! The server's side of the key exchange.
//!
//! [`Exchange`] is what a connection keeps: nothing, or where its one exchange stands, a few
//! hundred bytes in a box. Anyone may begin one any number of times and abandon it; a new `req_pq`
//! simply replaces what was there.
//!
//! A message is handled in two halves, so that a server need not exponentiate where it reads:
//! [`Exchange::receive`] parses it and takes the state, and the [`Work`] that it gives does the
//! rest, anywhere:
//!
//! ```no_run
//! # use bytes::Bytes;
//! # use heliogram_crypto::Random;
//! # use heliogram_mtproto::exchange::server::{Exchange, Answer, ExchangeError, Identity};
//! # fn step(exchange: &mut Exchange, body: &Bytes, identity: &Identity, now: i32, random: &mut dyn Random) -> Result<Vec<u8>, ExchangeError> {
//! let work = exchange.receive(body)?;
//! let answer = work.run(identity, now, &|_key| false, random)?; // on a thread for such things
//! *exchange = answer.next;
//! if let Some(finished) = answer.finished {
//!     // store finished.auth_key before the answer leaves
//! }
//! # Ok(answer.body) }
//! ```
//!
//! Clients differ in the RSA padding and in the inner data they send; all are taken.
//!
//! `core.telegram.org/mtproto/auth_key`.

use std::fmt;

use bytes::Bytes;
use heliogram_crypto::{
    Random,
    auth_key::{AuthKey, AuthKeyId},
    dh::{DhError, DhGroup, DhSecret},
    exchange::{self, NewNonceHash},
    factor::Factors,
    rsa::{DecryptError, Padding, RsaPrivateKey},
};
use heliogram_tl::{Combinator, Decode, DecodeError, Encode, Int128, Malformed, Reader, mtproto};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::MAX_RETRIES;
use crate::{ids::ServerSalt, transport::ErrorCode};

/// What a server is to its clients: its RSA keys and its Diffie-Hellman group.
#[derive(Debug)]
pub struct Identity {
    /// Offered in this order; a client takes one that it knows. At least one.
    pub keys: Vec<RsaPrivateKey>,
    /// Several clients know only the well-known prime, and some of them `g = 3` only.
    pub group: DhGroup,
}

/// Where a connection's exchange stands.
#[derive(Debug, Default)]
pub struct Exchange(Stage);

/// A message to handle, and what is needed for it.
#[derive(Debug)]
pub struct Work(Task);

/// What comes of a message.
#[derive(Debug)]
pub struct Answer {
    /// The TL object to send, as a plain message.
    pub body: Vec<u8>,
    /// Where the exchange stands now.
    pub next: Exchange,
    /// The key, if it was made: to be stored before the answer leaves.
    pub finished: Option<Finished>,
}

/// A key that both sides have.
#[derive(Debug)]
pub struct Finished {
    /// The key.
    pub auth_key: AuthKey,
    /// The salt that the client's first messages carry.
    pub salt: ServerSalt,
    /// The DC that the client means: n, n + 10000 for a test DC, negative for a media DC. Many
    /// clients do not say.
    pub dc: Option<i32>,
    /// For a temporary key, how many seconds it lasts from `server_time` on.
    pub expires_in: Option<i32>,
    /// The unix time that the client was told.
    pub server_time: i32,
    /// Which RSA padding the client used; good to know in a log.
    pub padding: Padding,
}

/// Why a message of the exchange was not answered. What to say instead is
/// [`transport_error`](Self::transport_error).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExchangeError {
    /// Not a request of the exchange.
    #[error("plain message with constructor {id:#010x} is no request of the key exchange")]
    Unexpected {
        /// Its id; 0 when it has none.
        id: u32,
    },
    /// A request that does not come next.
    #[error("{request} before {before}: each connection goes through the exchange in order")]
    OutOfOrder {
        /// What came.
        request: &'static str,
        /// What was not done yet.
        before: &'static str,
    },
    /// A request that cannot be read.
    #[error("{0}")]
    Malformed(#[from] DecodeError),
    /// Inner data that cannot be read.
    #[error("{inner}: {malformed}")]
    MalformedInner {
        /// The type of the inner data.
        inner: &'static str,
        /// What is wrong with it.
        malformed: Malformed,
    },
    /// `nonce` or `server_nonce` is not that of this exchange.
    #[error("the nonces in {request} are not those of this exchange")]
    Nonce {
        /// The constructor they stand in.
        request: &'static str,
    },
    /// p and q are not the factors of pq.
    #[error("p and q in req_DH_params are not the factors of pq")]
    WrongFactors,
    /// A key that this server does not have.
    #[error("the client used the RSA key {fingerprint:#018x}, which was not offered")]
    UnknownFingerprint {
        /// Its fingerprint.
        fingerprint: i64,
    },
    /// RSA.
    #[error("req_DH_params: {0}")]
    Rsa(#[from] DecryptError),
    /// A temporary key that lasts no time.
    #[error("a temporary key of {expires_in} seconds was asked for; it must last at least one")]
    ExpiresIn {
        /// What was asked for.
        expires_in: i32,
    },
    /// AES.
    #[error("set_client_DH_params: {0}")]
    Aes(#[from] exchange::OpenError),
    /// The client's public value is unsafe.
    #[error("client_DH_inner_data: {0}")]
    Dh(#[from] DhError),
}

impl ExchangeError {
    /// What a server answers before it closes the connection: the client began nothing that this
    /// server knows of.
    #[must_use]
    pub fn transport_error(&self) -> ErrorCode {
        ErrorCode::UNKNOWN_AUTH_KEY
    }
}

/// The steps, one type each.
#[derive(Debug, Default)]
enum Stage {
    #[default]
    Idle,
    AwaitDhParams(Box<AwaitDhParams>),
    AwaitClientDhParams(Box<AwaitClientDhParams>),
}

#[derive(Debug)]
enum Task {
    Begin(Int128),
    DhParams(Box<AwaitDhParams>, Box<mtproto::ReqDHParams>),
    ClientDhParams(Box<AwaitClientDhParams>, Box<mtproto::SetClientDHParams>),
}

impl Exchange {
    /// Whether an exchange is under way.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        matches!(self.0, Stage::Idle)
    }

    /// The DC that the client means, from when it has said so until the key is made; as [`Finished::dc`].
    #[must_use]
    pub fn dc(&self) -> Option<i32> {
        match &self.0 {
            Stage::AwaitClientDhParams(step) => step.dc,
            _ => None,
        }
    }

    /// Reads a plain message. The exchange is idle until [`Answer::next`] is put in its place.
    ///
    /// # Errors
    /// When the message is no request, or not the one that comes next; the exchange is over.
    pub fn receive(&mut self, body: &Bytes) -> Result<Work, ExchangeError> {
        let stage = std::mem::take(&mut self.0);
        let id = Reader::new(body).peek_word().unwrap_or(0);
        let task = match (id, stage) {
            (mtproto::ReqPqMulti::ID, _) => {
                Task::Begin(mtproto::ReqPqMulti::from_bytes(body)?.nonce)
            }
            (mtproto::ReqPq::ID, _) => Task::Begin(mtproto::ReqPq::from_bytes(body)?.nonce),
            (mtproto::ReqDHParams::ID, Stage::AwaitDhParams(step)) => {
                Task::DhParams(step, Box::new(Decode::from_bytes(body)?))
            }
            (mtproto::SetClientDHParams::ID, Stage::AwaitClientDhParams(step)) => {
                Task::ClientDhParams(step, Box::new(Decode::from_bytes(body)?))
            }
            (mtproto::ReqDHParams::ID, _) => {
                return Err(ExchangeError::OutOfOrder {
                    request: mtproto::ReqDHParams::NAME,
                    before: mtproto::ReqPqMulti::NAME,
                });
            }
            (mtproto::SetClientDHParams::ID, _) => {
                return Err(ExchangeError::OutOfOrder {
                    request: mtproto::SetClientDHParams::NAME,
                    before: mtproto::ReqDHParams::NAME,
                });
            }
            (id, _) => return Err(ExchangeError::Unexpected { id }),
        };
        Ok(Work(task))
    }
}

impl Work {
    /// Does what the message asks for. `now` is the unix time that the client is to take over;
    /// `is_taken` tells whether another key has this id already.
    ///
    /// # Errors
    /// When what is inside the message is wrong; the exchange is over.
    pub fn run(
        self,
        identity: &Identity,
        now: i32,
        is_taken: &dyn Fn(AuthKeyId) -> bool,
        random: &mut dyn Random,
    ) -> Result<Answer, ExchangeError> {
        match self.0 {
            Task::Begin(nonce) => Ok(AwaitDhParams::begin(nonce, identity, random)),
            Task::DhParams(step, request) => step.handle(&request, identity, now, random),
            Task::ClientDhParams(step, request) => step.handle(&request, &identity.group, is_taken),
        }
    }
}

/// `resPQ` was sent.
#[derive(Debug)]
struct AwaitDhParams {
    nonce: Int128,
    server_nonce: Int128,
    factors: Factors,
}

impl AwaitDhParams {
    fn begin(nonce: Int128, identity: &Identity, random: &mut dyn Random) -> Answer {
        let mut server_nonce = Int128::default();
        random.fill(&mut server_nonce);
        let factors = Factors::generate(random);
        let body = encode(&mtproto::ResPQ {
            nonce,
            server_nonce,
            pq: Bytes::copy_from_slice(&factors.product().to_be_bytes()),
            server_public_key_fingerprints: identity
                .keys
                .iter()
                .map(|key| key.public().fingerprint())
                .collect(),
        });
        Answer {
            body,
            next: Exchange(Stage::AwaitDhParams(Box::new(Self {
                nonce,
                server_nonce,
                factors,
            }))),
            finished: None,
        }
    }

    fn handle(
        self,
        request: &mtproto::ReqDHParams,
        identity: &Identity,
        now: i32,
        random: &mut dyn Random,
    ) -> Result<Answer, ExchangeError> {
        let Self {
            nonce,
            server_nonce,
            factors,
        } = self;
        if (request.nonce, request.server_nonce) != (nonce, server_nonce) {
            return Err(ExchangeError::Nonce {
                request: mtproto::ReqDHParams::NAME,
            });
        }
        if (number(&request.p), number(&request.q)) != (Some(factors.p), Some(factors.q)) {
            return Err(ExchangeError::WrongFactors);
        }
        let fingerprint = request.public_key_fingerprint;
        let key = identity
            .keys
            .iter()
            .find(|key| key.public().fingerprint() == fingerprint)
            .ok_or(ExchangeError::UnknownFingerprint { fingerprint })?;
        let opened = key.decrypt_any(&request.encrypted_data, random)?;
        let inner = Inner::read(&opened.data)?;
        if (inner.nonce, inner.server_nonce) != (nonce, server_nonce) {
            return Err(ExchangeError::Nonce {
                request: "P_Q_inner_data",
            });
        }
        if let Some(expires_in) = inner.expires_in.filter(|seconds| *seconds < 1) {
            return Err(ExchangeError::ExpiresIn { expires_in });
        }
        if inner.factors != [Some(factors.product()), Some(factors.p), Some(factors.q)] {
            // The client knows new_nonce, and with it that this refusal is ours.
            let body = encode(&mtproto::TypeServerDHParams::from(
                mtproto::ServerDHParamsFail {
                    nonce,
                    server_nonce,
                    new_nonce_hash: exchange::refusal_hash(&inner.new_nonce),
                },
            ));
            return Ok(Answer {
                body,
                next: Exchange::default(),
                finished: None,
            });
        }
        let (secret, g_a) = identity.group.generate(random);
        let answer = encode(&mtproto::ServerDHInnerData {
            nonce,
            server_nonce,
            g: identity.group.generator().into(),
            dh_prime: Bytes::copy_from_slice(&identity.group.prime()),
            g_a: Bytes::copy_from_slice(&g_a),
            server_time: now,
        });
        let tmp = exchange::tmp_aes(&inner.new_nonce, &server_nonce);
        let body = encode(&mtproto::TypeServerDHParams::from(
            mtproto::ServerDHParamsOk {
                nonce,
                server_nonce,
                encrypted_answer: exchange::seal(&tmp, &answer, random).into(),
            },
        ));
        let next = AwaitClientDhParams {
            nonce,
            server_nonce,
            new_nonce: inner.new_nonce,
            secret,
            dc: inner.dc,
            expires_in: inner.expires_in,
            server_time: now,
            padding: opened.padding,
            retry_id: 0,
            retries: 0,
        };
        Ok(Answer {
            body,
            next: Exchange(Stage::AwaitClientDhParams(Box::new(next))),
            finished: None,
        })
    }
}

/// `server_DH_params_ok` was sent, or `dh_gen_retry`.
struct AwaitClientDhParams {
    nonce: Int128,
    server_nonce: Int128,
    new_nonce: Zeroizing<[u8; 32]>,
    secret: DhSecret,
    dc: Option<i32>,
    expires_in: Option<i32>,
    server_time: i32,
    padding: Padding,
    /// What the next request must have: 0 at first, then the auxiliary hash of the last key.
    retry_id: i64,
    retries: u8,
}

impl AwaitClientDhParams {
    fn handle(
        mut self: Box<Self>,
        request: &mtproto::SetClientDHParams,
        group: &DhGroup,
        is_taken: &dyn Fn(AuthKeyId) -> bool,
    ) -> Result<Answer, ExchangeError> {
        let (nonce, server_nonce) = (self.nonce, self.server_nonce);
        if (request.nonce, request.server_nonce) != (nonce, server_nonce) {
            return Err(ExchangeError::Nonce {
                request: mtproto::SetClientDHParams::NAME,
            });
        }
        let tmp = exchange::tmp_aes(&self.new_nonce, &server_nonce);
        let opened = exchange::open(&tmp, &request.encrypted_data)?;
        let inner =
            mtproto::ClientDHInnerData::decode(&mut Reader::new(&opened)).map_err(|malformed| {
                ExchangeError::MalformedInner {
                    inner: "Client_DH_Inner_Data",
                    malformed,
                }
            })?;
        if (inner.nonce, inner.server_nonce) != (nonce, server_nonce) {
            return Err(ExchangeError::Nonce {
                request: mtproto::ClientDHInnerData::NAME,
            });
        }
        let auth_key = group.shared(&inner.g_b, &self.secret)?;
        let hash = |which| exchange::new_nonce_hash(which, &self.new_nonce, &auth_key);
        let is_our_retry: bool = inner.retry_id.ct_eq(&self.retry_id).into();
        let taken = is_taken(auth_key.id());
        if !is_our_retry || taken && self.retries == MAX_RETRIES {
            let body = encode(&mtproto::TypeSetClientDHParamsAnswer::from(
                mtproto::DhGenFail {
                    nonce,
                    server_nonce,
                    new_nonce_hash3: hash(NewNonceHash::Fail),
                },
            ));
            return Ok(Answer {
                body,
                next: Exchange::default(),
                finished: None,
            });
        }
        if taken {
            let body = encode(&mtproto::TypeSetClientDHParamsAnswer::from(
                mtproto::DhGenRetry {
                    nonce,
                    server_nonce,
                    new_nonce_hash2: hash(NewNonceHash::Retry),
                },
            ));
            self.retry_id = auth_key.aux_hash();
            self.retries += 1;
            return Ok(Answer {
                body,
                next: Exchange(Stage::AwaitClientDhParams(self)),
                finished: None,
            });
        }
        let body = encode(&mtproto::TypeSetClientDHParamsAnswer::from(
            mtproto::DhGenOk {
                nonce,
                server_nonce,
                new_nonce_hash1: hash(NewNonceHash::Ok),
            },
        ));
        let finished = Finished {
            salt: ServerSalt(exchange::first_salt(&self.new_nonce, &server_nonce)),
            auth_key,
            dc: self.dc,
            expires_in: self.expires_in,
            server_time: self.server_time,
            padding: self.padding,
        };
        Ok(Answer {
            body,
            next: Exchange::default(),
            finished: Some(finished),
        })
    }
}

impl fmt::Debug for AwaitClientDhParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AwaitClientDhParams(..)")
    }
}

/// The inner data, whichever of the four it is.
struct Inner {
    /// pq, p and q; none for one that is no number of 64 bits.
    factors: [Option<u64>; 3],
    nonce: Int128,
    server_nonce: Int128,
    new_nonce: Zeroizing<[u8; 32]>,
    dc: Option<i32>,
    expires_in: Option<i32>,
}

impl Inner {
    /// The object is followed by padding that nothing tells the length of.
    fn read(data: &[u8]) -> Result<Self, ExchangeError> {
        let inner =
            Reader::new(data)
                .read()
                .map_err(|malformed| ExchangeError::MalformedInner {
                    inner: "P_Q_inner_data",
                    malformed,
                })?;
        macro_rules! inner {
            ($inner:ident, $dc:expr, $expires_in:expr) => {
                Self {
                    factors: [number(&$inner.pq), number(&$inner.p), number(&$inner.q)],
                    nonce: $inner.nonce,
                    server_nonce: $inner.server_nonce,
                    new_nonce: Zeroizing::new($inner.new_nonce),
                    dc: $dc,
                    expires_in: $expires_in,
                }
            };
        }
        Ok(match inner {
            mtproto::TypePQInnerData::PQInnerData(plain) => inner!(plain, None, None),
            mtproto::TypePQInnerData::PQInnerDataDc(dc) => inner!(dc, Some(dc.dc), None),
            mtproto::TypePQInnerData::PQInnerDataTemp(temp) => {
                inner!(temp, None, Some(temp.expires_in))
            }
            mtproto::TypePQInnerData::PQInnerDataTempDc(temp) => {
                inner!(temp, Some(temp.dc), Some(temp.expires_in))
            }
            _ => {
                let id = Reader::new(data).peek_word().unwrap_or(0);
                return Err(ExchangeError::Unexpected { id });
            }
        })
    }
}

/// A big-endian number of at most 64 bits.
fn number(bytes: &[u8]) -> Option<u64> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let significant = &bytes[zeros..];
    let mut padded = [0; 8];
    padded[8usize.checked_sub(significant.len())?..].copy_from_slice(significant);
    Some(u64::from_be_bytes(padded))
}

fn encode(object: &impl Encode) -> Vec<u8> {
    object
        .to_bytes()
        .expect("nothing in a key exchange is optional or long")
}
