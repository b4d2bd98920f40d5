//! Every constructor and method of the newest layer: random values through bytes, types and JSON.

#[rustfmt::skip] // generated
#[path = "every/list.rs"]
mod list;

use bytes::Bytes;
use heliogram_tl::reflect::{self, Object};
use heliogram_tl::{Decode, Encode};

type Again = fn(&Bytes) -> Result<Vec<u8>, String>;

/// Reads a value of a generated type and writes it again.
fn again<T: Decode + Encode>(bytes: &Bytes) -> Result<Vec<u8>, String> {
    T::from_bytes(bytes)
        .map_err(|error| error.to_string())?
        .to_bytes()
        .map_err(|error| error.to_string())
}

const VALUES_EACH: u64 = 20;

/// The sequence known as SplitMix64: the same seed gives the same values.
fn words(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

fn random_values() -> impl Iterator<Item = (&'static str, Again, Object, Bytes)> {
    list::EVERY.iter().flat_map(|(name, again)| {
        let combinator = reflect::by_name(name).expect("the tables know every name of the list");
        (0..VALUES_EACH).map(move |seed| {
            let object = reflect::random_object(combinator, &mut words(seed));
            let bytes = Bytes::from(object.to_bytes().expect("random values can be written"));
            (*name, *again, object, bytes)
        })
    })
}

#[test]
fn the_list_holds_all_1698_constructors_and_850_methods() {
    let functions = |wanted| {
        list::EVERY
            .iter()
            .filter(|(name, _)| reflect::by_name(name).unwrap().function == wanted)
            .count()
    };
    assert_eq!((functions(false), functions(true)), (1698, 850));
}

#[test]
fn every_value_is_read_back_equal_and_to_the_last_byte() {
    for (name, again, object, bytes) in random_values() {
        let written = again(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(written, bytes, "{name}");
        assert_eq!(Object::from_bytes(&bytes).unwrap(), object, "{name}");
    }
}

#[test]
fn every_value_survives_json() {
    for (name, _, object, _) in random_values() {
        let json = reflect::to_json(&object);
        let text = serde_json::to_string(&json).unwrap();
        let back = reflect::from_json(&serde_json::from_str(&text).unwrap());
        assert_eq!(back.as_ref(), Ok(&object), "{name}");
    }
}

#[test]
fn every_truncation_is_an_error_and_names_its_method() {
    for (name, again, _, bytes) in random_values().step_by(7) {
        for length in (0..bytes.len()).step_by(4) {
            let cut = bytes.slice(..length);
            let error = again(&cut).expect_err(name);
            if length >= 4 {
                assert!(error.starts_with(name), "{name} cut at {length}: {error}");
            }
        }
    }
}

#[test]
fn a_flipped_byte_never_panics() {
    for (_, again, _, bytes) in random_values().step_by(3) {
        let mut random = words(bytes.len() as u64);
        for _ in 0..8 {
            let mut bent = bytes.to_vec();
            let at = (random() % bent.len() as u64) as usize;
            bent[at] ^= random() as u8 | 1;
            let _ = again(&Bytes::from(bent));
        }
    }
}
