//! Looking for messages; `core.telegram.org/api/search`.
//!
//! A message is found when each word that is looked for begins one of its own, whatever their case. The chat is read
//! from its newest message on, which is enough for the chats of tests.

use heliogram_tl::api::messages::{
    self, GetSearchCountersError, SearchCounter, SearchError, SearchGlobalError, TypeMessages,
};
use heliogram_tl::api::{self, TypeInputPeer, TypeMessagesFilter};

use crate::chats::{peer, shown};
use crate::cx::{Cx, Raise};
use crate::store::messages::{Content, MessageRow};

/// How many messages one answer holds.
const PAGE: i32 = 100;

/// `messages.search flags:# peer:InputPeer q:string from_id:flags.0?InputPeer ... filter:MessagesFilter min_date:int
/// max_date:int offset_id:int add_offset:int limit:int max_id:int min_id:int hash:long = messages.Messages`
pub(super) fn search(
    cx: &mut Cx<'_>,
    call: messages::Search,
) -> Result<TypeMessages, Raise<SearchError>> {
    let owner = cx.caller.user()?;
    // A client that names no chat means all of them.
    let peer = match &call.peer {
        TypeInputPeer::InputPeerEmpty => None,
        peer => Some(peer::chat(cx, peer)?),
    };
    let from = match call.from_id.as_deref() {
        None | Some(TypeInputPeer::InputPeerEmpty) => None,
        Some(from) => {
            Some(peer::peer(cx, from)?.ok_or(Raise::Method(SearchError::FromPeerInvalid))?)
        }
    };
    let wanted = Wanted {
        from,
        dates: dates(call.min_date, call.max_date),
        ..Wanted::new(&call.q, &call.filter)
    };
    let found = wanted.find(cx, owner, peer)?;
    let offset_id = match call.offset_id {
        0 => i32::MAX,
        id => id,
    };
    let newer = found.iter().take_while(|row| row.id >= offset_id).count() as i64;
    let limit = match call.limit {
        ..0 => PAGE,
        limit => limit.min(PAGE),
    };
    let start = newer + i64::from(call.add_offset);
    let page = start.max(0)..(start + i64::from(limit)).max(0);
    let max = match call.max_id {
        0 => i32::MAX,
        id => id,
    };
    let total = found.len() as i64;
    let rows: Vec<MessageRow> = (0i64..)
        .zip(found)
        .filter(|(place, row)| page.contains(place) && row.id > call.min_id && row.id < max)
        .map(|(_, row)| row)
        .collect();
    Ok(shown::listed(cx, owner, &rows, total)?)
}

/// `messages.searchGlobal flags:# ... q:string filter:MessagesFilter min_date:int max_date:int offset_rate:int
/// offset_peer:InputPeer offset_id:int limit:int = messages.Messages`
pub(super) fn search_global(
    cx: &mut Cx<'_>,
    call: messages::SearchGlobal,
) -> Result<TypeMessages, Raise<SearchGlobalError>> {
    let owner = cx.caller.user()?;
    if call.folder_id.is_some_and(|folder| folder > 1) {
        return Err(Raise::Method(SearchGlobalError::FolderIdInvalid));
    }
    let is_empty = matches!(call.filter, TypeMessagesFilter::InputMessagesFilterEmpty);
    if call.q.trim().is_empty() && is_empty {
        return Err(Raise::Method(SearchGlobalError::SearchQueryEmpty));
    }
    let wanted = Wanted {
        dates: dates(call.min_date, call.max_date),
        ..Wanted::new(&call.q, &call.filter)
    };
    // There are no groups, no broadcasts, and no archive to look in.
    let is_nowhere = call.groups_only || call.broadcasts_only || call.folder_id == Some(1);
    let found = match is_nowhere {
        true => Vec::new(),
        false => wanted.find(cx, owner, None)?,
    };
    let total = found.len() as i64;
    let limit = match call.limit {
        ..=0 => PAGE,
        limit => limit.min(PAGE),
    };
    let older = |row: &MessageRow| call.offset_id == 0 || row.id < call.offset_id;
    let rows: Vec<MessageRow> = found
        .into_iter()
        .filter(older)
        .take(limit as usize)
        .collect();
    Ok(shown::listed(cx, owner, &rows, total)?)
}

/// `messages.getSearchCounters flags:# peer:InputPeer ... filters:Vector<MessagesFilter>
/// = Vector<messages.SearchCounter>`
pub(super) fn search_counters(
    cx: &mut Cx<'_>,
    call: messages::GetSearchCounters,
) -> Result<Vec<SearchCounter>, Raise<GetSearchCountersError>> {
    let owner = cx.caller.user()?;
    let peer = peer::chat(cx, &call.peer)?;
    let mut counters = Vec::with_capacity(call.filters.len());
    for filter in call.filters {
        let found = Wanted::new("", &filter).find(cx, owner, Some(peer))?;
        counters.push(SearchCounter {
            inexact: false,
            filter,
            count: found.len() as i32,
        });
    }
    Ok(counters)
}

/// What is looked for.
struct Wanted<'f> {
    words: Vec<String>,
    filter: &'f TypeMessagesFilter,
    from: Option<i64>,
    /// The earliest and the latest date.
    dates: (i64, i64),
}

