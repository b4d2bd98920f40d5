//! Runs trials against the program: `heliogram-campaigns BINARY NAME [COUNT]`. Progress goes to stderr, the
//! result to stdout in one line.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use heliogram_campaigns::hostile::{self, STAGES};
use heliogram_campaigns::program::{Folder, Program};
use heliogram_campaigns::{Failure, demo, idle, kill, messages, start, throughput};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [binary, name, rest @ ..] = &arguments[..] else {
        eprintln!(
            "heliogram-campaigns BINARY hostile|kill|kill-messages|messages|gap|idle|start|throughput|demo [COUNT]"
        );
        return ExitCode::from(2);
    };
    let count = rest.first().and_then(|count| count.parse().ok());
    match trial(Path::new(binary), name, count).await {
        Ok(result) => {
            println!("{result}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{name}: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn trial(binary: &Path, name: &str, count: Option<usize>) -> Result<String, Failure> {
    match name {
        "hostile" => hostile_bytes(binary, count.unwrap_or(10_000)).await,
        "kill" => {
            let seed = u64::from(std::process::id());
            eprintln!("seed {seed}");
            let survived = kill::run(binary, count.unwrap_or(20), seed, |line| {
                eprintln!("{line}")
            });
            Ok(survived.await?.to_string())
        }
        "kill-messages" => {
            let seed = u64::from(std::process::id());
            eprintln!("seed {seed}");
            let kept = messages::kill(binary, count.unwrap_or(20), seed, |line| {
                eprintln!("{line}")
            });
            Ok(kept.await?.to_string())
        }
        "messages" => {
            let seconds = Duration::from_secs(count.unwrap_or(10) as u64);
            let rate = messages::rate(binary, seconds).await?;
            eprintln!("{rate}");
            rate.check()?;
            Ok(rate.to_string())
        }
        "gap" => Ok(messages::gap(binary, &[10, 1_000, 100_000])
            .await?
            .to_string()),
        "idle" => {
            let idle = idle::run(binary, count.unwrap_or(1_000)).await?;
            eprintln!("{idle}");
            idle.check()?;
            Ok(idle.to_string())
        }
        "start" => {
            let starts = start::run(binary, count.unwrap_or(20)).await?;
            eprintln!("{starts}");
            starts.check()?;
            Ok(starts.to_string())
        }
        "throughput" => {
            let seconds = Duration::from_secs(count.unwrap_or(5) as u64);
            Ok(throughput::run(binary, seconds).await?.to_string())
        }
        "demo" => {
            let progress = |runs| eprintln!("{runs} runs");
            demo::run(binary, count.unwrap_or(50), progress).await
        }
        other => Err(format!("there is no trial `{other}`").into()),
    }
}

async fn hostile_bytes(binary: &Path, each: usize) -> Result<String, Failure> {
    let data = Folder::new()?;
    let program = Program::start(binary, Some(data.path())).await?;
    // What is made once, by the first connections, is no growth.
    for stage in STAGES {
        hostile::run(&program.target, stage, each / 20, 1, |_| {}).await?;
    }
    let before = program.resident_kib()?;
    for (seed, stage) in STAGES.into_iter().enumerate() {
        let progress = |done| eprintln!("{stage:?}: {done} of {each}");
        hostile::run(&program.target, stage, each, seed as u64 + 2, progress).await?;
        program.check_log()?;
        eprintln!("{stage:?}: {} KiB resident", program.resident_kib()?);
    }
    let after = program.resident_kib()?;
    if after > before + MAX_GROWTH_KIB {
        return Err(format!("the server grew from {before} to {after} KiB").into());
    }
    Ok(format!(
        "{each} connections at each of {} stages, the server serves, no panic; VmRSS {before} KiB before and {after} KiB after",
        STAGES.len()
    ))
}

/// Sessions that nobody comes back to are kept for 330 s, some hundred bytes each: so much may be
/// there at the end of a run, and not more in a longer one.
const MAX_GROWTH_KIB: u64 = 48 * 1024;
