//! Two people and what their sessions are told.

use std::cell::RefCell;

use heliogram_server::{Core, Push, PushKind};
use heliogram_tl::api::{self, TypeInputPeer, TypeUpdate, TypeUpdates, messages, updates};
use heliogram_tl::{Decode, Method, RpcError};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::world::*;

pub(crate) const ADA: &str = "9996621501";
pub(crate) const BOB: &str = "9996621502";

/// Somebody with one session.
pub(crate) struct Person {
    pub(crate) id: i64,
    pub(crate) phone: &'static str,
    /// How others name them.
    pub(crate) peer: TypeInputPeer,
    pub(crate) client: Client,
}

/// Ada and Bob, who have not met.
pub(crate) struct Two {
    pub(crate) core: Core,
    pub(crate) ada: Person,
    pub(crate) bob: Person,
    news: RefCell<UnboundedReceiver<Push>>,
}

impl Two {
    pub(crate) async fn new() -> Self {
        Self::of(in_memory()).await
    }

    pub(crate) async fn of(core: Core) -> Self {
        let ada = Person::new(&core, ADA).await;
        let bob = Person::new(&core, BOB).await;
        let news = RefCell::new(core.subscribe());
        Self {
            core,
            ada,
            bob,
            news,
        }
    }

    /// What was told since the last time, with who was told it: session by session, as the gateway would.
    pub(crate) fn told(&self, sessions: &[&Client]) -> Vec<Vec<TypeUpdates>> {
        let mut told = vec![Vec::new(); sessions.len()];
        while let Ok(push) = self.news.borrow_mut().try_recv() {
            let PushKind::Updates(bytes) = &push.kind else {
                continue;
            };
            for (told, session) in told.iter_mut().zip(sessions) {
                let calls = push.except.is_some_and(|calling| {
                    calling.key == session.key && calling.session_id == session.session_id
                });
                if push.to.iter().any(|to| to.key == session.key) && !calls {
                    told.push(TypeUpdates::from_bytes(bytes).unwrap());
                }
            }
        }
        told
    }

    /// Forgets what was told so far.
    pub(crate) fn settle(&self) {
        self.told(&[]);
    }

    /// What Ada and Bob were told since the last time, update by update.
    pub(crate) fn told_both(&self) -> [Vec<TypeUpdate>; 2] {
        let mut told = Vec::new();
        while let Ok(push) = self.news.borrow_mut().try_recv() {
            if let PushKind::Updates(bytes) = push.kind {
                told.push((push.user_id, TypeUpdates::from_bytes(&bytes).unwrap()));
            }
        }
        [self.ada.id, self.bob.id].map(|id| {
            let own = told.iter().filter(|(to, _)| *to == Some(id));
            own.flat_map(|(_, updates)| single(updates)).collect()
        })
    }
}

/// The updates in a message of the server. A short message has none.
pub(crate) fn single(updates: &TypeUpdates) -> Vec<TypeUpdate> {
    match updates {
        TypeUpdates::Updates(updates) => updates.updates.clone(),
        TypeUpdates::UpdateShort(short) => vec![short.update.clone()],
        _ => Vec::new(),
    }
}

impl Person {
    pub(crate) async fn new(core: &Core, phone: &'static str) -> Self {
        let id = add_user(core, phone, None).await;
        Self {
            id,
            phone,
            peer: core.user(id).await.unwrap().input_peer(),
            client: minted(core, phone).await,
        }
    }

    /// Another session.
    pub(crate) async fn elsewhere(&self) -> Client {
        minted(&self.client.core, self.phone).await
    }

    pub(crate) async fn invoke<M: Method>(&self, method: &M) -> Result<M::Response, RpcError> {
        self.client.invoke(method).await
    }

    pub(crate) async fn error<M: Method>(&self, method: &M) -> String {
        self.client.error(method).await
    }

    /// Writes a text; its id in the own box.
    pub(crate) async fn say(&self, to: &Self, text: &str) -> i32 {
        let sent = self.invoke(&to.note(text)).await.unwrap();
        sent_id(&sent)
    }

    /// A text for this person.
    pub(crate) fn note(&self, text: &str) -> messages::SendMessage {
        note(&self.peer, text)
    }

    pub(crate) async fn pts(&self) -> i32 {
        self.invoke(&updates::GetState {}).await.unwrap().pts
    }

    /// All of a chat, newest first.
    pub(crate) async fn history(&self, with: &TypeInputPeer) -> Vec<api::Message> {
        let found = self.invoke(&history(with)).await.unwrap();
        messages_of(found)
    }

