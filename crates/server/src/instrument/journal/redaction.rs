//! Secrets in what leaves the journal: each secret field is replaced by a mark.
//!
//! Which fields are secret says `schema/secret_fields.txt`, for the journal as for `Debug` and logs. A call
//! whose request holds a mark cannot be sent again.

use heliogram_tl::reflect::{Combinator, Type, by_name};
use serde_json::{Map, Value as Json};

use super::canonical::{VARIES, varies};

/// What stands in place of a secret.
pub const HIDDEN: &str = "<hidden>";

/// Whether secrets are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Secrets {
    /// [`HIDDEN`] stands in their place.
    #[default]
    Hidden,
    /// As they are. For whoever asked.
    Shown,
}

/// Hides the secrets in the JSON of an object, or of several.
pub fn hide(json: &mut Json) {
    match json {
        Json::Array(elements) => elements.iter_mut().for_each(hide),
        Json::Object(map) => {
            let combinator = combinator(map);
            for (name, value) in map {
                match combinator {
                    Some(combinator) if is_secret(combinator, name) => *value = HIDDEN.into(),
                    _ => hide(value),
                }
            }
        }
        _ => {}
    }
}

/// The first field in the JSON of an object, or of anything that holds objects, in whose place a mark stands:
/// `settings.token`.
#[must_use]
pub fn left_out(json: &Json) -> Option<String> {
    match json {
        Json::Array(elements) => elements.iter().find_map(left_out),
        Json::Object(map) => {
            let combinator = combinator(map);
            map.iter().find_map(|(name, value)| {
                let marked = combinator.is_some_and(|combinator| {
                    value == HIDDEN && is_secret(combinator, name)
                        || value == VARIES && varies(combinator.name, name)
                });
                if marked {
                    return Some(name.clone());
                }
                left_out(value).map(|within| format!("{name}.{within}"))
            })
        }
        _ => None,
    }
}

fn combinator(map: &Map<String, Json>) -> Option<&'static Combinator> {
    map.get("_").and_then(Json::as_str).and_then(by_name)
}

/// What is nothing but a flag is no secret, whatever its name.
fn is_secret(combinator: &Combinator, name: &str) -> bool {
    let mut fields = combinator.fields.iter();
    fields.any(|field| field.name == name && field.secret && field.ty != Type::True)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_hidden_wherever_they_stand() {
        let mut json = json!([{
            "_": "auth.sendCode", "phone_number": "9996621234", "api_id": 7, "api_hash": "x",
            "settings": {"_": "codeSettings", "logout_tokens": ["AQ=="], "token": "t"},
        }]);
        assert_eq!(left_out(&json), None);
        hide(&mut json);
        assert_eq!(
            json,
            json!([{
                "_": "auth.sendCode", "phone_number": "9996621234", "api_id": 7, "api_hash": HIDDEN,
                "settings": {"_": "codeSettings", "logout_tokens": HIDDEN, "token": HIDDEN},
            }])
        );
        assert_eq!(left_out(&json).as_deref(), Some("api_hash"));
        json[0]["api_hash"] = "x".into();
        assert_eq!(left_out(&json).as_deref(), Some("settings.logout_tokens"));
    }
}
