//! Accounts, made, read, changed and deleted from outside.

use heliogram_tl::api::{InputPeerUser, TypeInputPeer};
use heliogram_tl::{AccessHash, UserId};

use crate::core::{Core, Settings};
use crate::cx::Scope;
use crate::operations::OperationError;
use crate::people::{news, numbers, username};
use crate::randomness::Randomness;
use crate::store::accounts::{Account, NewAccount};
use crate::store::passwords::PasswordRow;
use crate::store::{StoreError, Tx};
use crate::{deletion, password, phone};

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
    /// The name it is found by: 5 to 32 Latin letters, digits and single underscores, a letter first.
    pub username: Option<String>,
}

/// An account that was made.
#[derive(Clone, PartialEq, Eq)]
pub struct Created {
    /// Its id.
    pub id: i64,
    /// What others name it with, beside the id.
    pub access_hash: AccessHash,
    /// What a bot logs in with.
    pub bot_token: Option<String>,
}

/// An account in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserSummary {
    /// Its id.
    pub id: i64,
    /// What others name it with, beside the id.
    pub access_hash: AccessHash,
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
    /// Whether it has a 2FA password.
    pub has_password: bool,
    /// Its last call, in business time.
    pub active_at: Option<i64>,
    /// Until when it is online, or when it was last, in business time.
    pub online_until: Option<i64>,
    /// The name it is found by.
    pub username: Option<String>,
}

/// What is to be different about an account; what is none stays.
#[derive(Clone, Default)]
pub struct UserEdit {
    /// As in [`NewUser::phone`]; must be free.
    pub phone: Option<String>,
    /// 1 to 64 characters.
    pub first_name: Option<String>,
    /// Up to 64 characters.
    pub last_name: Option<String>,
    /// A new 2FA password; `Some(None)` removes it.
    pub password: Option<Option<String>>,
    /// As in [`NewUser::username`]; `Some(None)` gives it up.
    pub username: Option<Option<String>>,
}

/// An account that may be made as soon as there is a transaction.
pub(crate) struct Prepared {
    user: NewUser,
    number: Option<String>,
    secret: Option<Secret>,
}

impl Core {
    /// Makes an account.
    ///
    /// # Errors
    /// When a field cannot be accepted, or the number is taken.
    pub async fn create_user(&self, user: NewUser) -> Result<Created, OperationError> {
        let core = self.clone();
        let prepare = move || Prepared::new(user, &core.shared().random);
        let prepared = tokio::task::spawn_blocking(prepare).await;
        let user = prepared.map_err(|_| OperationError::Stopped)??;
        let wire_now = self.shared().settings.wire_clock.now();
        self.write(wire_now, move |turn| user.make(&mut turn.scope))
            .await
    }

    /// Everyone who is not deleted.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn users(&self) -> Result<Vec<UserSummary>, OperationError> {
        self.read(|tx| {
            let accounts = tx.accounts().all()?.into_iter();
            accounts.map(|account| summary(tx, account)).collect()
        })
        .await
    }

    /// The account with this id.
    ///
    /// # Errors
    /// When there is none, or it is deleted.
    pub async fn user(&self, id: i64) -> Result<UserSummary, OperationError> {
        let found = self.read(move |tx| {
            let account = tx.accounts().by_id(id)?.filter(|account| !account.deleted);
            account.map(|account| summary(tx, account)).transpose()
        });
        found.await?.ok_or_else(|| nobody(id))
    }

    /// The account with this number.
    ///
    /// # Errors
    /// When nobody has it.
    pub async fn user_by_phone(&self, phone: &str) -> Result<UserSummary, OperationError> {
        let number = phone::digits(phone);
        let found = self.read(move |tx| {
            let account = tx.accounts().by_phone(&number)?;
            account.map(|account| summary(tx, account)).transpose()
        });
        found.await?.ok_or_else(|| {
            OperationError::not_found("phone", format!("nobody has the number {phone:?}"))
        })
    }

    /// Changes an account, as its owner would: a new number or password also stops a pending deletion.
    ///
    /// # Errors
    /// When there is no such account, a field cannot be accepted, or the number is taken.
    pub async fn edit_user(&self, id: i64, edit: UserEdit) -> Result<UserSummary, OperationError> {
        let number = edit.phone.as_deref().map(parse_number).transpose()?;
        if let Some(name) = &edit.first_name {
            check_name("first_name", name, 1)?;
        }
        if let Some(name) = &edit.last_name {
            check_name("last_name", name, 0)?;
        }
        if let Some(Some(username)) = &edit.username {
            check_username(username)?;
        }
        let (core, password) = (self.clone(), edit.password.clone().flatten());
        let hash = move || {
            let hash = |password: String| secret_of(&password, &core.shared().random);
            password.map(hash).transpose()
        };
        let secret = tokio::task::spawn_blocking(hash).await;
        let secret = secret.map_err(|_| OperationError::Stopped)??;
        let wire_now = self.shared().settings.wire_clock.now();
        self.write(wire_now, move |turn| {
            change(&mut turn.scope, id, &edit, number.as_deref(), secret)
        })
        .await
    }

    /// Deletes an account now, as the service does: its sessions end, its number is free.
    ///
    /// # Errors
    /// When there is no such account.
    pub async fn delete_user(&self, id: i64) -> Result<(), OperationError> {
        let wire_now = self.shared().settings.wire_clock.now();
        self.write(wire_now, move |turn| {
            alive(&turn.scope, id)?;
            Ok(deletion::execute(&mut turn.scope, id, None)?)
        })
        .await
    }
}

