//! What is found in a text without being asked for.

use heliogram_tl::api::{self, TypeMessageEntity as Entity};

/// The longest hashtag, cashtag, command and name, in characters without the sign.
const HASHTAG: usize = 256;
const CASHTAG: usize = 8;
const COMMAND: usize = 64;
const USERNAME: std::ops::RangeInclusive<usize> = 4..=32;
/// The endings of the names of hosts that are links without `https://`: the most common ones, where the service knows
/// all.
const ENDINGS: &[&str] = &[
    "com", "org", "net", "edu", "gov", "int", "info", "biz", "io", "me", "dev", "app", "co", "ai",
    "tv", "xyz", "rs", "de", "fr", "it", "es", "nl", "pl", "ru", "ua", "uk", "us", "eu", "ch",
    "at", "be", "cz", "se", "no", "fi", "jp", "cn", "in", "br", "ir", "tr",
];

/// The links, addresses, names, tags and commands of a text, in its order; no two overlap.
pub(super) fn find(text: &str) -> Vec<Entity> {
    let mut found = Vec::new();
    // Most messages have none of these signs, and so nothing to find.
    if !text.contains(['/', '@', '#', '$', '.']) {
        return found;
    }
    let mut units = 0;
    let mut before = None;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (length, kind) = match at(rest, first, before) {
            Some((length, kind)) => (length, Some(kind)),
            None => (first.len_utf8(), None),
        };
        let (piece, after) = rest.split_at(length);
        let size = piece.encode_utf16().count() as i32;
        found.extend(kind.map(|kind| kind.entity(units, size)));
        units += size;
        before = piece.chars().next_back();
        rest = after;
    }
    found
}

#[derive(Clone, Copy)]
enum Kind {
    Url,
    Email,
    Mention,
    Hashtag,
    Cashtag,
    BotCommand,
}

impl Kind {
    fn entity(self, offset: i32, length: i32) -> Entity {
        match self {
            Self::Url => Entity::MessageEntityUrl(api::MessageEntityUrl { offset, length }),
            Self::Email => Entity::MessageEntityEmail(api::MessageEntityEmail { offset, length }),
            Self::Mention => {
                Entity::MessageEntityMention(api::MessageEntityMention { offset, length })
            }
            Self::Hashtag => {
                Entity::MessageEntityHashtag(api::MessageEntityHashtag { offset, length })
            }
            Self::Cashtag => {
                Entity::MessageEntityCashtag(api::MessageEntityCashtag { offset, length })
            }
            Self::BotCommand => {
                Entity::MessageEntityBotCommand(api::MessageEntityBotCommand { offset, length })
            }
        }
    }
}

/// What begins here, and how many bytes it has.
fn at(rest: &str, first: char, before: Option<char>) -> Option<(usize, Kind)> {
    if before.is_some_and(is_of_word) {
        return None;
    }
    match first {
        '@' => mention(rest),
        '#' => hashtag(rest),
        '$' => cashtag(rest),
        '/' if !before.is_some_and(|before| "/<".contains(before)) => command(rest),
        _ if first.is_alphanumeric() => url(rest).or_else(|| email(rest)).or_else(|| host(rest)),
        _ => None,
    }
}

fn mention(rest: &str) -> Option<(usize, Kind)> {
    let name = ascii_word(&rest[1..]);
    let is_name = USERNAME.contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && !rest[1 + name.len()..].starts_with(is_of_word);
    is_name.then_some((1 + name.len(), Kind::Mention))
}

fn hashtag(rest: &str) -> Option<(usize, Kind)> {
    let tag = taken(&rest[1..], is_of_word);
    let is_tag = (1..=HASHTAG).contains(&tag.chars().count())
        && !tag.chars().all(|c| c.is_numeric())
        && !rest[1 + tag.len()..].starts_with('#');
    is_tag.then_some((1 + tag.len(), Kind::Hashtag))
}

fn cashtag(rest: &str) -> Option<(usize, Kind)> {
    let tag = taken(&rest[1..], |c| c.is_ascii_uppercase());
    let is_tag =
        (1..=CASHTAG).contains(&tag.len()) && !rest[1 + tag.len()..].starts_with(is_of_word);
    is_tag.then_some((1 + tag.len(), Kind::Cashtag))
}

fn command(rest: &str) -> Option<(usize, Kind)> {
    let name = ascii_word(&rest[1..]);
    if !(1..=COMMAND).contains(&name.len()) {
        return None;
    }
    let mut length = 1 + name.len();
    if rest[length..].starts_with('@')
        && let Some((bot, _)) = mention(&rest[length..])
    {
        length += bot;
    }
    let is_command = !rest[length..].starts_with(|c: char| is_of_word(c) || c == '/' || c == '>');
    is_command.then_some((length, Kind::BotCommand))
}

/// A link that says how it is opened.
fn url(rest: &str) -> Option<(usize, Kind)> {
    let scheme = ["https://", "http://", "tg://", "ton://"]
        .into_iter()
        .find(|scheme| {
            let start = rest.as_bytes().get(..scheme.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(scheme.as_bytes()))
        })?;
    let link = trimmed(taken(&rest[scheme.len()..], is_of_link));
    let is_link = link.starts_with(char::is_alphanumeric)
        && (!scheme.starts_with("http") || link.contains('.') || link.starts_with("localhost"));
    is_link.then_some((scheme.len() + link.len(), Kind::Url))
}

