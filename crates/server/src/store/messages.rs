//! Messages between two accounts.
//!
//! What was written is one row of `contents`; each of the two has a place for it in the box of its own, with an id of
//! its own, and the content knows both places. In Saved Messages there is one place only. TL objects are kept as
//! bytes of the newest layer. How they change is in `messages/changes.rs`, how they are searched in
//! `messages/finding.rs`.

mod changes;
mod finding;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::StoreError;

/// Messages in a transaction.
pub(crate) struct Messages<'c>(pub(super) &'c Connection);

/// What was written.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    pub(crate) id: i64,
    pub(crate) sender: i64,
    /// Its id in the sender's box, while it is there.
    pub(crate) sender_message: Option<i32>,
    /// The sender in Saved Messages.
    pub(crate) recipient: i64,
    pub(crate) recipient_message: Option<i32>,
    pub(crate) random_id: Option<i64>,
    pub(crate) date: i64,
    pub(crate) edit_date: Option<i64>,
    pub(crate) text: String,
    pub(crate) traits: Traits,
    pub(crate) grouped_id: Option<i64>,
    pub(crate) via_bot: Option<i64>,
    /// `Vector<MessageEntity>`.
    pub(crate) entities: Option<Vec<u8>>,
    /// A `MessageMedia`.
    pub(crate) media: Option<Vec<u8>>,
    /// A `ReplyMarkup`.
    pub(crate) reply_markup: Option<Vec<u8>>,
    /// A `MessageFwdHeader`.
    pub(crate) fwd_from: Option<Vec<u8>>,
    /// A `MessageReplyHeader` with a quote and the like, whose message id is that of each box.
    pub(crate) reply_header: Option<Vec<u8>>,
    /// A `MessageAction`, in a service message.
    pub(crate) action: Option<Vec<u8>>,
}

/// The yes-or-no properties of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Traits {
    pub(crate) silent: bool,
    pub(crate) noforwards: bool,
    pub(crate) invert_media: bool,
    /// The media was not yet listened to or looked at by the recipient.
    pub(crate) media_unread: bool,
    pub(crate) edit_hide: bool,
}

/// A message as one account has it.
#[derive(Clone, Debug)]
pub(crate) struct MessageRow {
    pub(crate) owner: i64,
    pub(crate) id: i32,
    pub(crate) peer: i64,
    /// The pts that its owner reached by it.
    pub(crate) pts: i32,
    /// What it answers, in the same box.
    pub(crate) reply_to: Option<i32>,
    pub(crate) pinned: bool,
    pub(crate) content: Content,
}

impl MessageRow {
    /// Whether its owner wrote it.
    pub(crate) fn is_out(&self) -> bool {
        self.content.sender == self.owner
    }

    /// Its id in the box of the other, if that has it. In Saved Messages there is no other.
    pub(crate) fn of_other(&self) -> Option<i32> {
        match self.is_out() {
            true => self.content.recipient_message,
            false => self.content.sender_message,
        }
    }
}

impl Traits {
    fn bits(self) -> i64 {
        let all = [
            self.silent,
            self.noforwards,
            self.invert_media,
            self.media_unread,
            self.edit_hide,
        ];
        all.iter()
            .enumerate()
            .map(|(bit, is_set)| i64::from(*is_set) << bit)
            .sum()
    }

    fn of_bits(bits: i64) -> Self {
        let bit = |bit: u32| bits & (1 << bit) != 0;
        Self {
            silent: bit(0),
            noforwards: bit(1),
            invert_media: bit(2),
            media_unread: bit(3),
            edit_hide: bit(4),
        }
    }
}

