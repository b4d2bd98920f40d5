//! A sample of what `cargo xtask full simulation` runs with 200 seeds.

use std::sync::Mutex;

use heliogram_simulation::run_all;

#[test]
fn every_call_has_its_effect_once_in_whatever_weather() {
    let failed = Mutex::new(Vec::new());
    run_all(1..SAMPLE + 1, |seed, result, _| {
        if let Err(error) = result {
            failed.lock().unwrap().push(format!("seed {seed}: {error}"));
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

const SAMPLE: u64 = 10;
