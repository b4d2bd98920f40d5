//! What a handler sees: one transaction, business time, randomness, the caller. Nothing else.
//!
//! A handler is a plain function `fn(&mut Cx, M) -> Result<M::Response, Raise<M::Error>>`. It does not wait:
//! the embedded store never does, and what takes long (a password proof) was computed before.
//!
//! **An error is an answer too**: what a handler changed before it raised one is committed, a
//! wrong code counts as a try and `2FA_CONFIRM_WAIT_n` leaves a pending deletion. Only when the
//! store fails is everything undone.

use std::ops::{Deref, DerefMut};

use bytes::Bytes;
use heliogram_crypto::auth_key::AuthKeyId;
use heliogram_tl::{AnyMethodError, Encode, MethodError, RpcError, api};

use crate::core::Settings;
use crate::dispatch::Work;
use crate::inbox::Arrival;
use crate::instrument::Event;
use crate::password::Prepared;
use crate::push::{CallingSession, Push, PushKind, Recipient};
use crate::randomness::Randomness;
use crate::store::auth_keys::{KeyRow, Standing};
use crate::store::{StoreError, Tx};

/// A transaction at a moment of business time: what everything that changes the world works on.
pub(crate) struct Scope<'a> {
    pub(crate) tx: Tx<'a>,
    /// Business time, unix seconds.
    pub(crate) now: i64,
    pub(crate) random: &'a Randomness,
    pub(crate) settings: &'a Settings,
    pub(crate) news: News,
}

/// What leaves when the transaction is committed, before the reply does.
#[derive(Default)]
pub(crate) struct News {
    /// For sessions.
    pub(crate) pushes: Vec<Push>,
    /// For whoever watches the world.
    pub(crate) events: Vec<Event>,
    /// For calls that wait: the numbers of what has come.
    pub(crate) came: Vec<i64>,
}

/// A [`Scope`] with a caller.
pub(crate) struct Cx<'a> {
    pub(crate) scope: Scope<'a>,
    pub(crate) caller: Caller,
    pub(crate) wire_now: i64,
    pub(crate) prepared: Prepared,
    /// Whether the handler has waited for as long as anybody may.
    pub(crate) out_of_patience: bool,
}

/// Who calls.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// The key on the envelope.
    pub(crate) envelope: i64,
    /// The permanent key behind it; none while a temporary key is not bound.
    pub(crate) key: Option<i64>,
    pub(crate) session_id: i64,
    pub(crate) msg_id: i64,
    /// The DC that the call was sent to.
    pub(crate) dc_id: i32,
    pub(crate) layer: i32,
    pub(crate) api_id: i32,
    pub(crate) user_id: Option<i64>,
    pub(crate) standing: Standing,
    pub(crate) bot: bool,
}

/// How a handler ended.
pub(crate) enum Ran {
    /// With an answer.
    Answered(Result<Bytes, RpcError>),
    /// It is to run again when what bears this number has come.
    Waits(i64),
    /// With bytes of files that are to be moved when the transaction is over, on a thread that may wait for a disk.
    Moving(Work),
}

/// Why a handler does not answer.
#[derive(Debug)]
pub(crate) enum Raise<E> {
    /// With an error documented for its method.
    Method(E),
    /// With one that any method may answer.
    Any(AnyMethodError),
    /// With one that nothing documents here.
    Unlisted(RpcError),
    /// Not yet: what bears this number has to come first. What was changed stays, and the handler runs again.
    Wait(i64),
    /// The store failed: all is undone, and the caller may try again.
    Store(StoreError),
}

impl Caller {
    /// The permanent key, for methods that cannot be reached without one.
    pub(crate) fn key(&self) -> Result<i64, AnyMethodError> {
        self.key.ok_or(AnyMethodError::AuthKeyPermEmpty)
    }

    /// The account logged in.
    pub(crate) fn user(&self) -> Result<i64, AnyMethodError> {
        match self.standing {
            Standing::Authorised => self.user_id.ok_or(AnyMethodError::AuthKeyUnregistered),
            _ => Err(self.refusal()),
        }
    }

    /// The account logged in or waiting for its password.
    pub(crate) fn user_or_pending(&self) -> Result<i64, AnyMethodError> {
        match self.standing {
            Standing::PasswordPending => self.user_id.ok_or(AnyMethodError::AuthKeyUnregistered),
            _ => self.user(),
        }
    }

    /// The session that the call came from.
    pub(crate) fn session(&self) -> CallingSession {
        CallingSession {
            key: AuthKeyId(self.envelope),
            session_id: self.session_id,
        }
    }

