//! `heliogram send PEER TEXT`: writes a message.

use std::path::Path;

use clap::{Args, ValueEnum};
use heliogram::OutgoingMessage;

use crate::account::{Account, message_failed};
use crate::failure::Failure;
use crate::{input, output, show};

/// What to write, and to whom.
#[derive(Args)]
pub(crate) struct Send {
    /// To whom: me, @username, +phone, a link t.me/username or an id
    #[arg(allow_hyphen_values = true)]
    peer: String,
    /// The text; - reads it from stdin
    #[arg(allow_hyphen_values = true)]
    text: String,
    #[command(flatten)]
    how: How,
    /// Print the message as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    account: Account,
}

/// What a text can have beside its words; a caption too.
#[derive(Args)]
pub(crate) struct How {
    /// The markup of the text
    #[arg(long, default_value = "none")]
    markup: Markup,
    /// Answer this message
    #[arg(long, value_name = "ID")]
    reply_to: Option<i32>,
    /// Arrive without a sound
    #[arg(long)]
    silent: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Markup {
    /// None: the text is sent as it is
    None,
    /// **bold**, __italic__, `code`, [link](https://example.org) ...
    Markdown,
    /// Tags: `b`, `i`, `code`, `a href` ...
    Html,
}

impl How {
    /// A message with this text.
    pub(crate) fn message(&self, text: &str) -> OutgoingMessage {
        let message = match self.markup {
            Markup::None => OutgoingMessage::new(text),
            Markup::Markdown => OutgoingMessage::markdown(text),
            Markup::Html => OutgoingMessage::html(text),
        };
        let message = message.silent(self.silent);
        match self.reply_to {
            Some(id) => message.reply_to(id),
            None => message,
        }
    }
}

impl Send {
    pub(crate) async fn run(&self) -> Result<(), Failure> {
        let text = match self.text.as_str() {
            "-" => input::text(Path::new("-"))?,
            text => text.to_owned(),
        };
        let client = self.account.client().await?;
        let message = self.how.message(&text);
        let sent = client.send_message(self.peer.as_str(), message).await;
        client.disconnect().await;
        let sent = sent.map_err(message_failed)?;
        if self.json {
            output::json(&show::message(&sent))
        } else {
            output::text(&show::line(&sent))
        }
    }
}
