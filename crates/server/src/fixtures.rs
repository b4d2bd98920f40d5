//! A world to begin with, from a TOML file:
//!
//! ```toml
//! [[users]]
//! phone = "9996620001"
//! first_name = "Ada"
//! username = "ada_l"                             # optional
//! password = "correct horse battery staple"      # optional
//! bot = false                                    # optional
//! dc_id = 2                                      # optional: the DC it lives on
//! pending_deletion_hash = "0123456789abcdef"     # optional: a deletion is under way, with this link hash
//! ```
//!
//! Applied again after a restart, it leaves alone whoever is there already. A world remembers what it began with, and
//! does so again when it is reset.

use std::path::Path;

use serde::Deserialize;

use crate::core::{Core, lock};
use crate::cx::Scope;
use crate::operations::{NewUser, OperationError, Prepared};
use crate::phone;
use crate::randomness::Randomness;
use crate::store::accounts::Account;

/// A world to begin with.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixtures {
    #[serde(default)]
    users: Vec<User>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct User {
    #[serde(default)]
    phone: String,
    first_name: String,
    last_name: Option<String>,
    password: Option<String>,
    #[serde(default)]
    bot: bool,
    pending_deletion_hash: Option<String>,
    dc_id: Option<i32>,
    username: Option<String>,
}

/// Why fixtures cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FixtureError {
    /// The file cannot be read.
    #[error("the fixture file {path} cannot be read: {source}")]
    Read {
        /// The file.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// It is not such a file; the message says where.
    #[error("the fixtures are not as they should be: {0}")]
    Parse(#[from] toml::de::Error),
    /// A user cannot be made.
    #[error("users[{index}].{source}")]
    User {
        /// Which one, counted from 0.
        index: usize,
        /// Why.
        source: OperationError,
    },
    /// They cannot be applied.
    #[error(transparent)]
    Operation(#[from] OperationError),
}

impl Fixtures {
    /// Reads fixtures from their text.
    ///
    /// # Errors
    /// When the text is not TOML or has fields that mean nothing.
    pub fn parse(text: &str) -> Result<Self, FixtureError> {
        Ok(toml::from_str(text)?)
    }

    /// Reads a fixture file.
    ///
    /// # Errors
    /// When the file cannot be read, or as [`Self::parse`].
    pub fn from_file(path: &Path) -> Result<Self, FixtureError> {
        let text = std::fs::read_to_string(path).map_err(|source| FixtureError::Read {
            path: path.display().to_string(),
            source,
        })?;
        Self::parse(&text)
    }

    /// Checks those who are not there, and hashes their passwords.
    pub(crate) fn prepare(
        &self,
        random: &Randomness,
        there: &[Account],
    ) -> Result<Vec<Fixture>, FixtureError> {
        let users = self.users.iter().enumerate();
        let missing = users.filter(|(_, user)| !there.iter().any(|account| user.is(account)));
        let prepare = |(index, user): (usize, &User)| {
            let user = Prepared::new(user.into(), random);
            let user = user.map_err(|source| FixtureError::User { index, source })?;
            Ok(Fixture { index, user })
        };
        missing.map(prepare).collect()
    }
}

/// A user of the fixtures who is not there yet.
pub(crate) struct Fixture {
    index: usize,
    user: Prepared,
}

impl Fixture {
    pub(crate) fn make(&self, scope: &mut Scope<'_>) -> Result<(), OperationError> {
        let index = self.index;
        match self.user.make(scope) {
            Ok(_) => Ok(()),
            Err(source) => Err(FixtureError::User { index, source }.into()),
        }
    }
}

impl User {
    /// Whether it is this one: by number, or by name when it is a bot without.
    fn is(&self, account: &Account) -> bool {
        let number = phone::digits(&self.phone);
        match &account.phone {
            Some(phone) => *phone == number,
            None => number.is_empty() && self.bot && account.first_name == self.first_name.trim(),
        }
    }
}

impl Core {
    /// Makes what the fixtures name and is not there yet, and remembers them: after a reset it is there again. How
    /// many users were made.
    ///
    /// # Errors
    /// When a user cannot be made; then none is.
    pub async fn begin_with(&self, fixtures: Fixtures) -> Result<usize, FixtureError> {
        let there = self.read(|tx| tx.accounts().all()).await?;
        let core = self.clone();
        let prepare = move || {
            let users = fixtures.prepare(&core.shared().random, &there)?;
            Ok::<_, FixtureError>((fixtures, users))
        };
        let prepared = tokio::task::spawn_blocking(prepare).await;
        let (fixtures, users) = prepared.map_err(|_| OperationError::Stopped)??;
        let made = users.len();
        let wire_now = self.shared().settings.wire_clock.now();
        self.write(wire_now, move |turn| {
            users.iter().try_for_each(|user| user.make(&mut turn.scope))
        })
        .await?;
        *lock(&self.shared().fixtures) = fixtures;
        Ok(made)
    }
}

impl From<FixtureError> for OperationError {
    fn from(error: FixtureError) -> Self {
        match error {
            FixtureError::Operation(error) => error,
            other => Self::Invalid {
                field: "fixtures",
                reason: other.to_string(),
            },
        }
    }
}

impl From<&User> for NewUser {
    fn from(user: &User) -> Self {
        Self {
            phone: user.phone.clone(),
            first_name: user.first_name.clone(),
            last_name: user.last_name.clone(),
            password: user.password.clone(),
            bot: user.bot,
            pending_deletion_hash: user.pending_deletion_hash.clone(),
            dc_id: user.dc_id,
            username: user.username.clone(),
        }
    }
}

impl std::fmt::Debug for Fixtures {
    /// Without the passwords.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fixtures({} users)", self.users.len())
    }
}