impl UserSummary {
    /// How others name the account as the peer of a chat.
    pub fn input_peer(&self) -> TypeInputPeer {
        input_peer(self.id, self.access_hash)
    }
}

/// How others name an account as the peer of a chat.
pub(crate) fn input_peer(id: i64, access_hash: AccessHash) -> TypeInputPeer {
    TypeInputPeer::InputPeerUser(InputPeerUser {
        user_id: UserId(id),
        access_hash,
    })
}

impl Prepared {
    /// Checks an account, and hashes its password, which takes a tenth of a second.
    pub(crate) fn new(user: NewUser, random: &Randomness) -> Result<Self, OperationError> {
        let number = number(&user)?;
        check_name("first_name", &user.first_name, 1)?;
        let last_name = user.last_name.as_deref().unwrap_or_default();
        check_name("last_name", last_name, 0)?;
        if let Some(username) = &user.username {
            check_username(username)?;
        }
        if user.pending_deletion_hash.as_deref() == Some("") {
            return Err(OperationError::invalid(
                "pending_deletion_hash",
                "is empty; leave it out or give the hash of the link",
            ));
        }
        if user.bot && (user.password.is_some() || user.pending_deletion_hash.is_some()) {
            return Err(OperationError::invalid(
                "bot",
                "a bot has neither password nor deletion; leave those out",
            ));
        }
        let secret = user.password.as_deref();
        let secret = secret.map(|password| secret_of(password, random));
        Ok(Self {
            number,
            secret: secret.transpose()?,
            user,
        })
    }

