//! Says back what people write, from a stream of updates; what came while it was off is answered first.
//!
//! ```sh
//! HELIOGRAM_SESSION=1BAAO… cargo run --example echo --features sqlite
//! ```
//!
//! `HELIOGRAM_READY` names the ready file of `heliogram serve`, to talk to that server instead of Telegram.

use std::{env, error::Error, sync::Arc};

use heliogram::{ClientOptions, Network, SqliteStorage, StringSession, TelegramClient, Update};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let options = ClientOptions {
        network: match env::var_os("HELIOGRAM_READY") {
            Some(ready) => Network::from_ready_file(ready)?,
            None => Network::production(),
        },
        // Remembers how far it has come.
        storage: Arc::new(SqliteStorage::open("echo.sqlite")?),
        ..ClientOptions::default()
    };
    let session = StringSession::new(&env::var("HELIOGRAM_SESSION")?)?;
    let client = TelegramClient::new(session, 1, "0", options);
    client.connect().await?;
    let mut updates = client.updates();
    loop {
        let update = tokio::select! {
            update = updates.next() => update,
            _ = tokio::signal::ctrl_c() => break,
        };
        match update {
            Some(Update::NewMessage(message)) if !message.is_outgoing() => {
                message.respond(message.text()).await?;
            }
            Some(Update::Lost(lost)) => eprintln!("some messages stay without an answer: {lost}"),
            Some(_) => {}
            None => break,
        }
    }
    client.disconnect().await;
    Ok(())
}
