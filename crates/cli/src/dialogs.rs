//! `heliogram dialogs`: the chats of the account.

use clap::Args;
use heliogram::Dialog;
use serde_json::{Value as Json, json};

use crate::account::{Account, message_failed};
use crate::failure::Failure;
use crate::{output, show};

/// Which chats.
#[derive(Args)]
pub(crate) struct Dialogs {
    /// How many at most
    #[arg(long, default_value_t = 100)]
    limit: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    account: Account,
}

impl Dialogs {
    pub(crate) async fn run(&self) -> Result<(), Failure> {
        let client = self.account.client().await?;
        let dialogs = client.iter_dialogs().limit(self.limit).collect().await;
        client.disconnect().await;
        let dialogs = dialogs.map_err(message_failed)?;
        if self.json {
            let dialogs: Vec<_> = dialogs.iter().map(data).collect();
            return output::json(&dialogs.into());
        }
        let lines: String = dialogs.iter().map(line).collect();
        output::text(&lines)
    }
}

fn line(dialog: &Dialog) -> String {
    let unread = match dialog.unread_count() {
        0 => String::new(),
        count => format!("  ({count} unread)"),
    };
    let last = dialog.message().map_or("", |message| message.text());
    let last = last.lines().next().unwrap_or_default();
    let (id, name) = (dialog.peer_id().marked(), show::plain(&dialog.name()));
    let date = show::date(dialog.date().unwrap_or(0));
    format!("{id:>15}  {date}  {name}{unread}: {}\n", show::plain(last))
}

fn data(dialog: &Dialog) -> Json {
    let mut out = json!({
        "chat": show::peer(dialog.peer_id(), dialog.entity()),
        "name": dialog.name(),
        "unread": dialog.unread_count(),
        "pinned": dialog.is_pinned(),
    });
    if let Some(message) = dialog.message() {
        out["message"] = show::message(message);
    }
    out
}
