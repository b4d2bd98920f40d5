//! `heliogram download PEER ID`: fetches the file of a message.

use std::path::PathBuf;

use clap::Args;
use heliogram::Message;
use serde_json::json;

use crate::account::{Account, file_failed, message_failed};
use crate::failure::Failure;
use crate::{output, progress, show};

/// Which message's file, and where to.
#[derive(Args)]
pub(crate) struct Download {
    /// The chat: me, @username, +phone, a link t.me/username or an id
    #[arg(allow_hyphen_values = true)]
    peer: String,
    /// The id of the message, as `heliogram history` shows it
    id: i32,
    /// The file or the folder to write to; - for stdout
    #[arg(long, short, default_value = ".", value_name = "PATH")]
    output: PathBuf,
    /// Print where it is and what it was as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    account: Account,
}

impl Download {
    pub(crate) async fn run(&self) -> Result<(), Failure> {
        let to_stdout = self.output.as_os_str() == "-";
        if to_stdout && self.json {
            return Err(
                Failure::usage("the file goes to stdout, and so does --json")
                    .hint("give -o FILE, or leave --json out"),
            );
        }
        let client = self.account.client().await?;
        let found = client.get_messages(self.peer.as_str(), &[self.id]).await;
        let fetched = match found.map(|mut found| found.pop().flatten()) {
            Ok(Some(message)) => self.fetch(&message, to_stdout).await,
            Ok(None) => {
                let what = format!("there is no message {} in this chat", self.id);
                Err(Failure::failed(what).hint("`heliogram history` shows the ids"))
            }
            Err(error) => Err(message_failed(error)),
        };
        client.disconnect().await;
        fetched
    }

    async fn fetch(&self, message: &Message, to_stdout: bool) -> Result<(), Failure> {
        let client = message.client();
        let download = client.download_media(message.raw()).map_err(file_failed)?;
        let media = download.media().clone();
        let bar = progress::bar(media.name());
        let download = download.progress(progress::of(&bar));
        if to_stdout {
            let written = download.to_writer(&mut tokio::io::stdout()).await;
            bar.finish_and_clear();
            return written.map(drop).map_err(file_failed);
        }
        let path = download.to_file(&self.output).await;
        bar.finish_and_clear();
        let path = path.map_err(file_failed)?;
        if self.json {
            let path = path.display().to_string();
            output::json(&json!({"path": path, "name": media.name(), "size": media.size()}))
        } else {
            output::text(&format!(
                "{} ({})\n",
                path.display(),
                show::size(media.size())
            ))
        }
    }
}
