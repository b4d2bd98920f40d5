//! Every constructor and method, in every layer that is known: what leaves is read back by that layer's own schema,
//! and what an old client sends arrives.

use bytes::Bytes;
use heliogram_tl::reflect::{
    self, Combinator, FALLBACKS, Fate, Instead, LayerError, Object, Type, Value,
};
use heliogram_tl::{Encode, LAYER};

/// Numbers that look random and are the same in every run.
fn dice(mut state: u64) -> impl FnMut() -> u64 {
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    }
}

fn older_layers() -> impl Iterator<Item = i32> {
    reflect::known_layers().filter(|layer| *layer != LAYER)
}

fn random_bytes(combinator: &'static Combinator, seed: u64) -> Bytes {
    let mut word = dice(seed);
    let object = reflect::random_object(combinator, &mut word);
    Bytes::from(object.to_bytes().unwrap())
}

/// MTProto's own objects have no layers.
fn is_of_the_api(combinator: &Combinator) -> bool {
    reflect::method(combinator.name).is_some() || !combinator.function
}

#[test]
fn the_layers_people_use_are_known() {
    let wanted = [
        158, 167, 174, 179, 181, 184, 185, 189, 198, 204, 214, 216, 218, 220, 221, 222, 223, 225,
        227, 228, 229, 230,
    ];
    assert_eq!(reflect::known_layers().collect::<Vec<_>>(), wanted);
}

#[test]
fn whatever_goes_down_is_read_by_the_older_layer() {
    let (mut whole, mut refused) = (0, 0);
    for layer in older_layers() {
        for (at, combinator) in reflect::combinators().iter().enumerate() {
            for round in 1..=3 {
                let bytes = random_bytes(combinator, (at * 8 + round) as u64);
                match reflect::to_layer(layer, Type::Object, bytes) {
                    Ok(older) => {
                        whole += 1;
                        reflect::check_in_layer(layer, Type::Object, &older).unwrap_or_else(
                            |error| panic!("{} in {layer}: {error}", combinator.name),
                        );
                    }
                    Err(LayerError::Unknown { .. } | LayerError::Missing { .. }) => refused += 1,
                    Err(error) => panic!("{} in {layer}: {error}", combinator.name),
                }
            }
        }
    }
    assert!(
        whole > 3 * refused,
        "{whole} went down, {refused} were refused"
    );
}

#[test]
fn what_the_tables_promise_happens() {
    for layer in older_layers() {
        for (combinator, fate) in reflect::fates(layer) {
            // The flattest value: nothing inside it can decide its fate.
            let object = reflect::random_object(combinator, &mut || 0);
            let bytes = Bytes::from(object.to_bytes().unwrap());
            let result = reflect::to_layer(layer, Type::Object, bytes.clone());
            let name = combinator.name;
            match (fate, result) {
                (Fate::Refused, Ok(_)) => panic!("{name} in {layer} was promised to be refused"),
                // The layer may require what this value leaves out.
                (_, Err(LayerError::Missing { field, .. }))
                    if combinator
                        .fields
                        .iter()
                        .any(|own| own.name == field && own.flag.is_some()) => {}
                // Something inside it may still be one that the layer lacks.
                (Fate::Exact | Fate::Reduced, Err(error)) => {
                    assert_ne!(error.subject(), name, "{layer}: {error}");
                }
                (Fate::Fallback, Ok(older)) => assert_ne!(older[..4], bytes[..4], "{name}"),
                _ => {}
            }
        }
    }
}

#[test]
fn what_an_old_client_sends_arrives_by_the_newest_schema() {
    for layer in older_layers() {
        for (at, combinator) in reflect::combinators().iter().enumerate() {
            if !combinator.function || !is_of_the_api(combinator) {
                continue;
            }
            let bytes = random_bytes(combinator, at as u64 + 1);
            // Going down leaves a request as a client of that layer would write it.
            let Ok(older) = reflect::to_layer(layer, Type::Object, bytes) else {
                continue;
            };
            let newer = match reflect::from_layer(layer, &older) {
                Ok(newer) => newer,
                Err(LayerError::Missing { name, field, .. }) if MOVED.contains(&(name, field)) => {
                    continue;
                }
                Err(error) => panic!("{} from {layer}: {error}", combinator.name),
            };
            let object = Object::from_bytes(&newer)
                .unwrap_or_else(|error| panic!("{} from {layer}: {error}", combinator.name));
            assert_eq!(object.combinator().name, combinator.name);
        }
    }
}

