//! Runs the simulation: `heliogram-simulation [COUNT] [FIRST SEED]`. Progress goes to stderr, the result to stdout in one
//! line. `RUST_LOG=debug` tells what happens, with the virtual time.

use std::process::ExitCode;
use std::sync::Mutex;

use heliogram_simulation::{Outcome, run_all};

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_timer(Elapsed)
        .with_writer(std::io::stderr)
        .init();
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let (count, first) = match (numbers.next(), numbers.next()) {
        (None, _) => (200, 1),
        (Some(Ok(count)), None) => (count, 1),
        (Some(Ok(count)), Some(Ok(first))) => (count, first),
        _ => {
            eprintln!("heliogram-simulation [COUNT] [FIRST SEED]");
            return ExitCode::from(2);
        }
    };
    let results = Mutex::new((Outcome::default(), Vec::new()));
    run_all(first..first + count, |seed, result, took| {
        let (all, failed) = &mut *results.lock().expect("nothing panics while it is held");
        match result {
            Ok(outcome) => {
                eprintln!("seed {seed}: {outcome}; took {took:.1?}");
                all.add(outcome);
            }
            Err(error) => {
                eprintln!("seed {seed}: FAILED: {error}; took {took:.1?}");
                failed.push(seed);
            }
        }
    });
    let (all, mut failed) = results
        .into_inner()
        .expect("nothing panics while it is held");
    failed.sort_unstable();
    if failed.is_empty() {
        println!("{count} seeds: {all}");
        ExitCode::SUCCESS
    } else {
        let seeds: Vec<String> = failed.iter().map(u64::to_string).collect();
        println!(
            "{} of {count} seeds failed: {}",
            seeds.len(),
            seeds.join(" ")
        );
        ExitCode::FAILURE
    }
}

/// The unix time on the wire.
struct Elapsed;

impl tracing_subscriber::fmt::time::FormatTime for Elapsed {
    fn format_time(&self, w: &mut tracing_subscriber::fmt::format::Writer<'_>) -> std::fmt::Result {
        write!(w, "{:.3}", heliogram_net::wire_now().as_secs_f64())
    }
}