    /// What a caller without an account is told.
    pub(crate) fn refusal(&self) -> AnyMethodError {
        match self.standing {
            _ if self.key.is_none() => AnyMethodError::AuthKeyPermEmpty,
            Standing::Revoked => AnyMethodError::SessionRevoked,
            Standing::Deactivated => AnyMethodError::UserDeactivated,
            _ => AnyMethodError::AuthKeyUnregistered,
        }
    }
}

impl Scope<'_> {
    /// Sends updates to the authorised sessions of an account; on its own DC only.
    pub(crate) fn push_updates(
        &mut self,
        user_id: i64,
        updates: &api::TypeUpdates,
    ) -> Result<(), StoreError> {
        self.push_updates_to_others(user_id, updates, None)
    }

    /// The same, but not to the session whose call is answered with these news.
    pub(crate) fn push_updates_to_others(
        &mut self,
        user_id: i64,
        updates: &api::TypeUpdates,
        except: Option<CallingSession>,
    ) -> Result<(), StoreError> {
        let home = self.tx.accounts().by_id(user_id)?;
        let is_at_home = |key: &KeyRow| {
            let home = home.as_ref().map_or(key.dc_id, |home| home.dc_id);
            self.settings.elsewhere(home, key.dc_id).is_none()
        };
        let to: Vec<_> = self
            .tx
            .auth_keys()
            .of_user(user_id)?
            .iter()
            .filter(|key| key.standing == Standing::Authorised && is_at_home(key))
            .map(recipient)
            .collect();
        if to.is_empty() {
            return Ok(());
        }
        match updates.to_bytes() {
            Ok(bytes) => self.news.pushes.push(Push {
                user_id: Some(user_id),
                to,
                except,
                kind: PushKind::Updates(Bytes::from(bytes)),
            }),
            Err(error) => tracing::error!(%error, "updates could not be written"),
        }
        Ok(())
    }

    /// Lets something reach a phone.
    pub(crate) fn deliver(&mut self, phone: &str, arrival: &Arrival) -> Result<(), StoreError> {
        self.tx.inbox().insert(phone, arrival, self.now)?;
        self.news.events.push(Event::Inbox(phone.to_owned()));
        Ok(())
    }

    /// Says that an account, or who is logged in to it, is no longer what it was.
    pub(crate) fn changed_user(&mut self, user_id: i64) {
        self.news.events.push(Event::User(user_id));
    }

    /// Tells the gateway that keys are worth less than before.
    pub(crate) fn push_keys(&mut self, keys: &[i64], kind: PushKind) {
        if keys.is_empty() {
            return;
        }
        let to = keys.iter().map(|key| Recipient {
            key: AuthKeyId(*key),
            layer: heliogram_tl::LAYER,
        });
        self.news.pushes.push(Push {
            user_id: None,
            to: to.collect(),
            except: None,
            kind,
        });
    }
}

impl News {
    pub(crate) fn append(&mut self, mut later: Self) {
        self.pushes.append(&mut later.pushes);
        self.events.append(&mut later.events);
        self.came.append(&mut later.came);
    }
}

fn recipient(key: &KeyRow) -> Recipient {
    Recipient {
        key: AuthKeyId(key.id),
        layer: key.layer.unwrap_or(heliogram_tl::LAYER),
    }
}

impl<'a> Deref for Cx<'a> {
    type Target = Scope<'a>;

    fn deref(&self) -> &Scope<'a> {
        &self.scope
    }
}

impl<'a> DerefMut for Cx<'a> {
    fn deref_mut(&mut self) -> &mut Scope<'a> {
        &mut self.scope
    }
}

impl<E: MethodError> Raise<E> {
    /// For what several methods share: with the method's own error where it documents this one.
    pub(crate) fn of(error: RpcError) -> Self {
        E::from_rpc(&error).map_or(Self::Unlisted(error), Self::Method)
    }

    /// The error of this code and name, which many methods share: that of the method when it documents it.
    pub(crate) fn named(code: i32, name: &str) -> Self {
        Self::of(RpcError::new(code, name))
    }

    /// What the caller is told, if it is told anything.
    pub(crate) fn into_outcome(self) -> Result<Ran, StoreError> {
        match self {
            Self::Method(error) => Ok(Ran::Answered(Err(error.to_rpc()))),
            Self::Any(error) => Ok(Ran::Answered(Err(error.to_rpc()))),
            Self::Unlisted(error) => Ok(Ran::Answered(Err(error))),
            Self::Wait(number) => Ok(Ran::Waits(number)),
            Self::Store(error) => Err(error),
        }
    }
}

impl<E> From<AnyMethodError> for Raise<E> {
    fn from(error: AnyMethodError) -> Self {
        Self::Any(error)
    }
}

impl<E> From<StoreError> for Raise<E> {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl<E> From<RpcError> for Raise<E> {
    fn from(error: RpcError) -> Self {
        Self::Unlisted(error)
    }
}
