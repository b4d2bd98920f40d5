//! What people give when they mean a peer.

use heliogram_tl::{ChannelId, ChatId, UserId, api};

use super::book::digits;
use crate::PeerId;

/// A peer as a program or a person names it. Methods take `impl Into<PeerRef>`, so that one can give
///
/// | given | meant |
/// |---|---|
/// | `"me"`, `"self"` | the account itself |
/// | `"@name"`, `"name"` | a username |
/// | `"https://t.me/name"`, `"t.me/name/123"`, `"tg://resolve?domain=name"` | the same |
/// | `"+1 555 000 1234"`, `"t.me/+15550001234"` | a phone number |
/// | `777000`, `-1001234567890`, as a number or a text | a marked id, see [`PeerId`]; digits that are no id that was met are tried as a phone number |
/// | `PeerId`, `UserId`, `ChatId`, `ChannelId`, `api::TypePeer` | an id |
/// | `&api::User`, `&api::Chat`, `&api::Channel`, [`&Entity`](crate::Entity), [`&Dialog`](crate::Dialog) | this very one |
/// | `api::TypeInputPeer` | as it is |
///
/// ```
/// use heliogram::{PeerId, PeerRef, UserId};
///
/// assert_eq!(PeerRef::from("https://t.me/durov"), PeerRef::Username("durov".into()));
/// assert_eq!(PeerRef::from(777_000), PeerRef::Id(PeerId::User(UserId(777_000))));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum PeerRef {
    /// The account itself; its chat is "Saved Messages".
    Me,
    /// By id. The access hash comes from what was met.
    Id(PeerId),
    /// By username, without `@`.
    Username(String),
    /// By phone number, digits only.
    Phone(String),
    /// Digits that may be an id or a phone number.
    Digits(String),
    /// Ready for a call.
    Input(api::TypeInputPeer),
    /// Nothing of all this: every use is an error that says so.
    Unclear(String),
}

impl From<&str> for PeerRef {
    fn from(text: &str) -> Self {
        read(text.trim()).unwrap_or_else(|| Self::Unclear(text.to_owned()))
    }
}

