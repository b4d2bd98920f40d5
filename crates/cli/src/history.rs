//! `heliogram history PEER`: what was written in a chat.

use clap::Args;

use crate::account::{Account, message_failed};
use crate::failure::Failure;
use crate::{output, show};

/// Which messages of which chat.
#[derive(Args)]
pub(crate) struct History {
    /// The chat: me, @username, +phone, a link t.me/username or an id
    #[arg(allow_hyphen_values = true)]
    peer: String,
    /// How many at most
    #[arg(long, default_value_t = 20)]
    limit: usize,
    /// Only messages older than this one
    #[arg(
        long,
        value_name = "ID",
        default_value_t = 0,
        hide_default_value = true
    )]
    before: i32,
    /// Only messages with these words
    #[arg(long, value_name = "WORDS")]
    search: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    account: Account,
}

impl History {
    pub(crate) async fn run(&self) -> Result<(), Failure> {
        let client = self.account.client().await?;
        let mut messages = client
            .iter_messages(self.peer.as_str())
            .limit(self.limit)
            .offset_id(self.before);
        if let Some(words) = &self.search {
            messages = messages.search(words);
        }
        let found = messages.collect().await;
        client.disconnect().await;
        let mut found = found.map_err(message_failed)?;
        // As one reads a chat: the newest is the last.
        found.reverse();
        if self.json {
            let found: Vec<_> = found.iter().map(show::message).collect();
            return output::json(&found.into());
        }
        let lines: String = found.iter().map(show::line).collect();
        output::text(&lines)
    }
}
