//! Finding people: by user name, by number, by the beginning of either name.
//! `core.telegram.org/api/search`, `core.telegram.org/api/links`.

use heliogram_tl::api::TypePeer;
use heliogram_tl::api::contacts::{
    self, Found, ResolvePhoneError, ResolveUsernameError, ResolvedPeer, SearchError,
};

use super::contacts::found_by_phone;
use crate::cx::{Cx, Raise};
use crate::people::{self, username};
use crate::phone;
use crate::store::StoreError;

/// The shortest user name that anybody can have.
const SHORTEST_NAME: usize = 4;
/// The shortest query, in characters.
const SHORTEST_QUERY: usize = 3;
/// How many people one list of an answer holds at most.
const MOST: i32 = 50;

/// `contacts.resolveUsername flags:# username:string referer:flags.0?string = contacts.ResolvedPeer`
pub(super) fn resolve_username(
    cx: &mut Cx<'_>,
    call: contacts::ResolveUsername,
) -> Result<ResolvedPeer, Raise<ResolveUsernameError>> {
    if !username::is_well_formed(&call.username) || call.username.len() < SHORTEST_NAME {
        return Err(Raise::Method(ResolveUsernameError::UsernameInvalid));
    }
    let account = cx.tx.accounts().by_username(&call.username)?;
    let account = account.ok_or(Raise::Method(ResolveUsernameError::UsernameNotOccupied))?;
    if call.referer.is_some() {
        // Nobody here pays for being recommended.
        return Err(Raise::Method(ResolveUsernameError::StarrefExpired));
    }
    Ok(resolved(cx, account.id)?)
}

/// `contacts.resolvePhone phone:string = contacts.ResolvedPeer`
pub(super) fn resolve_phone(
    cx: &mut Cx<'_>,
    call: contacts::ResolvePhone,
) -> Result<ResolvedPeer, Raise<ResolvePhoneError>> {
    let seeker = cx.caller.user()?;
    let id = found_by_phone(cx, seeker, &phone::digits(&call.phone))?
        .ok_or(Raise::Method(ResolvePhoneError::PhoneNotOccupied))?;
    Ok(resolved(cx, id)?)
}

/// `contacts.search flags:# broadcasts:flags.0?true bots:flags.1?true q:string limit:int = contacts.Found`
///
/// What the caller has (contacts, and people to whom there is a chat) is apart from the rest of the world.
pub(super) fn search(cx: &mut Cx<'_>, call: contacts::Search) -> Result<Found, Raise<SearchError>> {
    let seeker = cx.caller.user()?;
    let query = call.q.trim();
    let query = query.strip_prefix('@').unwrap_or(query);
    if query.is_empty() {
        return Err(Raise::Method(SearchError::SearchQueryEmpty));
    }
    if query.chars().count() < SHORTEST_QUERY {
        return Err(Raise::Method(SearchError::QueryTooShort));
    }
    if call.broadcasts {
        // There are no channels.
        return Ok(Found::default());
    }
    let limit = call.limit.clamp(1, MOST);
    let accounts = cx.tx.accounts();
    let mine = accounts.search(seeker, query, call.bots, true, limit)?;
    let others = accounts.search(seeker, query, call.bots, false, limit)?;
    let peers = |ids: &[i64]| {
        ids.iter()
            .map(|id| people::peer(*id))
            .collect::<Vec<TypePeer>>()
    };
    Ok(Found {
        my_results: peers(&mine),
        results: peers(&others),
        chats: Vec::new(),
        users: people::users(cx, seeker, mine.into_iter().chain(others))?,
    })
}

fn resolved(cx: &Cx<'_>, id: i64) -> Result<ResolvedPeer, StoreError> {
    let seeker = cx.caller.user_id.unwrap_or_default();
    Ok(ResolvedPeer {
        peer: people::peer(id),
        chats: Vec::new(),
        users: people::users(cx, seeker, [id])?,
    })
}