    /// Makes the account. The number must be free.
    pub(crate) fn make(&self, scope: &mut Scope<'_>) -> Result<Created, OperationError> {
        let user = &self.user;
        let number = self.number.as_deref();
        if let Some(dc_id) = user.dc_id {
            check_dc(scope.settings, dc_id)?;
        }
        if let Some(number) = number
            && scope.tx.accounts().by_phone(number)?.is_some()
        {
            return Err(OperationError::refused(
                "phone",
                format!("{number} is taken"),
            ));
        }
        if let Some(username) = &user.username {
            check_free(scope, username, None)?;
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
        if user.username.is_some() {
            let username = user.username.as_deref();
            scope.tx.accounts().set_username(id, username)?;
        }
        if let Some(number) = number {
            numbers::arrived(scope, id, number, None)?;
        }
        if let Some((salt1, salt2, verifier)) = self.secret.clone() {
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
        Ok(Created {
            id,
            access_hash: AccessHash(new.access_hash),
            bot_token,
        })
    }
}

/// What is kept of a password.
fn secret_of(password: &str, random: &Randomness) -> Result<Secret, OperationError> {
    if password.is_empty() {
        return Err(OperationError::invalid(
            "password",
            "is empty; leave it out for an account without one",
        ));
    }
    Ok(password::of_clear_text(password, random))
}

/// The salts and the verifier of a password.
type Secret = (Vec<u8>, Vec<u8>, Vec<u8>);

fn summary(tx: Tx<'_>, account: Account) -> Result<UserSummary, StoreError> {
    let pending = tx.deletions().pending(account.id)?;
    let password = tx.passwords().of(account.id)?;
    Ok(UserSummary {
        id: account.id,
        access_hash: AccessHash(account.access_hash),
        phone: account.phone,
        first_name: account.first_name,
        last_name: account.last_name,
        bot: account.bot,
        deletion_due: pending.map(|pending| pending.due_at),
        dc_id: account.dc_id,
        has_password: password.is_some_and(|password| password.verifier.is_some()),
        active_at: account.active_at,
        online_until: account.online_until,
        username: account.username,
    })
}

/// Whether somebody can live on this DC; without doors, nothing says which there are.
fn check_dc(settings: &Settings, dc_id: i32) -> Result<(), OperationError> {
    let served: Vec<_> = settings.addresses().into_keys().collect();
    if (1..=5).contains(&dc_id) && (served.is_empty() || served.contains(&dc_id)) {
        return Ok(());
    }
    if !(1..=5).contains(&dc_id) {
        let reason = format!("{dc_id} is not one of 1 to 5");
        return Err(OperationError::invalid("dc_id", reason));
    }
    let reason = format!(
        "this server has no DC {dc_id}, it has {served:?}; start it with --dc {dc_id}=PORT"
    );
    Err(OperationError::refused("dc_id", reason))
}

fn nobody(id: i64) -> OperationError {
    OperationError::not_found("id", format!("there is no user {id}"))
}

/// An account that is not deleted.
fn alive(scope: &Scope<'_>, id: i64) -> Result<Account, OperationError> {
    let account = scope.tx.accounts().by_id(id)?;
    account
        .filter(|account| !account.deleted)
        .ok_or_else(|| nobody(id))
}

fn number(user: &NewUser) -> Result<Option<String>, OperationError> {
    if user.bot && user.phone.trim().is_empty() {
        return Ok(None);
    }
    parse_number(&user.phone).map(Some)
}

fn parse_number(phone: &str) -> Result<String, OperationError> {
    let plain = phone
        .chars()
        .all(|c| c.is_ascii_digit() || " +-()".contains(c));
    phone::parse(phone).filter(|_| plain).ok_or_else(|| {
        OperationError::invalid(
            "phone",
            format!("{phone:?} is not a number of 7 to 15 digits"),
        )
    })
}

fn check_name(field: &'static str, name: &str, least: usize) -> Result<(), OperationError> {
    let length = name.chars().count();
    if name.trim().chars().count() >= least && length <= MAX_NAME {
        return Ok(());
    }
    Err(OperationError::invalid(
        field,
        format!("has {length} characters, expected {least} to {MAX_NAME} and not only blanks"),
    ))
}

fn check_username(username: &str) -> Result<(), OperationError> {
    if username::is_well_formed(username) && username.len() >= username::SHORTEST {
        return Ok(());
    }
    Err(OperationError::invalid(
        "username",
        format!(
            "{username:?} is not 5 to 32 Latin letters, digits and single underscores, a letter first and no underscore last"
        ),
    ))
}

/// Whether nobody has a name, or this account does.
fn check_free(scope: &Scope<'_>, username: &str, id: Option<i64>) -> Result<(), OperationError> {
    match scope.tx.accounts().by_username(username)? {
        Some(owner) if Some(owner.id) != id => Err(OperationError::refused(
            "username",
            format!("{username} is taken"),
        )),
        _ => Ok(()),
    }
}

fn change(
    scope: &mut Scope<'_>,
    id: i64,
    edit: &UserEdit,
    number: Option<&str>,
    secret: Option<Secret>,
) -> Result<UserSummary, OperationError> {
    let account = alive(scope, id)?;
    if account.bot && edit.password.is_some() {
        return Err(OperationError::refused(
            "password",
            "a bot has none; leave it out",
        ));
    }
    if let Some(username) = &edit.username {
        if let Some(username) = username {
            check_free(scope, username, Some(id))?;
        }
        let username = username.as_deref();
        scope.tx.accounts().set_username(id, username)?;
    }
    if edit.first_name.is_some() || edit.last_name.is_some() {
        let first = edit.first_name.as_deref().unwrap_or(&account.first_name);
        let last = edit.last_name.as_deref().unwrap_or(&account.last_name);
        scope
            .tx
            .accounts()
            .set_names(id, first.trim(), last.trim())?;
    }
    if edit.username.is_some() || edit.first_name.is_some() || edit.last_name.is_some() {
        news::renamed(scope, id, None)?;
    }
    let renumbered = number.filter(|number| account.phone.as_deref() != Some(*number));
    if let Some(number) = renumbered {
        if scope.tx.accounts().by_phone(number)?.is_some() {
            return Err(OperationError::refused(
                "phone",
                format!("{number} is taken"),
            ));
        }
        scope.tx.accounts().set_phone(id, number)?;
        numbers::arrived(scope, id, number, None)?;
    }
    if edit.password.is_some() {
        let mut row = scope.tx.passwords().of(id)?.unwrap_or_default();
        match secret {
            Some((salt1, salt2, verifier)) => {
                (row.salt1, row.salt2, row.verifier) = (salt1, salt2, Some(verifier));
                row.hint = None;
                password::changed(scope, &mut row);
            }
            None => password::remove(scope, &mut row),
        }
        scope.tx.passwords().set(id, &row)?;
    }
    if renumbered.is_some() || edit.password.is_some() {
        deletion::cancel_pending(scope, id, None)?;
    }
    scope.changed_user(id);
    Ok(summary(scope.tx, alive(scope, id)?)?)
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

impl std::fmt::Debug for UserEdit {
    /// Without the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserEdit")
            .field("phone", &self.phone)
            .field("first_name", &self.first_name)
            .field("last_name", &self.last_name)
            .finish_non_exhaustive()
    }
}
