//! Keyboards: which a bot may send, and what a pressed button says; `core.telegram.org/api/bots/buttons`.

use bytes::Bytes;
use heliogram_tl::RpcError;
use heliogram_tl::api::{TypeInlineButtonType, TypeReplyMarkup};

/// The most data in a callback button, in bytes.
const MAX_DATA: usize = 64;
/// The most buttons in a row, and in a keyboard.
const MAX_ROW: usize = 12;
const MAX_BUTTONS: usize = 300;

/// Why a keyboard is refused, if it is.
pub(crate) fn check(markup: &TypeReplyMarkup) -> Result<(), RpcError> {
    match markup {
        TypeReplyMarkup::ReplyInlineMarkup(keyboard) => {
            check_size(keyboard.rows.iter().map(|row| row.buttons.len()))?;
            for button in keyboard.rows.iter().flat_map(|row| &row.buttons) {
                check_text(&button.text)?;
                check_inline(&button.type_)?;
            }
            Ok(())
        }
        TypeReplyMarkup::ReplyKeyboardMarkup(keyboard) => {
            check_size(keyboard.rows.iter().map(|row| row.buttons.len()))?;
            let mut buttons = keyboard.rows.iter().flat_map(|row| &row.buttons);
            buttons.try_for_each(|button| check_text(&button.text))
        }
        _ => Ok(()),
    }
}

/// Whether a keyboard has a button with this data.
pub(crate) fn has_callback(markup: &TypeReplyMarkup, data: &Bytes) -> bool {
    let TypeReplyMarkup::ReplyInlineMarkup(keyboard) = markup else {
        return false;
    };
    let mut buttons = keyboard.rows.iter().flat_map(|row| &row.buttons);
    buttons.any(|button| {
        matches!(&button.type_, TypeInlineButtonType::InlineButtonTypeCallback(callback) if callback.data == *data)
    })
}

fn check_size(rows: impl Iterator<Item = usize>) -> Result<(), RpcError> {
    let mut all = 0;
    for row in rows {
        all += row;
        if row > MAX_ROW || all > MAX_BUTTONS {
            return Err(RpcError::new(400, "REPLY_MARKUP_TOO_LONG"));
        }
    }
    match all {
        0 => Err(RpcError::new(400, "REPLY_MARKUP_INVALID")),
        _ => Ok(()),
    }
}

fn check_text(text: &str) -> Result<(), RpcError> {
    match text.trim() {
        "" => Err(RpcError::new(400, "BUTTON_TEXT_INVALID")),
        _ => Ok(()),
    }
}

fn check_inline(button: &TypeInlineButtonType) -> Result<(), RpcError> {
    let fault = match button {
        TypeInlineButtonType::InlineButtonTypeCallback(callback)
            if callback.data.is_empty() || callback.data.len() > MAX_DATA =>
        {
            "BUTTON_DATA_INVALID"
        }
        TypeInlineButtonType::InlineButtonTypeUrl(link) if !is_url(&link.url) => {
            "BUTTON_URL_INVALID"
        }
        _ => return Ok(()),
    };
    Err(RpcError::new(400, fault))
}

/// A link that clients can open: with a scheme of theirs, or a host name with a dot in it.
fn is_url(url: &str) -> bool {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_host = !host.is_empty() && !host.contains(char::is_whitespace);
    match scheme {
        "" => is_host && host.contains('.'),
        "http" | "https" | "tg" | "ton" => is_host,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_url;

    #[test]
    fn links_have_a_host() {
        for link in ["https://example.com/a?b", "example.com", "tg://user?id=1"] {
            assert!(is_url(link), "{link}");
        }
        for none in [
            "",
            "https://",
            "example",
            "https:// x",
            "ftp://example.com",
            "a b.com",
        ] {
            assert!(!is_url(none), "{none}");
        }
    }
}
