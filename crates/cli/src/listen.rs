//! `heliogram listen`: what happens to the account, as it happens.
//!
//! Every update is a line of JSON (NDJSON), written out at once. After a restart it goes on where it stopped: what
//! happened meanwhile is fetched and comes first. What cannot be had any more has a line as well.

use std::io::Write as _;

use clap::Args;
use heliogram::{PeerId, Update};
use serde_json::{Value as Json, json};

use crate::account::Account;
use crate::failure::Failure;
use crate::{output, show};

/// How to listen.
#[derive(Args)]
pub(crate) struct Listen {
    /// End after so many lines
    #[arg(long, value_name = "N")]
    count: Option<u64>,
    /// Only messages: new, edited and deleted; and what was lost
    #[arg(long)]
    messages: bool,
    #[command(flatten)]
    account: Account,
}

impl Listen {
    pub(crate) async fn run(&self) -> Result<(), Failure> {
        let client = self.account.client().await?;
        let mut updates = client.updates();
        let mut left = self.count.unwrap_or(u64::MAX);
        let interrupted = tokio::signal::ctrl_c();
        tokio::pin!(interrupted);
        let ended = loop {
            if left == 0 {
                break Ok(());
            }
            let update = tokio::select! {
                _ = &mut interrupted => break Ok(()),
                update = updates.next() => update,
            };
            let Some(update) = update else {
                break Err(
                    Failure::unreachable("the connection to the server was given up")
                        .hint("run it again: it goes on where it stopped"),
                );
            };
            let line = data(&update);
            if self.messages && !is_about_messages(&update) {
                continue;
            }
            match write(&line) {
                Ok(()) => left -= 1,
                // Whoever read has seen enough.
                Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => break Ok(()),
                Err(error) => break output::written(Err(error)),
            }
        };
        client.disconnect().await;
        ended
    }
}

/// An update as a line.
fn data(update: &Update) -> Json {
    match update {
        Update::NewMessage(message) => {
            json!({"type": "new_message", "message": show::message(message)})
        }
        Update::MessageEdited(message) => {
            json!({"type": "message_edited", "message": show::message(message)})
        }
        Update::MessageDeleted(deleted) => {
            let channel = deleted.channel.map(|id| PeerId::from(id).marked());
            json!({"type": "message_deleted", "ids": deleted.ids, "channel": channel})
        }
        Update::CallbackQuery(query) => json!({
            "type": "callback_query",
            "query_id": query.query_id.to_string(),
            "user": query.user_id.0,
            "chat": query.chat.map(PeerId::marked),
            "message": query.msg_id,
            "data": query.data.as_deref().map(String::from_utf8_lossy),
        }),
        Update::Raw(raw) => json!({"type": "update", "update": show::json_of(&raw.update)}),
        Update::Unreadable(unreadable) => {
            json!({"type": "unreadable", "id": format!("{:08x}", unreadable.id), "what": unreadable.to_string()})
        }
        Update::Lost(lost) => json!({"type": "lost", "what": lost.to_string()}),
        other => json!({"type": "unknown", "what": format!("{other:?}")}),
    }
}

fn write(line: &Json) -> std::io::Result<()> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{line}")?;
    stdout.flush()
}

fn is_about_messages(update: &Update) -> bool {
    matches!(
        update,
        Update::NewMessage(_)
            | Update::MessageEdited(_)
            | Update::MessageDeleted(_)
            | Update::Lost(_)
    )
}
