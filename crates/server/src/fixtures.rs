//! A world to begin with, from a TOML file:
//!
//! ```toml
//! [[users]]
//! phone = "9996620001"
//! first_name = "Ada"
//! password = "correct horse battery staple"      # optional
//! bot = false                                    # optional
//! dc_id = 2                                      # optional: the DC it lives on
//! pending_deletion_hash = "0123456789abcdef"     # optional: a deletion is under way, with this link hash
//! ```
//!
//! Applied again after a restart, it leaves alone whoever is there already.

use std::path::Path;

use serde::Deserialize;

use crate::core::Core;
use crate::operations::{NewUser, OperationError};

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
}

impl Core {
    /// Makes what the fixtures name and is not there yet. How many users were made.
    ///
    /// # Errors
    /// When a user cannot be made; those before it are there.
    pub async fn apply(&self, fixtures: &Fixtures) -> Result<usize, FixtureError> {
        let mut made = 0;
        for (index, user) in fixtures.users.iter().enumerate() {
            let wrap = |source| FixtureError::User { index, source };
            let phone = crate::phone::digits(&user.phone);
            let there = !phone.is_empty()
                && self
                    .read(move |tx| tx.accounts().by_phone(&phone))
                    .await
                    .map_err(wrap)?
                    .is_some();
            if there {
                continue;
            }
            let new = NewUser {
                phone: user.phone.clone(),
                first_name: user.first_name.clone(),
                last_name: user.last_name.clone(),
                password: user.password.clone(),
                bot: user.bot,
                pending_deletion_hash: user.pending_deletion_hash.clone(),
                dc_id: user.dc_id,
            };
            self.create_user(new).await.map_err(wrap)?;
            made += 1;
        }
        Ok(made)
    }
}

impl std::fmt::Debug for Fixtures {
    /// Without the passwords.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fixtures({} users)", self.users.len())
    }
}