impl From<String> for PeerRef {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<&String> for PeerRef {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<i64> for PeerRef {
    fn from(id: i64) -> Self {
        PeerId::from_marked(id).map_or_else(|| Self::Unclear(id.to_string()), Self::Id)
    }
}

impl From<PeerId> for PeerRef {
    fn from(id: PeerId) -> Self {
        Self::Id(id)
    }
}

impl From<UserId> for PeerRef {
    fn from(id: UserId) -> Self {
        Self::Id(id.into())
    }
}

impl From<ChatId> for PeerRef {
    fn from(id: ChatId) -> Self {
        Self::Id(id.into())
    }
}

impl From<ChannelId> for PeerRef {
    fn from(id: ChannelId) -> Self {
        Self::Id(id.into())
    }
}

impl From<&api::TypePeer> for PeerRef {
    fn from(peer: &api::TypePeer) -> Self {
        PeerId::from_peer(peer).map_or_else(|| Self::Unclear(format!("{peer:?}")), Self::Id)
    }
}

impl From<api::TypePeer> for PeerRef {
    fn from(peer: api::TypePeer) -> Self {
        (&peer).into()
    }
}

impl From<api::TypeInputPeer> for PeerRef {
    fn from(peer: api::TypeInputPeer) -> Self {
        Self::Input(peer)
    }
}

impl From<&api::TypeInputPeer> for PeerRef {
    fn from(peer: &api::TypeInputPeer) -> Self {
        Self::Input(peer.clone())
    }
}

impl From<&api::User> for PeerRef {
    fn from(user: &api::User) -> Self {
        match user.access_hash {
            _ if user.self_ => Self::Me,
            Some(access_hash) if !user.min => {
                Self::Input(api::TypeInputPeer::InputPeerUser(api::InputPeerUser {
                    user_id: user.id,
                    access_hash,
                }))
            }
            _ => Self::Id(user.id.into()),
        }
    }
}

impl From<&api::TypeUser> for PeerRef {
    fn from(user: &api::TypeUser) -> Self {
        match user {
            api::TypeUser::User(user) => (&**user).into(),
            api::TypeUser::UserEmpty(user) => Self::Id(user.id.into()),
            other => Self::Unclear(format!("{other:?}")),
        }
    }
}

impl From<&api::Chat> for PeerRef {
    fn from(chat: &api::Chat) -> Self {
        Self::Id(chat.id.into())
    }
}

impl From<&api::Channel> for PeerRef {
    fn from(channel: &api::Channel) -> Self {
        match channel.access_hash.filter(|_| !channel.min) {
            Some(access_hash) => Self::Input(api::TypeInputPeer::InputPeerChannel(
                api::InputPeerChannel {
                    channel_id: channel.id,
                    access_hash,
                },
            )),
            None => Self::Id(channel.id.into()),
        }
    }
}

impl From<&api::TypeChat> for PeerRef {
    fn from(chat: &api::TypeChat) -> Self {
        match chat {
            api::TypeChat::Chat(chat) => (&**chat).into(),
            api::TypeChat::Channel(channel) => (&**channel).into(),
            api::TypeChat::ChatForbidden(chat) => Self::Id(chat.id.into()),
            api::TypeChat::ChannelForbidden(channel) => Self::Id(channel.id.into()),
            api::TypeChat::ChatEmpty(chat) => Self::Id(chat.id.into()),
            other => Self::Unclear(format!("{other:?}")),
        }
    }
}

fn read(text: &str) -> Option<PeerRef> {
    if matches!(text.to_ascii_lowercase().as_str(), "me" | "self") {
        return Some(PeerRef::Me);
    }
    if let Some(name) = text.strip_prefix('@') {
        return username(name);
    }
    if let Some(link) = link(text) {
        return link;
    }
    if let Some(number) = text.strip_prefix('+') {
        return phone(number);
    }
    if let Some(number) = text.strip_prefix('-') {
        let id = number.parse::<i64>().ok()?.checked_neg()?;
        return PeerId::from_marked(id).map(PeerRef::Id);
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return (1..=19)
            .contains(&text.len())
            .then(|| PeerRef::Digits(text.to_owned()));
    }
    username(text)
}

/// What a link names; none when it is no link, and none inside when the link names no peer.
fn link(text: &str) -> Option<Option<PeerRef>> {
    let lower = text.to_ascii_lowercase();
    if let Some(command) = lower.strip_prefix("tg:") {
        let (_, query) = text.split_once('?')?;
        let command = command.trim_start_matches('/');
        let value = |name| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
        };
        return Some(if command.starts_with("resolve?") {
            match value("domain") {
                Some(name) => username(name),
                None => value("phone").and_then(phone),
            }
        } else if command.starts_with("user?") {
            let id = value("id").and_then(|id| id.parse::<i64>().ok());
            id.and_then(PeerId::from_marked).map(PeerRef::Id)
        } else {
            None
        });
    }
    let bare = ["https://", "http://"]
        .iter()
        .find_map(|scheme| lower.starts_with(scheme).then(|| &text[scheme.len()..]));
    let (host, path) = bare.unwrap_or(text).split_once('/')?;
    let host = host.to_ascii_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    if !HOSTS.contains(&host) {
        // name.t.me
        return bare.map(|_| None);
    }
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let name = path.trim_matches('/');
    let name = name.strip_prefix("s/").unwrap_or(name);
    let name = name.split('/').next().unwrap_or_default();
    Some(match name.strip_prefix('+') {
        Some(number) => phone(number),
        None => username(name),
    })
}

/// A username: letters, digits and underscores, beginning with a letter. At most 32, and at least 2: short ones are
/// sold.
fn username(name: &str) -> Option<PeerRef> {
    let fits = (2..=32).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    fits.then(|| PeerRef::Username(name.to_owned()))
}

/// A phone number, however it is written.
fn phone(text: &str) -> Option<PeerRef> {
    let number = digits(text);
    let written = text
        .chars()
        .all(|c| c.is_ascii_digit() || " -().\u{a0}".contains(c));
    (written && (5..=20).contains(&number.len())).then_some(PeerRef::Phone(number))
}

const HOSTS: [&str; 3] = ["t.me", "telegram.me", "telegram.dog"];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: PeerRef) {
        assert_eq!(PeerRef::from(text), expected, "{text}");
    }

    fn name(name: &str) -> PeerRef {
        PeerRef::Username(name.into())
    }

    #[test]
    fn usernames_come_with_and_without_their_sign_and_in_links() {
        check("@ann_1", name("ann_1"));
        check(" Ann_1 ", name("Ann_1"));
        for link in [
            "https://t.me/ann_1",
            "http://telegram.me/ann_1/",
            "t.me/ann_1/57?single",
            "https://T.me/s/ann_1",
            "telegram.dog/ann_1#x",
            "tg://resolve?domain=ann_1&post=5",
            "tg:resolve?domain=ann_1",
        ] {
            check(link, name("ann_1"));
        }
    }

    #[test]
    fn numbers_are_phones_with_a_plus_and_ids_with_a_minus() {
        check("+1 (555) 000-1234", PeerRef::Phone("15550001234".into()));
        check(
            "https://t.me/+15550001234",
            PeerRef::Phone("15550001234".into()),
        );
        check("777000", PeerRef::Digits("777000".into()));
        check(
            "-1001234567890",
            PeerRef::Id(PeerId::Channel(ChannelId(1_234_567_890))),
        );
        check("-55", PeerRef::Id(PeerId::Chat(ChatId(55))));
        check("tg://user?id=5", PeerRef::Id(PeerId::User(UserId(5))));
        check("me", PeerRef::Me);
        check("Self", PeerRef::Me);
    }

    #[test]
    fn what_names_nobody_is_kept_for_the_error() {
        for text in [
            "",
            "two words",
            "@",
            "@1ann",
            "https://example.org/ann",
            "https://t.me/+AbCdEf",
            "t.me/",
            "-",
            "-99999999999999999999",
            "+12",
            "tg://join?invite=abc",
            "é",
            "tg:é?",
        ] {
            check(text, PeerRef::Unclear(text.into()));
        }
        assert_eq!(PeerRef::from(0), PeerRef::Unclear("0".into()));
    }

    #[test]
    fn a_min_user_is_not_addressed_by_its_hash() {
        let user = |min| api::User {
            id: UserId(5),
            access_hash: Some(7.into()),
            min,
            ..api::User::default()
        };
        assert!(matches!(PeerRef::from(&user(false)), PeerRef::Input(_)));
        assert_eq!(
            PeerRef::from(&user(true)),
            PeerRef::Id(PeerId::User(UserId(5)))
        );
    }
}