impl Messages<'_> {
    /// The next id of an account's box, and the pts that it reaches by a new message.
    pub(crate) fn next(&self, owner: i64) -> Result<(i32, i32), StoreError> {
        self.0
            .prepare_cached(
                "UPDATE accounts SET last_message = last_message + 1, pts = pts + 1 WHERE id = ?1
                 RETURNING last_message, pts",
            )?
            .query_row([owner], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// Keeps what was written; gives its number. `new.id` does not count.
    pub(crate) fn insert_content(&self, new: &Content) -> Result<i64, StoreError> {
        self.0
            .prepare_cached(
                "INSERT INTO contents (sender, sender_message, recipient, recipient_message, random_id, date, edit_date,
                     text, traits, grouped_id, via_bot, entities, media, reply_markup, fwd_from, reply_header, action)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
            )?
            .insert(params![
                new.sender,
                new.sender_message,
                new.recipient,
                new.recipient_message,
                new.random_id,
                new.date,
                new.edit_date,
                new.text,
                new.traits.bits(),
                new.grouped_id,
                new.via_bot,
                new.entities,
                new.media,
                new.reply_markup,
                new.fwd_from,
                new.reply_header,
                new.action,
            ])
    }

    /// Puts a content into a box.
    pub(crate) fn insert_place(&self, row: &MessageRow) -> Result<(), StoreError> {
        self.0
            .prepare_cached(
                "INSERT INTO boxes (owner, id, peer, content, pts, reply_to) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute((
                row.owner,
                row.id,
                row.peer,
                row.content.id,
                row.pts,
                row.reply_to,
            ))?;
        Ok(())
    }

    pub(crate) fn find(&self, owner: i64, id: i32) -> Result<Option<MessageRow>, StoreError> {
        self.0
            .prepare_cached(&format!("SELECT {COLUMNS} {OF_BOX} AND boxes.id = ?2"))?
            .query_row((owner, id), message)
            .optional()
    }

    /// What a sender sent under a random_id before, as it has it.
    pub(crate) fn by_random_id(
        &self,
        sender: i64,
        random_id: i64,
    ) -> Result<Option<Content>, StoreError> {
        self.0
            .prepare_cached(&format!(
                "SELECT {CONTENT} FROM contents WHERE sender = ?1 AND random_id = ?2"
            ))?
            .query_row((sender, random_id), |row| content(row, 0))
            .optional()
    }

    /// Forgets the box of an account that is gone; what it wrote stays with those it wrote to.
    pub(crate) fn remove_of_user(&self, owner: i64) -> Result<(), StoreError> {
        self.0
            .prepare_cached(
                "UPDATE contents SET sender_message = iif(sender = ?1, NULL, sender_message),
                     recipient_message = iif(recipient = ?1, NULL, recipient_message)
                 WHERE id IN (SELECT content FROM boxes WHERE owner = ?1)",
            )?
            .execute([owner])?;
        self.0
            .prepare_cached(
                "DELETE FROM contents WHERE id IN (SELECT content FROM boxes WHERE owner = ?1)
                 AND sender_message IS NULL AND recipient_message IS NULL",
            )?
            .execute([owner])?;
        for table in ["boxes", "dialogs", "happenings"] {
            self.0
                .prepare_cached(&format!("DELETE FROM {table} WHERE owner = ?1"))?
                .execute([owner])?;
        }
        Ok(())
    }
}

const CONTENT: &str = "contents.id, sender, sender_message, recipient, recipient_message, random_id, date, edit_date, text,
    traits, grouped_id, via_bot, entities, media, reply_markup, fwd_from, reply_header, action";

const COLUMNS: &str = "owner, boxes.id, peer, pts, reply_to, pinned, contents.id, sender, sender_message, recipient,
    recipient_message, random_id, date, edit_date, text, traits, grouped_id, via_bot, entities, media, reply_markup, fwd_from,
    reply_header, action";

/// Messages of a box.
const OF_BOX: &str = "FROM boxes JOIN contents ON contents.id = content WHERE owner = ?1";

/// Messages of one chat of a box. The index has to be named: left to choose, SQLite reads the whole box.
const OF_CHAT: &str = "FROM boxes INDEXED BY boxes_by_peer JOIN contents ON contents.id = content
    WHERE owner = ?1 AND peer = ?2";

fn message(row: &Row<'_>) -> Result<MessageRow, StoreError> {
    Ok(MessageRow {
        owner: row.get(0)?,
        id: row.get(1)?,
        peer: row.get(2)?,
        pts: row.get(3)?,
        reply_to: row.get(4)?,
        pinned: row.get(5)?,
        content: content(row, 6)?,
    })
}

fn content(row: &Row<'_>, first: usize) -> Result<Content, StoreError> {
    Ok(Content {
        id: row.get(first)?,
        sender: row.get(first + 1)?,
        sender_message: row.get(first + 2)?,
        recipient: row.get(first + 3)?,
        recipient_message: row.get(first + 4)?,
        random_id: row.get(first + 5)?,
        date: row.get(first + 6)?,
        edit_date: row.get(first + 7)?,
        text: row.get(first + 8)?,
        traits: Traits::of_bits(row.get(first + 9)?),
        grouped_id: row.get(first + 10)?,
        via_bot: row.get(first + 11)?,
        entities: row.get(first + 12)?,
        media: row.get(first + 13)?,
        reply_markup: row.get(first + 14)?,
        fwd_from: row.get(first + 15)?,
        reply_header: row.get(first + 16)?,
        action: row.get(first + 17)?,
    })
}
