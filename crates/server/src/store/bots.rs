//! What bots say of themselves: texts, commands, a menu button.

use rusqlite::{Connection, OptionalExtension};

use super::StoreError;

/// Bots in a transaction.
pub(crate) struct Bots<'c>(pub(super) &'c Connection);

/// A bot in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct BotTexts {
    /// The line in its profile.
    pub(crate) about: String,
    /// What an empty chat with it shows.
    pub(crate) description: String,
}

impl Bots<'_> {
    pub(crate) fn texts(&self, bot: i64, lang_code: &str) -> Result<Option<BotTexts>, StoreError> {
        self.0
            .prepare_cached(
                "SELECT about, description FROM bot_infos WHERE bot = ?1 AND lang_code = ?2",
            )?
            .query_row((bot, lang_code), |row| {
                Ok(BotTexts {
                    about: row.get(0)?,
                    description: row.get(1)?,
                })
            })
            .optional()
    }

    pub(crate) fn set_texts(
        &self,
        bot: i64,
        lang_code: &str,
        texts: &BotTexts,
    ) -> Result<(), StoreError> {
        self.0
            .prepare_cached("INSERT OR REPLACE INTO bot_infos VALUES (?1, ?2, ?3, ?4)")?
            .execute((bot, lang_code, &texts.about, &texts.description))?;
        self.is_new(bot)
    }

    /// `Vector<BotCommand>`
    pub(crate) fn commands(
        &self,
        bot: i64,
        scope: &[u8],
        lang_code: &str,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.0
            .prepare_cached(
                "SELECT commands FROM bot_commands WHERE bot = ?1 AND scope = ?2 AND lang_code = ?3",
            )?
            .query_row((bot, scope, lang_code), |row| row.get(0))
            .optional()
    }

    pub(crate) fn set_commands(
        &self,
        bot: i64,
        scope: &[u8],
        lang_code: &str,
        commands: &[u8],
    ) -> Result<(), StoreError> {
        self.0
            .prepare_cached("INSERT OR REPLACE INTO bot_commands VALUES (?1, ?2, ?3, ?4)")?
            .execute((bot, scope, lang_code, commands))?;
        self.is_new(bot)
    }

    pub(crate) fn remove_commands(
        &self,
        bot: i64,
        scope: &[u8],
        lang_code: &str,
    ) -> Result<(), StoreError> {
        self.0
            .prepare_cached(
                "DELETE FROM bot_commands WHERE bot = ?1 AND scope = ?2 AND lang_code = ?3",
            )?
            .execute((bot, scope, lang_code))?;
        self.is_new(bot)
    }

    /// A `BotMenuButton`: the one for this user, else the one for all.
    pub(crate) fn menu_button(
        &self,
        bot: i64,
        user_id: i64,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.0
            .prepare_cached(
                "SELECT button FROM bot_menu_buttons WHERE bot = ?1 AND user_id IN (0, ?2)
                 ORDER BY user_id DESC LIMIT 1",
            )?
            .query_row((bot, user_id), |row| row.get(0))
            .optional()
    }

    /// For one user, or with 0 for all.
    pub(crate) fn set_menu_button(
        &self,
        bot: i64,
        user_id: i64,
        button: &[u8],
    ) -> Result<(), StoreError> {
        self.0
            .prepare_cached("INSERT OR REPLACE INTO bot_menu_buttons VALUES (?1, ?2, ?3)")?
            .execute((bot, user_id, button))?;
        Ok(())
    }

    /// Clients that know an older version ask again.
    fn is_new(&self, bot: i64) -> Result<(), StoreError> {
        self.0
            .prepare_cached(
                "UPDATE accounts SET bot_info_version = bot_info_version + 1 WHERE id = ?1",
            )?
            .execute([bot])?;
        Ok(())
    }

    /// Forgets a bot that is gone.
    pub(crate) fn remove(&self, bot: i64) -> Result<(), StoreError> {
        for table in [
            "bot_infos",
            "bot_commands",
            "bot_menu_buttons",
            "callback_queries",
        ] {
            self.0
                .prepare_cached(&format!("DELETE FROM {table} WHERE bot = ?1"))?
                .execute([bot])?;
        }
        Ok(())
    }
}
