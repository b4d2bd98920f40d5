//! `heliogram upload PEER FILE...`: sends files.

use std::path::PathBuf;

use clap::Args;
use heliogram::SendFile;
use serde_json::Value as Json;

use crate::account::{Account, file_failed};
use crate::failure::Failure;
use crate::send::How;
use crate::{output, progress, show};

/// Which files, and to whom.
#[derive(Args)]
pub(crate) struct Upload {
    /// To whom: me, @username, +phone, a link t.me/username or an id
    #[arg(allow_hyphen_values = true)]
    peer: String,
    /// The files; several are sent as an album of 2 to 10
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// What stands under the file, or under the first of an album
    #[arg(long, default_value = "", hide_default_value = true)]
    caption: String,
    /// As files to be kept as they are, pictures too
    #[arg(long)]
    as_document: bool,
    #[command(flatten)]
    how: How,
    /// Print the messages as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    account: Account,
}

impl Upload {
    pub(crate) async fn run(&self) -> Result<(), Failure> {
        for file in &self.files {
            // Before anything is sent, and with the name of the one that is missing.
            std::fs::metadata(file)
                .map_err(|error| Failure::usage(format!("{}: {error}", file.display())))?;
        }
        let client = self.account.client().await?;
        let mut bars = Vec::with_capacity(self.files.len());
        let mut files = Vec::with_capacity(self.files.len());
        for (number, path) in self.files.iter().enumerate() {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let bar = progress::bar(&name);
            let mut file = SendFile::new(path.as_path()).progress(progress::of(&bar));
            if number == 0 {
                file = file.caption(self.how.message(&self.caption));
            }
            if self.as_document {
                file = file.as_document();
            }
            files.push(file);
            bars.push(bar);
        }
        let peer = self.peer.as_str();
        let sent = match files.len() {
            1 => {
                let file = files.remove(0);
                client.send_file(peer, file).await.map(|sent| vec![sent])
            }
            _ => client.send_album(peer, files).await,
        };
        bars.iter().for_each(|bar| bar.finish_and_clear());
        client.disconnect().await;
        let sent = sent.map_err(file_failed)?;
        if self.json {
            let sent: Vec<Json> = sent.iter().map(show::message).collect();
            return output::json(&sent.into());
        }
        let lines: String = sent.iter().map(show::line).collect();
        output::text(&lines)
    }
}