    /// The chat with somebody in the own list.
    pub(crate) async fn dialog(&self, with: &Self) -> Option<api::Dialog> {
        let call = messages::GetDialogs {
            exclude_pinned: false,
            folder_id: None,
            offset_date: 0,
            offset_id: 0,
            offset_peer: TypeInputPeer::InputPeerEmpty,
            limit: 100,
            hash: 0,
        };
        let dialogs = match self.invoke(&call).await.unwrap() {
            messages::TypeDialogs::Dialogs(found) => found.dialogs,
            messages::TypeDialogs::DialogsSlice(found) => found.dialogs,
            other => panic!("{other:?}"),
        };
        dialogs.into_iter().find_map(|dialog| match dialog {
            api::TypeDialog::Dialog(dialog) if user_of(&dialog.peer) == with.id => Some(*dialog),
            _ => None,
        })
    }

    /// Everything since a pts, slice by slice.
    pub(crate) async fn missed(&self, since: i32) -> Missed {
        let mut missed = Missed::default();
        let mut pts = since;
        loop {
            let call = updates::GetDifference {
                pts,
                date: 1,
                ..Default::default()
            };
            match self.invoke(&call).await.unwrap() {
                updates::TypeDifference::Difference(rest) => {
                    missed.take(rest.new_messages, rest.other_updates, rest.users);
                    missed.pts = rest.state.pts;
                    return missed;
                }
                updates::TypeDifference::DifferenceSlice(slice) => {
                    missed.take(slice.new_messages, slice.other_updates, slice.users);
                    pts = slice.intermediate_state.pts;
                }
                updates::TypeDifference::DifferenceEmpty(_) => {
                    missed.pts = pts;
                    return missed;
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

/// What somebody missed.
#[derive(Debug, Default)]
pub(crate) struct Missed {
    pub(crate) new: Vec<api::Message>,
    pub(crate) other: Vec<TypeUpdate>,
    pub(crate) users: Vec<i64>,
    pub(crate) pts: i32,
}

impl Missed {
    fn take(
        &mut self,
        new: Vec<api::TypeMessage>,
        other: Vec<TypeUpdate>,
        users: Vec<api::TypeUser>,
    ) {
        self.new.extend(new.into_iter().map(plain));
        self.other.extend(other);
        self.users.extend(users.iter().map(user_id));
    }
}

/// A text for a peer, under a random_id of its own.
pub(crate) fn note(peer: &TypeInputPeer, text: &str) -> messages::SendMessage {
    messages::SendMessage {
        no_webpage: false,
        silent: false,
        background: false,
        clear_draft: false,
        noforwards: false,
        update_stickersets_order: false,
        invert_media: false,
        allow_paid_floodskip: false,
        peer: peer.clone(),
        reply_to: None,
        message: text.into(),
        random_id: unique(),
        reply_markup: None,
        entities: None,
        schedule_date: None,
        schedule_repeat_period: None,
        send_as: None,
        quick_reply_shortcut: None,
        effect: None,
        allow_paid_stars: None,
        suggested_post: None,
        rich_message: None,
    }
}

/// An answer to a message of the same chat.
pub(crate) fn in_reply_to(id: i32) -> Option<Box<api::TypeInputReplyTo>> {
    let to = api::InputReplyToMessage {
        reply_to_msg_id: id,
        ..Default::default()
    };
    Some(Box::new(api::TypeInputReplyTo::InputReplyToMessage(
        Box::new(to),
    )))
}

/// The newest hundred messages of a chat.
pub(crate) fn history(peer: &TypeInputPeer) -> messages::GetHistory {
    messages::GetHistory {
        peer: peer.clone(),
        offset_id: 0,
        offset_date: 0,
        add_offset: 0,
        limit: 100,
        max_id: 0,
        min_id: 0,
        hash: 0,
    }
}

pub(crate) fn sent_id(updates: &TypeUpdates) -> i32 {
    match updates {
        TypeUpdates::UpdateShortSentMessage(sent) => sent.id,
        TypeUpdates::Updates(updates) => match &updates.updates[0] {
            TypeUpdate::UpdateMessageID(sent) => sent.id,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

pub(crate) fn messages_of(found: messages::TypeMessages) -> Vec<api::Message> {
    let found = match found {
        messages::TypeMessages::Messages(all) => all.messages,
        messages::TypeMessages::MessagesSlice(some) => some.messages,
        other => panic!("{other:?}"),
    };
    found.into_iter().map(plain).collect()
}

pub(crate) fn plain(message: api::TypeMessage) -> api::Message {
    match message {
        api::TypeMessage::Message(message) => *message,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn user_of(peer: &api::TypePeer) -> i64 {
    match peer {
        api::TypePeer::PeerUser(user) => user.user_id.0,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn user_id(user: &api::TypeUser) -> i64 {
    match user {
        api::TypeUser::User(user) => user.id.0,
        api::TypeUser::UserEmpty(user) => user.id.0,
        other => panic!("{other:?}"),
    }
}

/// The id that a message answers.
pub(crate) fn answers(message: &api::Message) -> Option<i32> {
    match message.reply_to.as_deref()? {
        api::TypeMessageReplyHeader::MessageReplyHeader(header) => header.reply_to_msg_id,
        _ => None,
    }
}
