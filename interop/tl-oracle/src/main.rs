//! The outside oracle of the codec: random values of every constructor and method, written
//! by heliogram-tl, must be read by grammers-tl-types 0.11 (the same layer) and written back
//! identical.
//!
//! `cargo run --manifest-path interop/tl-oracle/Cargo.toml`

#[rustfmt::skip] // generated
mod theirs;

use std::process::ExitCode;

use grammers_tl_types::{Deserializable, Serializable};
use heliogram_tl::{Encode, LAYER, reflect};

type Again = fn(&[u8]) -> Result<Vec<u8>, String>;

const VALUES_EACH: u64 = 20;

/// Reads a value with the other library and writes it again.
fn again<T: Deserializable + Serializable>(bytes: &[u8]) -> Result<Vec<u8>, String> {
    T::from_bytes(bytes)
        .map(|value| value.to_bytes())
        .map_err(|error| format!("{error:?}"))
}

fn main() -> ExitCode {
    assert_eq!(LAYER, grammers_tl_types::LAYER, "both must be of one layer");
    let (mut constructors, mut methods, mut failed) = (0, 0, 0);
    for (name, again) in theirs::EVERY {
        let combinator = reflect::by_name(name).expect("our tables hold every name of the list");
        let wrong = (0..VALUES_EACH).find_map(|seed| {
            let object = reflect::random_object(combinator, &mut words(seed));
            let ours = object.to_bytes().expect("random values can be written");
            // The other library reads a method from behind its id.
            let readable = if combinator.function {
                &ours[4..]
            } else {
                &ours
            };
            match again(readable) {
                Ok(theirs) if theirs == ours => None,
                Ok(theirs) => Some(format!(
                    "{object:?}\n  ours   {ours:02x?}\n  theirs {theirs:02x?}"
                )),
                Err(error) => Some(format!("{object:?}\n  not read: {error}")),
            }
        });
        match wrong {
            Some(wrong) => {
                failed += 1;
                eprintln!("{name}: {wrong}");
            }
            None if combinator.function => methods += 1,
            None => constructors += 1,
        }
    }
    println!(
        "{constructors} constructors and {methods} methods, {VALUES_EACH} random values each, \
         written by heliogram-tl and written back identical by grammers-tl-types"
    );
    println!("{} passed, {failed} failed", constructors + methods);
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// SplitMix64: the same seed gives the same values.
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
