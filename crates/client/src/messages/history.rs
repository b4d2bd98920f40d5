//! Reading what was written, page by page.
//!
//! The server cuts a window out of the chat, newest first:
//!
//! ```text
//! newest ... [ limit messages ] ... oldest
//!            ^ the first one older than offset_id (or offset_date), moved by add_offset
//! ```
//!
//! A negative `add_offset` moves the window to newer messages. So reading backwards in time goes on from the oldest id of
//! the page; reading forwards asks for the `limit` messages from the newest id + 1 on, and turns each page round.
//!
//! `core.telegram.org/api/offsets`.

use std::collections::VecDeque;

use heliogram_tl::api::{self, channels, messages};

use super::{Message, MessageError, Page};
use crate::{PeerId, PeerRef, TelegramClient, peers::input_channel};

/// The messages of a chat, one after the other, fetched by pages of 100: from
/// [`iter_messages`](TelegramClient::iter_messages).
///
/// Set what is wanted first, and then take [`next`](Self::next) until there is none.
#[derive(Debug)]
pub struct MessageIter {
    client: TelegramClient,
    peer: PeerRef,
    wanted: Wanted,
    /// How many are still to be given out.
    left: Option<usize>,
    ready: VecDeque<Message>,
    /// Where the next page begins; none before the first.
    next_id: Option<i32>,
    ended: bool,
    total: Option<i32>,
}

#[derive(Debug, Default)]
struct Wanted {
    offset_id: i32,
    offset_date: i32,
    min_id: i32,
    max_id: i32,
    reverse: bool,
    search: String,
    filter: Option<api::TypeMessagesFilter>,
    from: Option<PeerRef>,
    /// The same, once it is known.
    from_id: Option<(PeerId, api::TypeInputPeer)>,
}

impl TelegramClient {
    /// The messages of a chat, newest first, as GramJS's `iterMessages`.
    ///
    /// ```no_run
    /// # async fn doc(client: heliogram::TelegramClient) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut messages = client.iter_messages("@ann").search("tea").limit(500);
    /// while let Some(message) = messages.next().await {
    ///     let message = message?;
    ///     println!("{} {}", message.id(), message.text());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn iter_messages(&self, peer: impl Into<PeerRef>) -> MessageIter {
        MessageIter {
            client: self.clone(),
            peer: peer.into(),
            wanted: Wanted::default(),
            left: None,
            ready: VecDeque::new(),
            next_id: None,
            ended: false,
            total: None,
        }
    }

    /// Messages of a chat by their ids, in the order of `ids`; none where there is none (any more).
    ///
    /// # Errors
    /// When the peer cannot be addressed, or a call fails.
    pub async fn get_messages(
        &self,
        peer: impl Into<PeerRef>,
        ids: &[i32],
    ) -> Result<Vec<Option<Message>>, MessageError> {
        let peer = peer.into();
        let mut all = Vec::with_capacity(ids.len());
        for ids in ids.chunks(PAGE) {
            let (page, chat) = self
                .with_peer(&peer, |input| async move {
                    let wanted = |id: &i32| {
                        api::TypeInputMessage::InputMessageID(api::InputMessageID { id: *id })
                    };
                    let id = ids.iter().map(wanted).collect();
                    let answer = match input_channel(&input) {
                        Ok(channel) => self.invoke(&channels::GetMessages { channel, id }).await?,
                        Err(_) => self.invoke(&messages::GetMessages { id }).await?,
                    };
                    Ok::<_, MessageError>((Page::new(answer), self.id_of(&input).await?))
                })
                .await?;
            // Private chats and basic groups share their ids: a message of another one may have come.
            let found: Vec<_> = page
                .wrapped(self)
                .filter(|message| message.peer_id() == chat)
                .collect();
            let by_id = |id: &i32| found.iter().find(|message| message.id() == *id).cloned();
            all.extend(ids.iter().map(by_id));
        }
        Ok(all)
    }
}

