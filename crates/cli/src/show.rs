//! Messages, as people and as programs read them.

use heliogram::{Entity, Media, Message, PeerId, api};
use heliogram_tl::Encode;
use heliogram_tl::reflect::{Type, Value, value_to_json};
use serde_json::{Value as Json, json};

/// A message on a line of its own, or on several when its text has them.
pub(crate) fn line(message: &Message) -> String {
    let who = match message.sender() {
        Some(sender) => sender.name(),
        None if message.is_outgoing() => "me".into(),
        None => message.sender_id().unwrap_or(message.peer_id()).to_string(),
    };
    let answers = match message.reply_to_msg_id() {
        Some(id) => format!(" (to #{id})"),
        None => String::new(),
    };
    let mut what = message.text().to_owned();
    if let Some(media) = media(message.media()) {
        let gap = if what.is_empty() { "" } else { " " };
        what = format!("[{media}]{gap}{what}");
    }
    if let Some(action) = message.action() {
        what = format!("({})", json_of(action)["_"].as_str().unwrap_or_default());
    }
    let date = date(message.date());
    format!(
        "{date}  #{}  {}{answers}: {}\n",
        message.id(),
        plain(&who),
        plain(&what)
    )
}

/// A message as data.
pub(crate) fn message(message: &Message) -> Json {
    let mut out = json!({
        "id": message.id(),
        "chat": peer(message.peer_id(), message.peer()),
        "date": message.date(),
        "out": message.is_outgoing(),
        "text": message.text(),
    });
    let mut set = |name: &str, value: Option<Json>| {
        if let Some(value) = value {
            out[name] = value;
        }
    };
    let sender = message.sender_id();
    set("sender", sender.map(|id| peer(id, message.sender())));
    set("edit_date", message.edit_date().map(Json::from));
    set("reply_to", message.reply_to_msg_id().map(Json::from));
    let entities: Vec<_> = message.entities().iter().map(json_of).collect();
    set("entities", (!entities.is_empty()).then(|| entities.into()));
    set("media", message.media().map(json_of));
    set("reply_markup", message.reply_markup().map(json_of));
    set("action", message.action().map(json_of));
    let file = Media::try_from(message.raw()).ok();
    set(
        "file",
        file.map(|file| json!({"name": file.name(), "size": file.size()})),
    );
    out
}

/// Who, as data.
pub(crate) fn peer(id: PeerId, entity: Option<&Entity>) -> Json {
    let mut out = json!({"id": id.marked()});
    if let Some(entity) = entity {
        out["name"] = entity.name().into();
        if let Some(username) = entity.username() {
            out["username"] = username.into();
        }
    }
    out
}

/// Any object of the schema as data.
pub(crate) fn json_of(object: &impl Encode) -> Json {
    let bytes = object.to_bytes().unwrap_or_default();
    let value = Value::read(&bytes.into(), Type::Object);
    value.map_or(Json::Null, |value| value_to_json(&value))
}

/// `2026-01-01 12:00:00`, in UTC.
pub(crate) fn date(unix: i32) -> String {
    let (days, second) = (unix.div_euclid(DAY), unix.rem_euclid(DAY));
    let (year, month, day) = civil(i64::from(days));
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

/// `1.5 MiB`
pub(crate) fn size(bytes: u64) -> String {
    let mut size = bytes as f64;
    let mut units = ["bytes", "KiB", "MiB", "GiB"].into_iter();
    let mut unit = units.next().unwrap_or_default();
    for next in units {
        if size < 1_024.0 {
            break;
        }
        size /= 1_024.0;
        unit = next;
    }
    if unit == "bytes" {
        format!("{bytes} bytes")
    } else {
        format!("{size:.1} {unit}")
    }
}

/// A text without what a terminal would obey.
pub(crate) fn plain(text: &str) -> String {
    let shown = |character: char| match character {
        '\n' | '\t' => character,
        control if control.is_control() => '\u{fffd}',
        other => other,
    };
    text.chars().map(shown).collect()
}

fn media(media: Option<&api::TypeMessageMedia>) -> Option<String> {
    let media = media?;
    match Media::try_from(media) {
        Ok(file) => Some(format!("{}, {}", file.name(), size(file.size()))),
        Err(_) => json_of(media)["_"].as_str().map(str::to_owned),
    }
}

/// Year, month and day of a day counted from 1970. The year is taken to begin in March, so that the leap day is its last.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = (from_march + 2) % 12 + 1;
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

const DAY: i32 = 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_sizes_are_readable() {
        assert_eq!(date(0), "1970-01-01 00:00:00");
        assert_eq!(date(1_709_210_096), "2024-02-29 12:34:56");
        assert_eq!(date(-1), "1969-12-31 23:59:59");
        assert_eq!(size(1_023), "1023 bytes");
        assert_eq!(size(10 << 20), "10.0 MiB");
        assert_eq!(size(u64::MAX), "17179869184.0 GiB");
    }

    #[test]
    fn nothing_in_a_text_moves_the_cursor() {
        assert_eq!(
            plain("a\x1b[2J\r\nb\u{9b}1m"),
            "a\u{fffd}[2J\u{fffd}\nb\u{fffd}1m"
        );
    }
}
