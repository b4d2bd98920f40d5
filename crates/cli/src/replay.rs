//! `heliogram replay FILE`: sends the calls of a journal to a server and says which answers are still the same.
//!
//! The file is an export of `GET /v1/calls.ndjson`: a call on each line. All of it is read before the first
//! call is sent. Calls go out in their order, from one session, each when the one before was answered. Answers
//! are compared in their canonical form, without what differs from one run to the next; what an export left out
//! is left out of the comparison too.

mod comparison;
mod recording;

use std::path::PathBuf;

use clap::Args;
use heliogram::{ClientOptions, TelegramClient};
use heliogram_tl::reflect::{Value, value_to_json};
use serde_json::{Value as Json, json};

use crate::connect::{self, Connect};
use crate::failure::Failure;
use crate::{input, output};

use comparison::Difference;
use recording::{Recorded, Request};

/// What to send again, and where.
#[derive(Args)]
pub(crate) struct Replay {
    /// The export of a journal: GET /v1/calls.ndjson?secrets=1 of the control API; - for stdin
    file: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    connect: Connect,
}

/// How one call went.
enum Outcome {
    Same,
    Different(Difference),
    Skipped(String),
}

impl Replay {
    pub(crate) async fn run(&self) -> Result<(), Failure> {
        let text = input::text(&self.file)?;
        let calls = recording::read(&text)
            .map_err(|error| Failure::usage(format!("{}:{error}", self.file.display())))?;
        if calls.is_empty() {
            let name = self.file.display();
            return Err(Failure::usage(format!("{name} holds no calls")));
        }
        // Every call is sent once and as it is: neither waits nor other DCs are to change its answer.
        let options = ClientOptions {
            request_retries: 1,
            ..ClientOptions::default()
        };
        let client = self.connect.client_with(options).await?;
        let played = self.play(&client, &calls).await;
        client.disconnect().await;
        self.conclude(&calls, &played?)
    }

    async fn play(
        &self,
        client: &TelegramClient,
        calls: &[Recorded],
    ) -> Result<Vec<Outcome>, Failure> {
        let mut outcomes = Vec::with_capacity(calls.len());
        for call in calls {
            let outcome = match &call.request {
                Request::Unsendable(why) => Outcome::Skipped(why.clone()),
                Request::Call(request) => {
                    let now = send(client, request).await?;
                    match comparison::difference(&call.answer, now) {
                        None => Outcome::Same,
                        Some(difference) => Outcome::Different(difference),
                    }
                }
            };
            if !self.json {
                output::text(&line(call, &outcome))?;
            }
            outcomes.push(outcome);
        }
        Ok(outcomes)
    }

    fn conclude(&self, calls: &[Recorded], outcomes: &[Outcome]) -> Result<(), Failure> {
        let count = |wanted: fn(&Outcome) -> bool| outcomes.iter().filter(|o| wanted(o)).count();
        let same = count(|outcome| matches!(outcome, Outcome::Same));
        let different = count(|outcome| matches!(outcome, Outcome::Different(_)));
        let skipped = count(|outcome| matches!(outcome, Outcome::Skipped(_)));
        let sessions = recording::sessions(calls);
        if self.json {
            let listed = calls.iter().zip(outcomes);
            let listed = listed.map(|(call, outcome)| document(call, outcome));
            output::json(&json!({
                "calls": listed.collect::<Vec<_>>(),
                "same": same,
                "different": different,
                "skipped": skipped,
                "recorded_sessions": sessions,
            }))?;
        } else {
            let mut text = format!(
                "\n{} calls: {same} answered as recorded, {different} not, {skipped} skipped.\n",
                calls.len()
            );
            if calls.iter().any(Recorded::lacks_secrets) {
                text.push_str("Calls without their secrets cannot be sent; export them with ");
                text.push_str("`GET /v1/calls.ndjson?secrets=1`.\n");
            }
            if sessions > 1 {
                text.push_str(&format!(
                    "They came from {sessions} sessions and were sent from one; export one user's with `user_id=`.\n"
                ));
            }
            output::text(&text)?;
        }
        match different {
            0 => Ok(()),
            1 => Err(Failure::failed("1 answer is not as recorded")),
            _ => Err(Failure::failed(format!(
                "{different} answers are not as recorded"
            ))),
        }
    }
}

/// The answer of now, as the journal has it.
async fn send(client: &TelegramClient, request: &recording::Call) -> Result<Json, Failure> {
    let name = request.combinator.name;
    match client.invoke_raw(name, request.bytes.clone()).await {
        Ok(bytes) => {
            let value = Value::read(&bytes, request.combinator.result).map_err(|error| {
                Failure::failed(format!("the answer to {name} cannot be read: {error}"))
            })?;
            Ok(json!({"result": value_to_json(&value)}))
        }
        Err(error) => match error.rpc() {
            Some(raw) => Ok(json!({"error": {"code": raw.code, "message": raw.name}})),
            None => Err(connect::failed(error)),
        },
    }
}

fn line(call: &Recorded, outcome: &Outcome) -> String {
    let (line, name) = (call.line, &call.name);
    match outcome {
        Outcome::Same => format!("{line:>5}  {name}  as recorded\n"),
        Outcome::Skipped(why) => format!("{line:>5}  {name}  skipped: {why}\n"),
        Outcome::Different(difference) => format!("{line:>5}  {name}  differs: {difference}\n"),
    }
}

fn document(call: &Recorded, outcome: &Outcome) -> Json {
    let mut json = json!({"line": call.line, "method": call.name});
    match outcome {
        Outcome::Same => json["outcome"] = "same".into(),
        Outcome::Skipped(why) => {
            json["outcome"] = "skipped".into();
            json["reason"] = why.as_str().into();
        }
        Outcome::Different(difference) => {
            json["outcome"] = "different".into();
            json["path"] = difference.path.as_str().into();
            json["recorded"] = difference.recorded.clone();
            json["now"] = difference.now.clone();
        }
    }
    json
}
