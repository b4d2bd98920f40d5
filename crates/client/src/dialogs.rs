//! The list of chats.
//!
//! The server gives it by pages, the chat with the latest message first, pinned ones before all others. A page goes on from
//! the last message of the page before: its date, id and chat.
//!
//! `core.telegram.org/method/messages.getDialogs`; `core.telegram.org/api/offsets`.

use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
};

use heliogram_tl::api::{self, messages};

use crate::{Entities, Entity, Message, MessageError, PeerId, PeerRef, TelegramClient};

/// A chat in the list: who, the last message, and what is unread.
#[derive(Clone, Debug)]
pub struct Dialog {
    raw: Box<api::Dialog>,
    peer: PeerId,
    peers: Arc<Entities>,
    message: Option<Message>,
}

/// The list of chats, one after the other, fetched by pages of 100: from
/// [`iter_dialogs`](TelegramClient::iter_dialogs).
#[derive(Debug)]
pub struct DialogIter {
    client: TelegramClient,
    folder_id: Option<i32>,
    left: Option<usize>,
    ready: VecDeque<Dialog>,
    from: Option<Offset>,
    seen: HashSet<PeerId>,
    ended: bool,
    total: Option<i32>,
}

/// The last message of a page.
#[derive(Clone, Debug, PartialEq)]
struct Offset {
    date: i32,
    id: i32,
    peer: PeerId,
}

impl TelegramClient {
    /// The chats of the account, the latest first, as GramJS's `iterDialogs`.
    ///
    /// ```no_run
    /// # async fn doc(client: heliogram::TelegramClient) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut dialogs = client.iter_dialogs();
    /// while let Some(dialog) = dialogs.next().await {
    ///     let dialog = dialog?;
    ///     println!("{} ({} unread)", dialog.name(), dialog.unread_count());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn iter_dialogs(&self) -> DialogIter {
        DialogIter {
            client: self.clone(),
            folder_id: None,
            left: None,
            ready: VecDeque::new(),
            from: None,
            seen: HashSet::new(),
            ended: false,
            total: None,
        }
    }
}

impl Dialog {
    /// The chat.
    #[must_use]
    pub fn peer_id(&self) -> PeerId {
        self.peer
    }

    /// The chat, with what the server says about it.
    #[must_use]
    pub fn entity(&self) -> Option<&Entity> {
        self.peers.get(self.peer)
    }

    /// What people call it.
    #[must_use]
    pub fn name(&self) -> String {
        match self.entity() {
            Some(Entity::User(user)) if user.self_ => "Saved Messages".into(),
            Some(entity) => entity.name(),
            None => self.peer.to_string(),
        }
    }

    /// The last message.
    #[must_use]
    pub fn message(&self) -> Option<&Message> {
        self.message.as_ref()
    }

    /// When the last message was sent, in unix time.
    #[must_use]
    pub fn date(&self) -> Option<i32> {
        self.message().map(Message::date)
    }

    /// How many messages are unread.
    #[must_use]
    pub fn unread_count(&self) -> i32 {
        self.raw.unread_count
    }

    /// Whether it is pinned to the top.
    #[must_use]
    pub fn is_pinned(&self) -> bool {
        self.raw.pinned
    }

    /// All of it, as the schema has it.
    #[must_use]
    pub fn raw(&self) -> &api::Dialog {
        &self.raw
    }
}

impl From<&Dialog> for PeerRef {
    fn from(dialog: &Dialog) -> Self {
        Self::Id(dialog.peer)
    }
}

impl DialogIter {
    /// How many at most. Default: all.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.left = Some(limit);
        self
    }

    /// Only those of a folder: 0 is the main list, 1 the archive. Default: both.
    #[must_use]
    pub fn folder(mut self, id: i32) -> Self {
        self.folder_id = Some(id);
        self
    }

    /// How many there are in all, as the server says; none before the first page.
    #[must_use]
    pub fn total(&self) -> Option<i32> {
        self.total
    }

    /// The next one. None at the end.
    ///
    /// # Errors
    /// When a call fails. The next call tries the same page again.
    pub async fn next(&mut self) -> Option<Result<Dialog, MessageError>> {
        loop {
            if self.left == Some(0) {
                return None;
            }
            if let Some(dialog) = self.ready.pop_front() {
                self.left = self.left.map(|left| left - 1);
                return Some(Ok(dialog));
            }
            if self.ended {
                return None;
            }
            if let Err(error) = self.fetch().await {
                return Some(Err(error));
            }
        }
    }

    /// All of them.
    ///
    /// # Errors
    /// The first error there is.
    pub async fn collect(mut self) -> Result<Vec<Dialog>, MessageError> {
        let mut all = Vec::new();
        while let Some(dialog) = self.next().await {
            all.push(dialog?);
        }
        Ok(all)
    }

    async fn fetch(&mut self) -> Result<(), MessageError> {
        let (offset_date, offset_id, offset_peer) = match &self.from {
            None => (0, 0, api::TypeInputPeer::InputPeerEmpty),
            Some(from) => {
                let peer = self.client.input_peer(&from.peer.into()).await?;
                (from.date, from.id, peer)
            }
        };
        let request = messages::GetDialogs {
            // They come first, and again with every page that is asked for otherwise.
            exclude_pinned: self.from.is_some(),
            folder_id: self.folder_id,
            offset_date,
            offset_id,
            offset_peer,
            limit: self.left.map_or(PAGE, |left| left.min(PAGE)) as i32,
            hash: 0,
        };
        let (dialogs, messages, users, chats, total) = match self.client.invoke(&request).await? {
            messages::TypeDialogs::Dialogs(all) => {
                (all.dialogs, all.messages, all.users, all.chats, None)
            }
            messages::TypeDialogs::DialogsSlice(slice) => (
                slice.dialogs,
                slice.messages,
                slice.users,
                slice.chats,
                Some(slice.count),
            ),
            _ => Default::default(),
        };
        self.total = Some(total.unwrap_or(dialogs.len() as i32));
        let peers = Arc::new(Entities::new(users, chats));
        let wrap = |raw| Message::new(self.client.clone(), raw, Arc::clone(&peers));
        let messages: Vec<_> = messages.into_iter().filter_map(wrap).collect();
        let mut from = None;
        for dialog in dialogs {
            let api::TypeDialog::Dialog(raw) = dialog else {
                continue;
            };
            let Some(peer) = PeerId::from_peer(&raw.peer) else {
                continue;
            };
            let is_last =
                |message: &&Message| message.peer_id() == peer && message.id() == raw.top_message;
            let message = messages.iter().find(is_last).cloned();
            if let Some(message) = &message {
                from = Some(Offset {
                    date: message.date(),
                    id: message.id(),
                    peer,
                });
            }
            // A chat in which somebody writes meanwhile moves to the front, and others move into the next page.
            if self.seen.insert(peer) {
                self.ready.push_back(Dialog {
                    raw,
                    peer,
                    peers: Arc::clone(&peers),
                    message,
                });
            }
        }
        self.ended = total.is_none() || from.is_none() || from == self.from;
        self.from = from;
        Ok(())
    }
}

/// How many chats the server gives at once.
const PAGE: usize = 100;
