//! The canonical form: what the same script gives again from the same seed.
//!
//! A seeded world repeats its ids, hashes, codes and dates, since business time is its own. What is left are
//! the values below. Each is replaced by a mark, so that whether it is there is still compared.

use heliogram_tl::reflect::by_name;
use serde_json::Value as Json;

/// What stands in place of a value that differs from one run to the next.
pub(super) const VARIES: &str = "<varies>";

/// The constructor or method, its field, and why no seed reaches it.
const VARYING: [(&str, &str, &str); 17] = [
    ("config", "date", WIRE_TIME),
    ("config", "expires", WIRE_TIME),
    ("dcOption", "ip_address", ADDRESS),
    ("dcOption", "port", ADDRESS),
    ("help.termsOfServiceUpdate", "expires", WIRE_TIME),
    ("help.termsOfServiceUpdateEmpty", "expires", WIRE_TIME),
    ("auth.bindTempAuthKey", "perm_auth_key_id", KEY_EXCHANGE),
    ("auth.bindTempAuthKey", "nonce", CLIENT),
    ("auth.bindTempAuthKey", "expires_at", WIRE_TIME),
    ("auth.bindTempAuthKey", "encrypted_message", KEY_EXCHANGE),
    ("auth.dropTempAuthKeys", "except_auth_keys", KEY_EXCHANGE),
    ("inputCheckPasswordSRP", "A", CLIENT),
    ("inputCheckPasswordSRP", "M1", CLIENT),
    (KDF, "salt1", CLIENT),
    ("account.passwordInputSettings", "new_password_hash", CLIENT),
    ("account.password", "srp_B", CLIENT),
    ("messages.sendMessage", "random_id", CLIENT),
];

const KDF: &str = "passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow";
const WIRE_TIME: &str = "wire time is the real time";
const ADDRESS: &str = "the port is the next free one";
const KEY_EXCHANGE: &str = "key exchanges are never seeded";
const CLIENT: &str = "the client's own randomness, or made from it";

/// Marks what differs from one run to the next in the JSON of an object, or in anything that holds
/// objects.
pub fn make_canonical(json: &mut Json) {
    match json {
        Json::Array(elements) => elements.iter_mut().for_each(make_canonical),
        Json::Object(map) => {
            let name = map.get("_").and_then(Json::as_str);
            let name = name.and_then(by_name).map(|combinator| combinator.name);
            for (field, value) in map {
                match name {
                    Some(name) if varies(name, field) => *value = VARIES.into(),
                    _ => make_canonical(value),
                }
            }
        }
        _ => {}
    }
}

/// Whether a field differs from one run to the next.
pub(super) fn varies(name: &str, field: &str) -> bool {
    let mut varying = VARYING.iter();
    varying.any(|(of, varying, _)| *of == name && *varying == field)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_value_that_varies_is_one_of_the_schema() {
        for (name, field, _) in VARYING {
            let combinator = by_name(name).unwrap_or_else(|| panic!("{name}"));
            let known = combinator.fields.iter().any(|known| known.name == field);
            assert!(known, "{name}.{field}");
        }
    }

    #[test]
    fn only_what_varies_is_marked() {
        let mut json = json!({"result": [{
            "_": "config", "date": 5, "this_dc": 2, "dc_options": [{"_": "dcOption", "id": 2, "port": 9000}],
        }]});
        make_canonical(&mut json);
        assert_eq!(
            json,
            json!({"result": [{
                "_": "config", "date": VARIES, "this_dc": 2,
                "dc_options": [{"_": "dcOption", "id": 2, "port": VARIES}],
            }]})
        );
    }
}