impl MessageIter {
    /// How many at most. Default: all.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.left = Some(limit);
        self
    }

    /// Oldest first. Default: newest first.
    #[must_use]
    pub fn reverse(mut self, reverse: bool) -> Self {
        self.wanted.reverse = reverse;
        self
    }

    /// Only what comes behind this message, in the direction of reading; itself not.
    #[must_use]
    pub fn offset_id(mut self, id: i32) -> Self {
        self.wanted.offset_id = id;
        self
    }

    /// Only what was sent before this moment, in unix time; when reading in [`reverse`](Self::reverse), at it or after.
    #[must_use]
    pub fn offset_date(mut self, date: i32) -> Self {
        self.wanted.offset_date = date;
        self
    }

    /// Only messages with greater ids.
    #[must_use]
    pub fn min_id(mut self, id: i32) -> Self {
        self.wanted.min_id = id;
        self
    }

    /// Only messages with lesser ids.
    #[must_use]
    pub fn max_id(mut self, id: i32) -> Self {
        self.wanted.max_id = id;
        self
    }

    /// Only messages with these words.
    #[must_use]
    pub fn search(mut self, words: impl Into<String>) -> Self {
        self.wanted.search = words.into();
        self
    }

    /// Only messages of a kind: photos, documents, links ...
    #[must_use]
    pub fn filter(mut self, filter: api::TypeMessagesFilter) -> Self {
        self.wanted.filter = Some(filter);
        self
    }

    /// Only messages that this one has sent.
    #[must_use]
    pub fn from_user(mut self, from: impl Into<PeerRef>) -> Self {
        self.wanted.from = Some(from.into());
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
    /// When the peer cannot be addressed, or a call fails. The next call tries the same page again.
    pub async fn next(&mut self) -> Option<Result<Message, MessageError>> {
        loop {
            if self.left == Some(0) {
                return None;
            }
            if let Some(message) = self.ready.pop_front() {
                self.left = self.left.map(|left| left - 1);
                return Some(Ok(message));
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
    pub async fn collect(mut self) -> Result<Vec<Message>, MessageError> {
        let mut all = Vec::new();
        while let Some(message) = self.next().await {
            all.push(message?);
        }
        Ok(all)
    }

    async fn fetch(&mut self) -> Result<(), MessageError> {
        if let Some(from) = &self.wanted.from
            && self.wanted.from_id.is_none()
        {
            let input = self.client.input_peer(from).await?;
            let id = self.client.id_of(&input).await?;
            self.wanted.from_id = Some((id, input));
        }
        let limit = self.left.map_or(PAGE, |left| left.min(PAGE)) as i32;
        let window = self.wanted.window(self.next_id, limit);
        let (client, wanted) = (&self.client, &self.wanted);
        let ask = |peer| wanted.ask(client, peer, window, limit);
        let page = client.with_peer(&self.peer, ask).await?;
        self.total = Some(page.total);
        let ids = || page.messages.iter().filter_map(id_of);
        let next = if wanted.reverse {
            ids().max().map(|id| id.saturating_add(1))
        } else {
            ids().min()
        };
        // A server that gives the same page again would be read for ever.
        self.ended = page.whole || next.is_none() || next == self.next_id;
        self.next_id = next.or(self.next_id);
        let mut messages: Vec<_> = page.wrapped(client).collect();
        if wanted.reverse {
            messages.reverse();
        }
        let past_the_end = |message: &Message| match wanted.reverse {
            true => wanted.max_id != 0 && message.id() >= wanted.max_id,
            false => message.id() <= wanted.min_id,
        };
        self.ended |= messages.iter().any(past_the_end);
        let fits = |message: &Message| wanted.fits(message);
        self.ready.extend(messages.into_iter().filter(fits));
        Ok(())
    }
}

/// Where a page is cut out.
#[derive(Clone, Copy)]
struct Window {
    offset_id: i32,
    offset_date: i32,
    add_offset: i32,
}

impl Wanted {
    /// `next_id` is where the page before ended.
    fn window(&self, next_id: Option<i32>, limit: i32) -> Window {
        let offset_id = match (next_id, self.reverse) {
            (Some(id), _) => id,
            (None, true) => match self.offset_id.max(self.min_id) {
                0 if self.offset_date != 0 => 0,
                id => id.saturating_add(1),
            },
            (None, false) => match (self.offset_id, self.max_id) {
                (0, id) | (id, 0) => id,
                (offset, max) => offset.min(max),
            },
        };
        Window {
            offset_id,
            offset_date: if offset_id == 0 || next_id.is_none() {
                self.offset_date
            } else {
                0
            },
            add_offset: if self.reverse { -limit } else { 0 },
        }
    }

    async fn ask(
        &self,
        client: &TelegramClient,
        peer: api::TypeInputPeer,
        window: Window,
        limit: i32,
    ) -> Result<Page, MessageError> {
        let Window {
            offset_id,
            offset_date,
            add_offset,
        } = window;
        // In a private chat the server does not look for a sender: there are two.
        let is_private = matches!(
            peer,
            api::TypeInputPeer::InputPeerUser(_)
                | api::TypeInputPeer::InputPeerSelf
                | api::TypeInputPeer::InputPeerUserFromMessage(_)
        );
        let from = self.from_id.as_ref().filter(|_| !is_private);
        if self.search.is_empty() && self.filter.is_none() && from.is_none() {
            let history = messages::GetHistory {
                peer,
                offset_id,
                offset_date,
                add_offset,
                limit,
                max_id: self.max_id,
                min_id: self.min_id,
                hash: 0,
            };
            return Ok(Page::new(client.invoke(&history).await?));
        }
        // Here dates are bounds, both exclusive, and no place to begin at: the oldest within them is.
        let (min_date, max_date, offset_id) = match (self.reverse, offset_date) {
            (_, 0) => (0, 0, offset_id),
            (true, date) => (date.saturating_sub(1), 0, offset_id.max(1)),
            (false, date) => (0, date, offset_id),
        };
        let search = messages::Search {
            peer,
            q: self.search.clone(),
            from_id: from.map(|(_, input)| Box::new(input.clone())),
            saved_peer_id: None,
            saved_reaction: None,
            top_msg_id: None,
            filter: self
                .filter
                .clone()
                .unwrap_or(api::TypeMessagesFilter::InputMessagesFilterEmpty),
            min_date,
            max_date,
            offset_id,
            add_offset,
            limit,
            max_id: self.max_id,
            min_id: self.min_id,
            hash: 0,
        };
        Ok(Page::new(client.invoke(&search).await?))
    }

    /// Whether a message is wanted, whatever the server thinks of it.
    fn fits(&self, message: &Message) -> bool {
        let id = message.id();
        let below = self.max_id == 0 || id < self.max_id;
        let from = self.from_id.as_ref().is_none_or(|(from, _)| {
            match message.sender_id() {
                Some(sender) => sender == *from,
                // Left out for what the account itself has written in a private chat.
                None => message.is_outgoing() && message.client().is_own(*from),
            }
        });
        below && id > self.min_id && from
    }
}

fn id_of(message: &api::TypeMessage) -> Option<i32> {
    match message {
        api::TypeMessage::Message(message) => Some(message.id),
        api::TypeMessage::MessageService(message) => Some(message.id),
        api::TypeMessage::MessageEmpty(message) => Some(message.id),
        _ => None,
    }
}

/// How many messages the server takes or gives at once.
pub(super) const PAGE: usize = 100;
