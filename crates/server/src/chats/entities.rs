//! The entities of a text: those that its writer gave, and those that are found in it.
//!
//! Offsets and lengths count UTF-16 units. What a writer gives must lie inside the text, between whole characters;
//! what is empty is dropped, and of more than a hundred only the first hundred are kept, as the service does. In what
//! is left, links, addresses, names, tags and commands are found without being asked for, but not inside code or
//! inside a link. Phone numbers and bank cards are not looked for. `core.telegram.org/api/entities`.

mod finding;

use heliogram_tl::api::{self, TypeMessageEntity as Entity};
use heliogram_tl::{MethodError, UserId};

use super::peer;
use crate::cx::{Cx, Raise};

/// How many a message has at most.
const MOST: usize = 100;
/// How many bytes they have at most, about as many as the service takes.
const LARGEST: usize = 9500;

/// All entities of a message's text.
pub(crate) fn of_text<E: MethodError>(
    cx: &Cx<'_>,
    text: &str,
    entities: Vec<Entity>,
) -> Result<Vec<Entity>, Raise<E>> {
    let mut entities = given(cx, text, entities)?;
    let found = finding::find(text);
    if !found.is_empty() {
        let is_free = |found: &Entity, given: &[Entity]| {
            !given
                .iter()
                .any(|given| is_closed(given) && overlaps(given, found))
        };
        let free: Vec<_> = found
            .into_iter()
            .filter(|found| is_free(found, &entities))
            .collect();
        entities.extend(free);
    }
    // Outer ones come before those inside.
    entities.sort_by_key(|entity| {
        let (offset, length) = place(entity);
        (offset, -length)
    });
    entities.truncate(MOST);
    Ok(entities)
}

/// Those that a writer gave, checked.
pub(crate) fn given<E: MethodError>(
    cx: &Cx<'_>,
    text: &str,
    entities: Vec<Entity>,
) -> Result<Vec<Entity>, Raise<E>> {
    if entities.is_empty() {
        return Ok(entities);
    }
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut kept = Vec::with_capacity(entities.len());
    let mut size = 0;
    for entity in entities {
        let (offset, length) = place(&entity);
        if !is_inside(&units, offset, length) {
            return Err(Raise::named(400, "ENTITY_BOUNDS_INVALID"));
        }
        size += super::bytes(&entity).len();
        if size > LARGEST {
            return Err(Raise::named(400, "ENTITIES_TOO_LONG"));
        }
        if length == 0 {
            continue;
        }
        kept.extend(resolved(cx, entity)?);
    }
    kept.truncate(MOST);
    Ok(kept)
}

/// An entity as it is kept; none for one that means nothing.
fn resolved<E: MethodError>(cx: &Cx<'_>, entity: Entity) -> Result<Option<Entity>, Raise<E>> {
    Ok(match entity {
        Entity::InputMessageEntityMentionName(mention) => {
            let user = peer::user(cx, &mention.user_id)?
                .ok_or_else(|| Raise::named(400, "ENTITY_MENTION_USER_INVALID"))?;
            Some(mention_name(mention.offset, mention.length, user))
        }
        // Without an access hash, only of those who are there.
        Entity::MessageEntityMentionName(mention) => cx
            .tx
            .accounts()
            .by_id(mention.user_id.0)?
            .map(|account| mention_name(mention.offset, mention.length, account.id)),
        Entity::MessageEntityUnknown(_) => None,
        other => Some(other),
    })
}

fn mention_name(offset: i32, length: i32, user: i64) -> Entity {
    Entity::MessageEntityMentionName(api::MessageEntityMentionName {
        offset,
        length,
        user_id: UserId(user),
    })
}

/// Whether a place is in the text and cuts no character in two.
fn is_inside(units: &[u16], offset: i32, length: i32) -> bool {
    let (Ok(start), Ok(length)) = (usize::try_from(offset), usize::try_from(length)) else {
        return false;
    };
    let end = start + length;
    let is_whole = |at: usize| {
        !units
            .get(at)
            .is_some_and(|unit| (0xdc00..0xe000).contains(unit))
    };
    end <= units.len() && is_whole(start) && is_whole(end)
}

/// Whether nothing is looked for inside an entity.
fn is_closed(entity: &Entity) -> bool {
    matches!(
        entity,
        Entity::MessageEntityCode(_)
            | Entity::MessageEntityPre(_)
            | Entity::MessageEntityTextUrl(_)
            | Entity::MessageEntityMentionName(_)
            | Entity::MessageEntityUrl(_)
            | Entity::MessageEntityEmail(_)
            | Entity::MessageEntityMention(_)
            | Entity::MessageEntityHashtag(_)
            | Entity::MessageEntityCashtag(_)
            | Entity::MessageEntityBotCommand(_)
            | Entity::MessageEntityPhone(_)
            | Entity::MessageEntityBankCard(_)
            | Entity::MessageEntityCustomEmoji(_)
    )
}

fn overlaps(one: &Entity, other: &Entity) -> bool {
    let ((a, a_length), (b, b_length)) = (place(one), place(other));
    a < b + b_length && b < a + a_length
}

/// Where an entity is: offset and length.
fn place(entity: &Entity) -> (i32, i32) {
    macro_rules! place {
        ($($kind:ident)*) => {
            match entity {
                $(Entity::$kind(entity) => (entity.offset, entity.length),)*
                _ => (0, 0),
            }
        };
    }
    place!(
        MessageEntityUnknown MessageEntityMention MessageEntityHashtag MessageEntityBotCommand MessageEntityUrl
        MessageEntityEmail MessageEntityBold MessageEntityItalic MessageEntityCode MessageEntityPre
        MessageEntityTextUrl MessageEntityMentionName InputMessageEntityMentionName MessageEntityPhone
        MessageEntityCashtag MessageEntityUnderline MessageEntityStrike MessageEntityBankCard MessageEntitySpoiler
        MessageEntityCustomEmoji MessageEntityBlockquote MessageEntityFormattedDate MessageEntityDiffInsert
        MessageEntityDiffReplace MessageEntityDiffDelete MessageEntityTonAddress
    )
}
