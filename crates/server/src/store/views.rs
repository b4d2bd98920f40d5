//! Accounts together with what they and whoever looks at them are to each other, in one query.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension};

use super::StoreError;
use super::accounts::{self, Account, COLUMNS, columns};
use crate::people::privacy::Key;

/// Views in a transaction.
pub(crate) struct Views<'c>(pub(super) &'c Connection);

/// An account, seen by somebody else.
pub(crate) struct View {
    pub(crate) account: Account,
    /// How the viewer has it in their address book.
    pub(crate) saved: Option<Saved>,
    /// Whether it has the viewer in its own.
    pub(crate) has_viewer: bool,
    /// Whether it has blocked the viewer.
    pub(crate) blocks_viewer: bool,
    pub(crate) viewer_is_bot: bool,
    /// Who may see when it was online: a vector of PrivacyRule; none when it is as for everybody.
    pub(crate) status_rules: Option<Bytes>,
    /// Who may see its number.
    pub(crate) phone_rules: Option<Bytes>,
    /// Who may see when the viewer was online.
    pub(crate) viewers_status_rules: Option<Bytes>,
}

/// A line of an address book.
pub(crate) struct Saved {
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    /// The number by which it came in; may be empty.
    pub(crate) phone: String,
}

impl Views<'_> {
    /// The account as somebody else sees it.
    pub(crate) fn of(&self, id: i64, viewer: i64) -> Result<Option<View>, StoreError> {
        self.0
            .prepare_cached(SELECT)?
            .query_row(
                (
                    id,
                    viewer,
                    Key::StatusTimestamp.number(),
                    Key::PhoneNumber.number(),
                ),
                |row| {
                    let saved: Option<String> = row.get(COLUMNS)?;
                    Ok(View {
                        account: accounts::account(row)?,
                        saved: match saved {
                            Some(first_name) => Some(Saved {
                                first_name,
                                last_name: row.get(COLUMNS + 1)?,
                                phone: row.get(COLUMNS + 2)?,
                            }),
                            None => None,
                        },
                        has_viewer: row.get(COLUMNS + 3)?,
                        blocks_viewer: row.get(COLUMNS + 4)?,
                        viewer_is_bot: row.get(COLUMNS + 5)?,
                        status_rules: rules(row.get(COLUMNS + 6)?),
                        phone_rules: rules(row.get(COLUMNS + 7)?),
                        viewers_status_rules: rules(row.get(COLUMNS + 8)?),
                    })
                },
            )
            .optional()
    }

    /// Those who know an account, by id: they have it in their address book or a chat with it. When a moment is given, only
    /// people who are online then.
    pub(crate) fn acquaintances(
        &self,
        user_id: i64,
        online_at: Option<i64>,
    ) -> Result<Vec<i64>, StoreError> {
        self.0
            .prepare_cached(
                "SELECT id FROM accounts WHERE id <> ?1 AND (?2 IS NULL OR online_until > ?2) AND id IN
                     (SELECT owner_id FROM contacts WHERE user_id = ?1 UNION SELECT peer FROM dialogs WHERE owner = ?1)
                 ORDER BY id",
            )?
            .query_map((user_id, online_at), |row| row.get(0))?
            .collect()
    }
}

fn rules(column: Option<Vec<u8>>) -> Option<Bytes> {
    column.map(Bytes::from)
}

const SELECT: &str = concat!(
    "SELECT ",
    columns!("seen"),
    ",
    saved.first_name, saved.last_name, saved.phone, back.owner_id IS NOT NULL, blocked.owner_id IS NOT NULL,
    viewer.bot_token IS NOT NULL, status.rules, number.rules, own.rules
    FROM accounts seen
    LEFT JOIN accounts viewer ON viewer.id = ?2
    LEFT JOIN contacts saved ON saved.owner_id = ?2 AND saved.user_id = ?1
    LEFT JOIN contacts back ON back.owner_id = ?1 AND back.user_id = ?2
    LEFT JOIN blocked ON blocked.owner_id = ?1 AND blocked.list = 0 AND blocked.user_id = ?2
    LEFT JOIN privacy status ON status.user_id = ?1 AND status.key = ?3
    LEFT JOIN privacy number ON number.user_id = ?1 AND number.key = ?4
    LEFT JOIN privacy own ON own.user_id = ?2 AND own.key = ?3
    WHERE seen.id = ?1"
);
