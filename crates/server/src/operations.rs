//! What one can do to the world from outside: make accounts and sessions, read and move the clock.
//!
//! These are the operations behind the control API; in process they are called as they are.

use heliogram_crypto::auth_key::AuthKey;
use heliogram_tl::LAYER;

use crate::clock::{Clock, ClockReading};
use crate::core::Core;
use crate::cx::Scope;
use crate::instrument::Event;
use crate::store::accounts::NewAccount;
use crate::store::auth_keys::{ClientInfo, Standing, StoredKey};
use crate::store::passwords::PasswordRow;
use crate::{deadlines, deletion, password, phone};

/// The last moment of business time: dates on the wire end in 2038, and deletions look ahead.
const END_OF_TIME: i64 = i32::MAX as i64 - 1_000 * crate::clock::DAY;
/// The longest name, in characters.
const MAX_NAME: usize = 64;

/// An account to be made.
#[derive(Clone, Default)]
pub struct NewUser {
    /// Digits, 7 to 15; a leading `+` and separators are stripped. Bots may do without.
    pub phone: String,
    /// 1 to 64 characters.
    pub first_name: String,
    /// Up to 64 characters.
    pub last_name: Option<String>,
    /// A 2FA password, set at this moment of business time.
    pub password: Option<String>,
    /// Whether it is a bot, which logs in with a token.
    pub bot: bool,
    /// Puts a deletion of the account under way, with this hash in its confirmation link.
    pub pending_deletion_hash: Option<String>,
    /// The DC it lives on; none for the server's own.
    pub dc_id: Option<i32>,
}

/// An account that was made.
#[derive(Clone, PartialEq, Eq)]
pub struct Created {
    /// Its id.
    pub id: i64,
    /// What a bot logs in with.
    pub bot_token: Option<String>,
}

/// An account in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserSummary {
    /// Its id.
    pub id: i64,
    /// Its number, digits only.
    pub phone: Option<String>,
    /// Its first name.
    pub first_name: String,
    /// Its last name; may be empty.
    pub last_name: String,
    /// Whether it is a bot.
    pub bot: bool,
    /// When its pending deletion is due, in business time.
    pub deletion_due: Option<i64>,
    /// The DC it lives on.
    pub dc_id: i32,
}

/// An auth key made without a key exchange, for a session string.
#[derive(Clone, Debug)]
pub struct MintedKey {
    /// The key.
    pub key: AuthKey,
    /// The account it is logged in with.
    pub user_id: Option<i64>,
    /// The DC it is for: the account's.
    pub dc_id: i32,
}

