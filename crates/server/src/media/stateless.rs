//! Media that is all in the message: contacts, places, dice.

use heliogram_tl::api::{self, TypeGeoPoint, TypeInputGeoPoint, TypeMessageMedia};
use heliogram_tl::{AccessHash, UserId};

use super::MediaFault;
use crate::cx::Scope;

/// How many faces each die has; `core.telegram.org/api/dice`.
const DICE: [(&str, u8); 6] = [
    ("🎲", 6),
    ("🎯", 6),
    ("🎳", 6),
    ("🏀", 5),
    ("⚽", 5),
    ("🎰", 64),
];

/// A contact, and who has its number.
pub(super) fn contact(
    scope: &Scope<'_>,
    contact: api::InputMediaContact,
) -> Result<TypeMessageMedia, MediaFault> {
    let digits: String = contact
        .phone_number
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    let account = scope.tx.accounts().by_phone(&digits)?;
    Ok(TypeMessageMedia::MessageMediaContact(Box::new(
        api::MessageMediaContact {
            phone_number: contact.phone_number,
            first_name: contact.first_name,
            last_name: contact.last_name,
            vcard: contact.vcard,
            user_id: UserId(account.map_or(0, |account| account.id)),
        },
    )))
}

/// A place.
pub(super) fn geo(point: &TypeInputGeoPoint) -> Result<TypeMessageMedia, MediaFault> {
    let TypeInputGeoPoint::InputGeoPoint(point) = point else {
        return Err(MediaFault::refused("MEDIA_EMPTY"));
    };
    if !(-90.0..=90.0).contains(&point.lat) || !(-180.0..=180.0).contains(&point.long) {
        return Err(MediaFault::refused("MEDIA_INVALID"));
    }
    let geo = TypeGeoPoint::GeoPoint(Box::new(api::GeoPoint {
        long: point.long,
        lat: point.lat,
        access_hash: AccessHash(0),
        accuracy_radius: point.accuracy_radius,
    }));
    Ok(TypeMessageMedia::MessageMediaGeo(api::MessageMediaGeo {
        geo,
    }))
}

/// A die that is thrown.
pub(super) fn dice(scope: &Scope<'_>, emoticon: &str) -> Result<TypeMessageMedia, MediaFault> {
    // Clients may ask for the picture form of a character.
    let plain = emoticon.trim_end_matches('\u{fe0f}');
    let die = DICE.iter().find(|(name, _)| *name == plain);
    let (_, faces) = die.ok_or_else(|| MediaFault::refused("EMOTICON_INVALID"))?;
    let value = loop {
        let [byte] = scope.random.array();
        // Each face equally likely.
        if byte < u8::MAX - u8::MAX % faces {
            break i32::from(byte % faces) + 1;
        }
    };
    Ok(TypeMessageMedia::MessageMediaDice(Box::new(
        api::MessageMediaDice {
            value,
            emoticon: plain.to_owned(),
            game_outcome: None,
        },
    )))
}
