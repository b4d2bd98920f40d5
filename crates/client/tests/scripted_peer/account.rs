//! An account on the other side: a log of messages with their numbers, and the answers that a server gives about it.

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use bytes::Bytes;
use heliogram::{
    ClientOptions, MemoryStorage, Storage, StringSession, TelegramClient, Update, Updates,
    api::{self, updates},
};
use heliogram_tl::Decode;
use tokio::time::timeout;

use crate::peer::{Call, Peer, Then, bytes_of};

/// The user who is logged in.
pub(crate) const OWN: i64 = 7;
/// The user who writes.
pub(crate) const OTHER: i64 = 8;

/// What the server knows of the account.
#[derive(Default)]
pub(crate) struct Account {
    /// Message `n` has the text `n` and leads to pts `n`.
    pub(crate) pts: i32,
    /// How many messages a difference holds at most; 0 for no bound.
    pub(crate) slice: i32,
    /// What older states than this get: too long.
    pub(crate) forgotten: i32,
    /// Whether nobody is logged in.
    pub(crate) stranger: bool,
    /// What is pushed with the next answer to `help.getNearestDc`.
    pub(crate) pushes: Vec<Bytes>,
    /// What is answered in place of the usual, once.
    pub(crate) instead: Vec<(&'static str, Then)>,
    /// The calls that came, in order.
    pub(crate) calls: Vec<&'static str>,
}

#[derive(Clone, Default)]
pub(crate) struct Shared(Arc<Mutex<Account>>);

impl Shared {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Account> {
        self.0.lock().unwrap()
    }

    /// How often a method was called.
    pub(crate) fn called(&self, method: &str) -> usize {
        let calls = &self.lock().calls;
        calls.iter().filter(|call| **call == method).count()
    }

    pub(crate) async fn peer(&self) -> Peer {
        let shared = self.clone();
        Peer::start(2, move |call| shared.lock().answer(call)).await
    }

    /// Something happens that nobody is told of.
    pub(crate) fn happen(&self, messages: i32) {
        self.lock().pts += messages;
    }

    /// Message `n` is pushed with the next call.
    pub(crate) fn push(&self, numbers: impl IntoIterator<Item = i32>) {
        let mut account = self.lock();
        for number in numbers {
            account.pts = account.pts.max(number);
            account
                .pushes
                .push(bytes_of(&in_updates(new_message(number))));
        }
    }
}

impl Account {
    fn answer(&mut self, call: &Call) -> Then {
        self.calls.push(call.method);
        if let Some(at) = self
            .instead
            .iter()
            .position(|(name, _)| *name == call.method)
        {
            return self.instead.remove(at).1;
        }
        match call.method {
            "users.getUsers" if self.stranger => Then::Error(401, "AUTH_KEY_UNREGISTERED"),
            "auth.importBotAuthorization" => {
                let authorization = api::auth::Authorization {
                    setup_password_required: false,
                    otherwise_relogin_days: None,
                    tmp_sessions: None,
                    future_auth_token: None,
                    user: user(OWN),
                };
                Then::Answer(bytes_of(&authorization))
            }
            "users.getUsers" => Then::Answer(bytes_of(&vec![user(OWN)])),
            "updates.getState" => Then::Answer(bytes_of(&self.state(self.pts))),
            "updates.getDifference" => {
                let request = updates::GetDifference::from_bytes(&call.body).unwrap();
                Then::Answer(bytes_of(&self.difference(request.pts)))
            }
            "help.getNearestDc" => Then::PushAndAnswer(
                mem::take(&mut self.pushes),
                bytes_of(&api::NearestDc::default()),
            ),
            _ => Then::Usual,
        }
    }

    /// A slice that leads to a pts, with a message of a kind that nobody knows.
    pub(crate) fn slice_with_a_stranger(&self, stranger: u32, pts: i32) -> Bytes {
        let slice = updates::DifferenceSlice {
            new_messages: vec![message(pts)],
            new_encrypted_messages: Vec::new(),
            other_updates: Vec::new(),
            chats: Vec::new(),
            users: Vec::new(),
            intermediate_state: self.state(pts),
        };
        let mut bytes = bytes_of(&slice).to_vec();
        bytes[12..16].copy_from_slice(&stranger.to_le_bytes());
        bytes.into()
    }

    fn state(&self, pts: i32) -> updates::State {
        updates::State {
            pts,
            qts: 0,
            date: 100 + pts,
            seq: 0,
            unread_count: 0,
        }
    }