/// Why an operation did not happen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OperationError {
    /// A field that cannot be accepted.
    #[error("{field}: {reason}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// A part of something given as JSON that cannot be accepted.
    #[error("{path}: {reason}")]
    Malformed {
        /// Where it stands: `reply.users[0].id`.
        path: String,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// Nothing has this name.
    #[error("{field}: {reason}")]
    NotFound {
        /// The field that names it.
        field: &'static str,
        /// What was looked for.
        reason: String,
    },
    /// The store failed.
    #[error("the store failed: {0}")]
    Store(#[from] rusqlite::Error),
    /// The store could not commit; the log says why.
    #[error("the change could not be committed; the server's log says why")]
    NotCommitted,
    /// The server has been stopped, or the operation broke off inside it.
    #[error("the server has stopped or broke off; its log says why")]
    Stopped,
}

impl Core {
    /// Makes an account.
    ///
    /// # Errors
    /// When a field cannot be accepted, or the number is taken.
    pub async fn create_user(&self, user: NewUser) -> Result<Created, OperationError> {
        let number = number(&user)?;
        check_name("first_name", &user.first_name, 1)?;
        check_name(
            "last_name",
            user.last_name.as_deref().unwrap_or_default(),
            0,
        )?;
        if user.pending_deletion_hash.as_deref() == Some("") {
            return Err(invalid(
                "pending_deletion_hash",
                "is empty; leave it out or give the hash of the link",
            ));
        }
        if user.bot && (user.password.is_some() || user.pending_deletion_hash.is_some()) {
            return Err(invalid(
                "bot",
                "a bot has neither password nor deletion; leave those out",
            ));
        }
        let secret = match user.password.clone() {
            Some(password) if password.is_empty() => {
                return Err(invalid(
                    "password",
                    "is empty; leave it out for an account without one",
                ));
            }
            Some(password) => {
                let core = self.clone();
                let hashed = tokio::task::spawn_blocking(move || {
                    password::of_clear_text(&password, &core.shared().random)
                });
                Some(hashed.await.map_err(|_| OperationError::Stopped)?)
            }
            None => None,
        };
        let wire_now = self.shared().settings.wire_clock.now();
        self.write(wire_now, move |turn| {
            make(&mut turn.scope, &user, number.as_deref(), secret)
        })
        .await
    }

    /// Everyone who is not deleted.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn users(&self) -> Result<Vec<UserSummary>, OperationError> {
        self.read(|tx| {
            let mut users = Vec::new();
            for account in tx.accounts().all()? {
                let pending = tx.deletions().pending(account.id)?;
                users.push(UserSummary {
                    id: account.id,
                    phone: account.phone,
                    first_name: account.first_name,
                    last_name: account.last_name,
                    bot: account.bot,
                    deletion_due: pending.map(|pending| pending.due_at),
                    dc_id: account.dc_id,
                });
            }
            Ok(users)
        })
        .await
    }

    /// Makes an auth key without a key exchange, logged in to the account of this number if so wanted.
    ///
    /// # Errors
    /// When nobody has the number.
    pub async fn mint_key(
        &self,
        phone: &str,
        authorized: bool,
    ) -> Result<MintedKey, OperationError> {
        let number = phone::digits(phone);
        let said = phone.to_owned();
        let key = AuthKey::new(self.shared().random.array());
        let salt = self.shared().random.id();
        let wire_now = self.shared().settings.wire_clock.now();
        self.write(wire_now, move |turn| {
            let scope = &mut turn.scope;
            let account = scope.tx.accounts().by_phone(&number)?;
            let Some(account) = account else {
                return Err(OperationError::NotFound {
                    field: "phone",
                    reason: format!("nobody has the number {said:?}; create the user first"),
                });
            };
            let id = key.id().0;
            let new = StoredKey {
                key: key.as_bytes().to_vec(),
                salt,
                wire_expires: None,
                bound_to: None,
                dc_id: account.dc_id,
            };
            scope.tx.auth_keys().insert(id, &new)?;
            scope.tx.auth_keys().set_layer(id, LAYER)?;
            let client = ClientInfo {
                device_model: "minted session".to_owned(),
                ..ClientInfo::default()
            };
            scope.tx.auth_keys().set_client(id, &client)?;
            if authorized {
                let hash = scope.random.id();
                scope.tx.auth_keys().log_in(
                    id,
                    account.id,
                    Standing::Authorised,
                    hash,
                    scope.now,
                )?;
            }
            Ok(MintedKey {
                user_id: authorized.then_some(account.id),
                dc_id: account.dc_id,
                key,
            })
        })
        .await
    }

    /// What the business clock shows.
    #[must_use]
    pub fn clock(&self) -> ClockReading {
        let wire_now = self.shared().settings.wire_clock.now();
        self.shared().clock().reading(wire_now)
    }

    /// Moves the business clock forward. What falls due on the way happens before this returns, in order.
    ///
    /// # Errors
    /// When `seconds` is negative or leads beyond what dates on the wire can say.
    pub async fn advance_clock(&self, seconds: i64) -> Result<ClockReading, OperationError> {
        self.set_clock(move |clock, wire_now| {
            let now = clock.business(wire_now);
            if seconds < 0 {
                return Err(invalid(
                    "advance_seconds",
                    "is negative; the clock only goes forward",
                ));
            }
            match now.checked_add(seconds) {
                Some(then) if then <= END_OF_TIME => Ok(clock.advanced(seconds)),
                _ => Err(invalid(
                    "advance_seconds",
                    format!(
                        "{seconds} leads beyond 2035; at most {} are left",
                        END_OF_TIME - now
                    ),
                )),
            }
        })
        .await
    }

    /// Lets the business clock stand still, or go on from where it stands.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn freeze_clock(&self, frozen: bool) -> Result<ClockReading, OperationError> {
        self.set_clock(move |clock, wire_now| Ok(clock.frozen(frozen, wire_now)))
            .await
    }

    async fn set_clock(
        &self,
        next: impl FnOnce(Clock, i64) -> Result<Clock, OperationError> + Send + 'static,
    ) -> Result<ClockReading, OperationError> {
        let wire_now = self.shared().settings.wire_clock.now();
        self.write(wire_now, move |turn| {
            let clock = next(turn.clock, turn.wire_now)?;
            let now = clock.business(turn.wire_now);
            deadlines::fire_until(&mut turn.scope, now)?;
            turn.scope.tx.set_clock(clock.shift, clock.frozen)?;
            turn.clock = clock;
            turn.scope.news.events.push(Event::Clock);
            Ok(clock.reading(turn.wire_now))
        })
        .await
    }
}