impl<'f> Wanted<'f> {
    fn new(query: &str, filter: &'f TypeMessagesFilter) -> Self {
        Self {
            words: words(query).collect(),
            filter,
            from: None,
            dates: (0, i64::MAX),
        }
    }

    /// All of it, newest first.
    fn find(
        &self,
        cx: &Cx<'_>,
        owner: i64,
        peer: Option<i64>,
    ) -> Result<Vec<MessageRow>, crate::store::StoreError> {
        let mut found = Vec::new();
        cx.tx.messages().each(owner, peer, |row| {
            if self.is(&row) {
                found.push(row);
            }
        })?;
        Ok(found)
    }

    fn is(&self, row: &MessageRow) -> bool {
        let content = &row.content;
        let (earliest, latest) = self.dates;
        self.from.is_none_or(|from| content.sender == from)
            && (earliest..=latest).contains(&content.date)
            && self.has_words(&content.text)
            && passes(self.filter, row)
    }

    fn has_words(&self, text: &str) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let there: Vec<String> = words(text).collect();
        self.words
            .iter()
            .all(|word| there.iter().any(|other| other.starts_with(word.as_str())))
    }
}

fn dates(min: i32, max: i32) -> (i64, i64) {
    let latest = match max {
        0 => i64::MAX,
        date => date.into(),
    };
    (min.into(), latest)
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

/// Whether a message is of the kind that a filter lets through.
fn passes(filter: &TypeMessagesFilter, row: &MessageRow) -> bool {
    use TypeMessagesFilter as Filter;
    let media = || Media::of(&row.content);
    match filter {
        Filter::InputMessagesFilterEmpty => true,
        Filter::InputMessagesFilterPinned => row.pinned,
        Filter::InputMessagesFilterUrl => has_url(&row.content),
        Filter::InputMessagesFilterPhotos => media() == Media::Photo,
        Filter::InputMessagesFilterVideo => media() == Media::Video,
        Filter::InputMessagesFilterPhotoVideo => matches!(media(), Media::Photo | Media::Video),
        Filter::InputMessagesFilterDocument => media() == Media::File,
        Filter::InputMessagesFilterGif => media() == Media::Animation,
        Filter::InputMessagesFilterVoice => media() == Media::Voice,
        Filter::InputMessagesFilterRoundVideo => media() == Media::RoundVideo,
        Filter::InputMessagesFilterRoundVoice => {
            matches!(media(), Media::Voice | Media::RoundVideo)
        }
        Filter::InputMessagesFilterMusic => media() == Media::Music,
        Filter::InputMessagesFilterContacts => media() == Media::Contact,
        Filter::InputMessagesFilterGeo => media() == Media::Place,
        Filter::InputMessagesFilterPoll => media() == Media::Poll,
        // Calls, photos of groups and mentions in groups: there are none.
        _ => false,
    }
}

fn has_url(content: &Content) -> bool {
    use api::TypeMessageEntity as Entity;
    shown::entities(content).is_some_and(|entities| {
        entities.iter().any(|entity| {
            matches!(
                entity,
                Entity::MessageEntityUrl(_) | Entity::MessageEntityTextUrl(_)
            )
        })
    })
}

/// What filters tell apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Media {
    Nothing,
    Photo,
    Video,
    RoundVideo,
    Animation,
    Voice,
    Music,
    File,
    Contact,
    Place,
    Poll,
    Other,
}

impl Media {
    fn of(content: &Content) -> Self {
        use api::TypeMessageMedia as Kind;
        match shown::object(content.media.as_deref()) {
            None => Self::Nothing,
            Some(Kind::MessageMediaPhoto(_)) => Self::Photo,
            Some(Kind::MessageMediaDocument(media)) => match &media.document {
                Some(api::TypeDocument::Document(document)) => Self::of_document(document),
                _ => Self::File,
            },
            Some(Kind::MessageMediaContact(_)) => Self::Contact,
            Some(
                Kind::MessageMediaGeo(_)
                | Kind::MessageMediaGeoLive(_)
                | Kind::MessageMediaVenue(_),
            ) => Self::Place,
            Some(Kind::MessageMediaPoll(_)) => Self::Poll,
            Some(_) => Self::Other,
        }
    }

    fn of_document(document: &api::Document) -> Self {
        use api::TypeDocumentAttribute as Attribute;
        let has = |is: fn(&Attribute) -> bool| document.attributes.iter().any(is);
        let audio = document
            .attributes
            .iter()
            .find_map(|attribute| match attribute {
                Attribute::DocumentAttributeAudio(audio) => Some(audio.voice),
                _ => None,
            });
        let video = document
            .attributes
            .iter()
            .find_map(|attribute| match attribute {
                Attribute::DocumentAttributeVideo(video) => Some(video.round_message),
                _ => None,
            });
        match (audio, video) {
            _ if has(|attribute| matches!(attribute, Attribute::DocumentAttributeAnimated)) => {
                Self::Animation
            }
            _ if has(|attribute| matches!(attribute, Attribute::DocumentAttributeSticker(_))) => {
                Self::Other
            }
            (Some(true), _) => Self::Voice,
            (Some(false), _) => Self::Music,
            (None, Some(true)) => Self::RoundVideo,
            (None, Some(false)) => Self::Video,
            (None, None) => Self::File,
        }
    }
}