    fn difference(&self, from: i32) -> updates::TypeDifference {
        use updates::TypeDifference as D;
        if from < self.forgotten {
            return D::DifferenceTooLong(updates::DifferenceTooLong {
                pts: self.forgotten,
            });
        }
        if from >= self.pts {
            return D::DifferenceEmpty(updates::DifferenceEmpty { date: 100, seq: 0 });
        }
        let end = match self.slice {
            0 => self.pts,
            slice => self.pts.min(from + slice),
        };
        let new_messages = (from + 1..=end).map(message).collect();
        let users = vec![user(OTHER)];
        let state = self.state(end);
        if end == self.pts {
            D::Difference(Box::new(updates::Difference {
                new_messages,
                new_encrypted_messages: Vec::new(),
                other_updates: Vec::new(),
                chats: Vec::new(),
                users,
                state,
            }))
        } else {
            D::DifferenceSlice(Box::new(updates::DifferenceSlice {
                new_messages,
                new_encrypted_messages: Vec::new(),
                other_updates: Vec::new(),
                chats: Vec::new(),
                users,
                intermediate_state: state,
            }))
        }
    }
}

/// A client of the account, with a storage of its own.
pub(crate) fn client(peer: &Peer) -> TelegramClient {
    with_options(peer, |_| {})
}

pub(crate) fn with_storage(peer: &Peer, storage: &Arc<MemoryStorage>) -> TelegramClient {
    let storage: Arc<dyn Storage> = Arc::clone(storage) as _;
    with_options(peer, |options| options.storage = storage)
}

pub(crate) fn with_options(peer: &Peer, set: impl FnOnce(&mut ClientOptions)) -> TelegramClient {
    let mut options = ClientOptions {
        network: peer.network(),
        retry_delay: Duration::from_millis(50),
        timeout: Duration::from_secs(5),
        ..ClientOptions::default()
    };
    set(&mut options);
    TelegramClient::new(StringSession::new("").unwrap(), 1, "hash", options)
}

/// Has the server push what it has to.
pub(crate) async fn poke(client: &TelegramClient) {
    client.invoke(&api::help::GetNearestDc {}).await.unwrap();
}

/// The next update, in so many words.
pub(crate) async fn next(updates: &mut Updates) -> String {
    let next = timeout(Duration::from_secs(10), updates.next()).await;
    match next.expect("an update within 10 s").expect("not the end") {
        Update::NewMessage(message) => message.text().to_owned(),
        Update::Raw(raw) => format!("{:?}", raw.update),
        Update::Unreadable(unreadable) => format!("unreadable {:#x}", unreadable.id),
        Update::Lost(lost) => lost.to_string(),
        other => format!("{other:?}"),
    }
}

pub(crate) fn user(id: i64) -> api::TypeUser {
    api::TypeUser::User(Box::new(api::User {
        id: id.into(),
        self_: id == OWN,
        first_name: Some("Somebody".into()),
        ..api::User::default()
    }))
}

/// A message of the other user.
pub(crate) fn message(number: i32) -> api::TypeMessage {
    api::TypeMessage::Message(Box::new(api::Message {
        out: false,
        mentioned: false,
        media_unread: false,
        silent: false,
        post: false,
        from_scheduled: false,
        legacy: false,
        edit_hide: false,
        pinned: false,
        noforwards: false,
        invert_media: false,
        offline: false,
        video_processing_pending: false,
        paid_suggested_post_stars: false,
        paid_suggested_post_ton: false,
        id: number,
        from_id: None,
        from_boosts_applied: None,
        from_rank: None,
        peer_id: api::TypePeer::PeerUser(api::PeerUser {
            user_id: OTHER.into(),
        }),
        saved_peer_id: None,
        fwd_from: None,
        via_bot_id: None,
        via_business_bot_id: None,
        guestchat_via_from: None,
        reply_to: None,
        date: 100 + number,
        message: number.to_string(),
        media: None,
        reply_markup: None,
        entities: None,
        views: None,
        forwards: None,
        replies: None,
        edit_date: None,
        post_author: None,
        grouped_id: None,
        reactions: None,
        restriction_reason: None,
        ttl_period: None,
        quick_reply_shortcut_id: None,
        effect: None,
        factcheck: None,
        report_delivery_until_date: None,
        paid_message_stars: None,
        suggested_post: None,
        schedule_repeat_period: None,
        summary_from_language: None,
        rich_message: None,
    }))
}

pub(crate) fn new_message(number: i32) -> api::TypeUpdate {
    api::TypeUpdate::UpdateNewMessage(Box::new(api::UpdateNewMessage {
        message: message(number),
        pts: number,
        pts_count: 1,
    }))
}

pub(crate) fn in_updates(update: api::TypeUpdate) -> api::TypeUpdates {
    api::TypeUpdates::Updates(Box::new(api::Updates {
        updates: vec![update],
        users: vec![user(OTHER)],
        chats: Vec::new(),
        date: 100,
        seq: 0,
    }))
}

/// An update without a number.
pub(crate) fn typing() -> api::TypeUpdate {
    api::TypeUpdate::UpdateUserTyping(Box::new(api::UpdateUserTyping {
        user_id: OTHER.into(),
        top_msg_id: None,
        action: api::TypeSendMessageAction::SendMessageTypingAction,
    }))
}