/// Fields that the newest layer requires and older ones have as something else: a request that an old client
/// sends with them is refused by name.
const MOVED: &[(&str, &str)] = &[
    ("keyboardButton", "type"),
    ("messages.sendScreenshotNotification", "reply_to"),
    ("messages.setChatTheme", "theme"),
    ("messages.togglePaidReactionPrivacy", "private"),
    ("payments.updateStarGiftPrice", "resell_amount"),
];

#[test]
fn every_stand_in_is_in_every_layer() {
    for fallback in FALLBACKS {
        assert!(!fallback.reason.is_empty());
        assert!(
            reflect::types().iter().any(|ty| ty.name == fallback.ty),
            "{}",
            fallback.ty
        );
        let Instead::StandIn(name) = fallback.instead else {
            continue;
        };
        let stand_in = reflect::by_name(name).unwrap_or_else(|| panic!("{name}"));
        for layer in older_layers() {
            let bytes = Bytes::from(
                reflect::random_object(stand_in, &mut || 0)
                    .to_bytes()
                    .unwrap(),
            );
            let older = reflect::to_layer(layer, Type::Object, bytes);
            assert!(older.is_ok(), "{name} in {layer}: {older:?}");
        }
    }
}

#[test]
fn cut_and_bent_bytes_are_refused_and_never_panic() {
    let mut word = dice(7);
    for (at, combinator) in reflect::combinators().iter().enumerate() {
        let bytes = random_bytes(combinator, at as u64 + 1);
        let cut = bytes.slice(..(word() as usize) % bytes.len());
        assert!(reflect::to_layer(198, Type::Object, cut).is_err());
        let mut bent = bytes.to_vec();
        let place = (word() as usize) % bent.len();
        bent[place] ^= (word() as u8) | 1;
        let _ = reflect::to_layer(158, Type::Object, Bytes::from(bent.clone()));
        let _ = reflect::from_layer(158, &Bytes::from(bent));
    }
}

#[test]
fn the_fields_both_layers_know_arrive_equal() {
    for layer in [158, 181, 198, 214] {
        for (at, combinator) in reflect::combinators().iter().enumerate() {
            let bytes = random_bytes(combinator, at as u64 + 99);
            let Ok(older) = reflect::to_layer(layer, Type::Object, bytes.clone()) else {
                continue;
            };
            let Ok(back) = reflect::from_layer(layer, &older) else {
                continue;
            };
            let (sent, came) = (
                Object::from_bytes(&bytes).unwrap(),
                Object::from_bytes(&back).unwrap(),
            );
            if sent.combinator().name != came.combinator().name {
                continue;
            }
            for field in combinator.fields {
                let scalar = !matches!(
                    field.ty,
                    Type::Boxed(_)
                        | Type::Object
                        | Type::Vector(_)
                        | Type::BareVector(_)
                        | Type::Bare(_)
                );
                // A bit that a required field of the older layer stands for comes back set.
                if let (true, Some(value)) = (scalar, came.field(field.name))
                    && field.ty != Type::True
                    && *value != zero_of(value)
                {
                    assert_eq!(
                        sent.field(field.name),
                        Some(value),
                        "{}.{} by way of {layer}",
                        combinator.name,
                        field.name
                    );
                }
            }
        }
    }
}

fn zero_of(value: &Value) -> Value {
    match value {
        Value::Int(_) => Value::Int(0),
        Value::Long(_) => Value::Long(0),
        Value::Double(_) => Value::Double(0.0),
        Value::String(_) => Value::String(String::new()),
        Value::Bytes(_) => Value::Bytes(Bytes::new()),
        Value::Bool(_) => Value::Bool(false),
        _ => Value::Vector(Vec::new()),
    }
}
