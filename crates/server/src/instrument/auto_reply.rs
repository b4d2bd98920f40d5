//! Answers to methods that nobody wrote a handler for: the least that the schema allows.
//!
//! A client that only wants to get on finds empty lists, absent optionals and the flattest constructor of
//! each type. Zeroes would trip some up, so ids and hashes are numbers drawn from the seed, the method and the
//! query (the same three give the same bytes), dates are now, what expires does so in an hour, and a bare
//! `Bool` is true: it was done.

use bytes::Bytes;
use heliogram_tl::reflect::{Field, Method, Type, Value, least};

use super::trigger::mixed;
use crate::clock::HOUR;

/// Makes answers, always the same for the same seed.
pub(crate) struct AutoReply {
    seed: u64,
    dc_id: i32,
}

impl AutoReply {
    pub(crate) fn new(seed: u64, dc_id: i32) -> Self {
        Self { seed, dc_id }
    }

    /// A result of this method in the newest layer, at a moment of business time; none when the schema allows
    /// no finite one.
    pub(crate) fn answer(&self, method: &'static Method, query: &Bytes, now: i64) -> Option<Bytes> {
        let ty = method.combinator().result;
        if ty == Type::Bool {
            return Value::Bool(true).to_bytes(ty).ok().map(Bytes::from);
        }
        // The query begins with the id of the method.
        let mut state = query.iter().fold(mixed(self.seed), |state, byte| {
            mixed(state ^ u64::from(*byte))
        });
        let mut choose = |field: &'static Field| {
            state = mixed(state.wrapping_add(1));
            self.chosen(field, state, now)
        };
        let value = least(ty, &mut choose)?;
        value.to_bytes(ty).ok().map(Bytes::from)
    }

    /// What stands in a field where zero would not do.
    fn chosen(&self, field: &Field, word: u64, now: i64) -> Option<Value> {
        let int = |number: i64| i32::try_from(number).map(Value::Int).ok();
        let last = field.name.rsplit('_').next().unwrap_or_default();
        match (field.ty, last) {
            (Type::Int, "dc") => Some(Value::Int(self.dc_id)),
            (Type::Int, "id") if field.name == "dc_id" => Some(Value::Int(self.dc_id)),
            (Type::Int, "id" | "hash") => Some(Value::Int((word >> 33) as i32 | 1)),
            (Type::Int, "date") => int(now),
            (Type::Int, "expires" | "until") => int(now + HOUR),
            // Below 2^52: peers have no larger ids.
            (Type::Long, "id") => Some(Value::Long((word >> 12) as i64 | 1)),
            (Type::Long, "hash") => Some(Value::Long((word >> 1) as i64 | 1)),
            (Type::Int128, _) => Some(Value::Int128(u128::from(word).to_le_bytes())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use heliogram_tl::Encode;
    use heliogram_tl::reflect::{self, Object, random_object, to_json};
    use serde_json::json;

    use super::*;
    use crate::methods::TABLE;

    const NOW: i64 = 1_800_000_000;

    /// Every method that could come to be answered so, with a query of it.
    fn unanswered() -> impl Iterator<Item = (&'static Method, Bytes)> {
        let methods = reflect::methods().iter().filter(|method| {
            let combinator = method.combinator();
            let wraps = combinator
                .fields
                .iter()
                .any(|field| field.ty == Type::Object);
            !wraps && !TABLE.iter().any(|entry| entry.id == combinator.id)
        });
        methods.map(|method| {
            let mut state = u64::from(method.combinator().id);
            let mut word = || {
                state = mixed(state + 1);
                state
            };
            let query = random_object(method.combinator(), &mut word);
            (method, Bytes::from(query.to_bytes().unwrap()))
        })
    }

    #[test]
    fn every_method_without_a_handler_gets_a_result_of_its_type() {
        let (one, other) = (AutoReply::new(1, 2), AutoReply::new(2, 2));
        let (mut answered, mut differ, mut new_only) = (0, 0, Vec::new());
        for (method, query) in unanswered() {
            let combinator = method.combinator();
            let answer = one.answer(method, &query, NOW).expect(combinator.name);
            let read = Value::read(&answer, combinator.result);
            let read = read.unwrap_or_else(|error| panic!("{}: {error}", combinator.name));
            assert_eq!(read.to_bytes(combinator.result).unwrap(), answer);
            assert_eq!(one.answer(method, &query, NOW).unwrap(), answer);
            differ += usize::from(other.answer(method, &query, NOW).unwrap() != answer);
            if reflect::answer_to_layer(198, method.combinator(), answer).is_err() {
                new_only.push(combinator.name);
            }
            answered += 1;
        }
        assert!(answered > 700, "{answered}");
        assert!(differ > 50, "{differ}");
        // Layer 198 answers this one with `Updates`, and calls most of the others by no name.
        assert!(new_only.contains(&"messages.importChatInvite"));
        assert!(new_only.len() < 80, "{new_only:?}");
    }

    #[test]
    fn ids_and_dates_are_not_zero_and_lists_are_empty() {
        let reply = AutoReply::new(7, 2);
        let answer = |name: &str| {
            let method = reflect::method(name).unwrap();
            let answer = reply.answer(method, &Bytes::from_static(b"query"), NOW);
            to_json(&Object::from_bytes(&answer.unwrap()).unwrap())
        };
        let history = answer("messages.getHistory");
        assert_eq!(history["_"], "messages.messages");
        assert_eq!(history["messages"], json!([]));
        let updates = answer("messages.sendMessage");
        assert_eq!(updates["_"], "updates");
        assert_eq!(
            (&updates["date"], &updates["seq"]),
            (&json!(NOW), &json!(0))
        );
        let call = answer("phone.requestCall");
        assert_ne!(call["phone_call"]["id"], "0");
        let terms = answer("help.getTermsOfServiceUpdate");
        assert_eq!(terms["expires"], NOW + HOUR);
        let sent = answer("account.sendVerifyPhoneCode");
        assert_eq!(sent["_"], "auth.sentCode");
    }
}
