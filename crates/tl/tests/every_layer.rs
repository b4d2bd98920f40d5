//! Every constructor and method, in every layer that is known: what leaves is read back by that layer's own schema,
//! and what an old client sends arrives.

use bytes::Bytes;
use heliogram_tl::reflect::{
    self, Combinator, FALLBACKS, Fate, Field, Instead, LOST, LayerError, Object, Type, Value,
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
        155, 158, 167, 174, 179, 181, 184, 185, 189, 198, 204, 214, 216, 218, 220, 221, 222, 223,
        225, 227, 228, 229, 230,
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
                        .any(|own| own.name == field && may_be_nothing(own)) => {}
                // What a button does is carried within its button.
                (_, Err(_)) if does_what_a_button_does(combinator) => {}
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

/// Absent, or a vector without a first element.
fn may_be_nothing(field: &Field) -> bool {
    field.flag.is_some() || matches!(field.ty, Type::Vector(_))
}

fn does_what_a_button_does(combinator: &Combinator) -> bool {
    matches!(
        combinator.result.name().as_str(),
        "ButtonType" | "InlineButtonType"
    )
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
                Err(error) => panic!("{} from {layer}: {error}", combinator.name),
            };
            let object = Object::from_bytes(&newer)
                .unwrap_or_else(|error| panic!("{} from {layer}: {error}", combinator.name));
            assert_eq!(object.combinator().name, combinator.name);
        }
    }
}

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
        let Some(stand_in) = reflect::by_name(name) else {
            // The newest layer no longer has it: whatever of the type goes down finds it where it is needed.
            whatever_is_of_the_type_goes_down(fallback.ty);
            continue;
        };
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

fn whatever_is_of_the_type_goes_down(ty: &str) {
    let ty = reflect::types().iter().find(|own| own.name == ty).unwrap();
    for constructor in ty.constructors() {
        for seed in 1..=100 {
            let bytes = random_bytes(constructor, seed);
            for layer in older_layers() {
                let older = reflect::to_layer(layer, Type::Object, bytes.clone()).unwrap();
                reflect::check_in_layer(layer, Type::Object, &older).unwrap();
            }
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
                    // Days that were months come back in whole months.
                    && field.name != "days"
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

#[test]
fn what_the_newest_layer_has_no_place_for_is_on_the_list_with_its_reason() {
    let covers = |name: &str, loss: &str| {
        let rest = loss.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', ' ']))
    };
    let listed: Vec<&str> = LOST.iter().flat_map(|lost| lost.names).copied().collect();
    let mut losses: Vec<String> = older_layers().flat_map(reflect::losses).collect();
    losses.sort();
    losses.dedup();
    let unlisted = losses
        .iter()
        .filter(|loss| !listed.iter().any(|name| covers(name, loss)));
    assert_eq!(unlisted.collect::<Vec<_>>(), Vec::<&String>::new());
    let kept = listed
        .iter()
        .filter(|name| !losses.iter().any(|loss| covers(name, loss)));
    assert_eq!(kept.collect::<Vec<_>>(), Vec::<&&str>::new());
    assert!(LOST.iter().all(|lost| !lost.reason.is_empty()));
}