fn email(rest: &str) -> Option<(usize, Kind)> {
    let name = taken(rest, |c| c.is_ascii_alphanumeric() || "._%+-".contains(c));
    let host = rest[name.len()..].strip_prefix('@')?;
    let host = host_name(host)?;
    Some((name.len() + 1 + host.len(), Kind::Email))
}

/// A link that begins with the name of a host.
fn host(rest: &str) -> Option<(usize, Kind)> {
    let host = host_name(rest)?;
    let mut length = host.len();
    let after = &rest[length..];
    let port = after
        .strip_prefix(':')
        .map(|port| taken(port, |c| c.is_ascii_digit()));
    if let Some(port) = port.filter(|port| !port.is_empty()) {
        length += 1 + port.len();
    }
    if rest[length..].starts_with(['/', '?', '#']) {
        length += trimmed(taken(&rest[length..], is_of_link)).len();
    }
    Some((length, Kind::Url))
}

/// A name like `www.example.com` at the beginning of a text.
fn host_name(text: &str) -> Option<&str> {
    let name = taken(text, |c| c.is_alphanumeric() || c == '-' || c == '.');
    let name = name.trim_end_matches(['.', '-']);
    let (rest, ending) = name.rsplit_once('.')?;
    let has_labels = rest
        .split('.')
        .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
    let ending = ending.to_ascii_lowercase();
    let is_followed = text[name.len()..].starts_with(|c: char| is_of_word(c) || c == '@');
    (has_labels && ENDINGS.contains(&&*ending) && !is_followed).then_some(name)
}

/// Without what ends a sentence rather than a link.
fn trimmed(link: &str) -> &str {
    let mut link = link;
    loop {
        let shorter = link.trim_end_matches(['.', ',', ':', ';', '!', '?', '\'', '"', '*', '~']);
        let shorter = match shorter.strip_suffix(')') {
            Some(inner) if inner.matches('(').count() <= inner.matches(')').count() => inner,
            _ => shorter,
        };
        if shorter.len() == link.len() {
            return link;
        }
        link = shorter;
    }
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_of_link(c: char) -> bool {
    !c.is_whitespace() && !c.is_control() && !"<>\"«»“”`|{}".contains(c)
}

fn ascii_word(text: &str) -> &str {
    taken(text, |c| c.is_ascii_alphanumeric() || c == '_')
}

/// The beginning of a text as far as its characters are such.
fn taken(text: &str, is: impl Fn(char) -> bool) -> &str {
    &text[..text.find(|c| !is(c)).unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces that were found, each after its kind.
    fn found(text: &str) -> Vec<String> {
        let units: Vec<u16> = text.encode_utf16().collect();
        let piece = |offset: i32, length: i32| {
            String::from_utf16(&units[offset as usize..(offset + length) as usize]).unwrap()
        };
        find(text)
            .iter()
            .map(|entity| match entity {
                Entity::MessageEntityUrl(at) => format!("url {}", piece(at.offset, at.length)),
                Entity::MessageEntityEmail(at) => format!("email {}", piece(at.offset, at.length)),
                Entity::MessageEntityMention(at) => format!("name {}", piece(at.offset, at.length)),
                Entity::MessageEntityHashtag(at) => format!("tag {}", piece(at.offset, at.length)),
                Entity::MessageEntityCashtag(at) => format!("cash {}", piece(at.offset, at.length)),
                Entity::MessageEntityBotCommand(at) => {
                    format!("command {}", piece(at.offset, at.length))
                }
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn links_end_where_their_sentence_does() {
        for (text, expected) in [
            ("see https://t.me/a?b=c.", "url https://t.me/a?b=c"),
            (
                "(https://example.com/a_(b))",
                "url https://example.com/a_(b)",
            ),
            ("HTTP://Example.com, then", "url HTTP://Example.com"),
            ("go to example.com/path!", "url example.com/path"),
            ("at example.com:8080/x", "url example.com:8080/x"),
            ("🌞 tg://resolve?domain=x", "url tg://resolve?domain=x"),
            ("http://localhost:8080/x", "url http://localhost:8080/x"),
        ] {
            assert_eq!(found(text), [expected], "{text}");
        }
        for text in [
            "e.g. this",
            "1.5.2",
            "file.txt",
            "https://",
            "http://x",
            "a..com",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn names_tags_and_commands_stand_on_their_own() {
        assert_eq!(
            found("/start@robot hello @durov_, #late $USD mail a.b@example.org"),
            [
                "command /start@robot",
                "name @durov_",
                "tag #late",
                "cash $USD",
                "email a.b@example.org"
            ]
        );
        assert_eq!(found("🌞🌞 @somebody"), ["name @somebody"]);
        assert_eq!(found("#солнце #1st"), ["tag #солнце", "tag #1st"]);
        for text in [
            "a@bcde",
            "@abc",
            "#123",
            "a#tag",
            "$usd",
            "$USDOLLARS",
            "and/or",
            "//x",
            "/",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}
