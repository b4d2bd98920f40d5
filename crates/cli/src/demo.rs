//! `heliogram demo`: the story of `account.sendConfirmPhoneCode`, between real clients and a real server.
//!
//! Somebody who has Ada's phone number, but not her password, asks to delete her account. She is told,
//! asks for a code with the link in the notice, and stops it. Ben, to whom the same happens, never looks.
//! Everything goes over sockets; codes and links are read where a person would, in the texts.

mod inbox;
mod people;
mod show;
mod stage;
mod story;

use std::time::Instant;

use clap::Args;
use serde_json::json;

use crate::failure::Failure;
use crate::output;

use show::Show;
use stage::Stage;

/// How much to tell.
#[derive(Args)]
pub(crate) struct Demo {
    /// Print what was checked as JSON, and nothing else
    #[arg(long)]
    json: bool,
}

impl Demo {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let show = Show::new(!self.json);
        let started = Instant::now();
        let result = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::failed(format!("cannot start: {error}")))?
            .block_on(play(&show));
        let took = started.elapsed();
        let checked = show.checked();
        if self.json {
            let ok = result.is_ok();
            output::json(
                &json!({"ok": ok, "checked": checked, "milliseconds": took.as_millis() as u64}),
            )?;
        }
        result?;
        show.end(&format!(
            "{} checks, and all of them held, in {:.1} s.",
            checked.len(),
            took.as_secs_f32()
        ));
        show.written()
    }
}

async fn play(show: &Show) -> Result<(), Failure> {
    let stage = Stage::set(show).await?;
    story::ada(&stage).await?;
    story::ben(&stage).await?;
    stage.clear().await;
    Ok(())
}