fn number(user: &NewUser) -> Result<Option<String>, OperationError> {
    if user.bot && user.phone.trim().is_empty() {
        return Ok(None);
    }
    let plain = user
        .phone
        .chars()
        .all(|c| c.is_ascii_digit() || " +-()".contains(c));
    match phone::parse(&user.phone).filter(|_| plain) {
        Some(number) => Ok(Some(number)),
        None => Err(invalid(
            "phone",
            format!("{:?} is not a number of 7 to 15 digits", user.phone),
        )),
    }
}

fn check_name(field: &'static str, name: &str, least: usize) -> Result<(), OperationError> {
    let length = name.trim().chars().count();
    if (least..=MAX_NAME).contains(&length) {
        return Ok(());
    }
    Err(invalid(
        field,
        format!("has {length} characters, expected {least} to {MAX_NAME}"),
    ))
}

fn make(
    scope: &mut Scope<'_>,
    user: &NewUser,
    number: Option<&str>,
    secret: Option<(Vec<u8>, Vec<u8>, Vec<u8>)>,
) -> Result<Created, OperationError> {
    if let Some(number) = number
        && scope.tx.accounts().by_phone(number)?.is_some()
    {
        return Err(invalid("phone", format!("{number} is taken")));
    }
    let new = NewAccount {
        access_hash: scope.random.id(),
        phone: number,
        first_name: user.first_name.trim(),
        last_name: user.last_name.as_deref().unwrap_or_default().trim(),
        bot: user.bot,
        ttl_days: scope.settings.account_ttl_days,
        dc_id: user.dc_id.unwrap_or(scope.settings.dc_id),
    };
    let id = scope.tx.accounts().insert(&new, scope.now)?;
    let bot_token = user
        .bot
        .then(|| format!("{id}:{}", scope.random.hex::<18>()));
    if let Some(token) = &bot_token {
        scope.tx.accounts().set_bot_token(id, token)?;
    }
    if let Some((salt1, salt2, verifier)) = secret {
        let row = PasswordRow {
            version: 1,
            salt1,
            salt2,
            verifier: Some(verifier),
            changed_at: scope.now,
            ..PasswordRow::default()
        };
        scope.tx.passwords().set(id, &row)?;
    }
    if let (Some(hash), Some(number)) = (&user.pending_deletion_hash, number) {
        deletion::request(scope, id, number, Some(hash))?;
    }
    scope.changed_user(id);
    Ok(Created { id, bot_token })
}

fn invalid(field: &'static str, reason: impl Into<String>) -> OperationError {
    OperationError::Invalid {
        field,
        reason: reason.into(),
    }
}

impl std::fmt::Debug for NewUser {
    /// Without password and hash.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewUser")
            .field("phone", &self.phone)
            .field("first_name", &self.first_name)
            .field("bot", &self.bot)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Created {
    /// Without the token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Created")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
