//! Prints the latest messages of a chat, the oldest of them first, and marks them as read.
//!
//! ```sh
//! HELIOGRAM_SESSION=1BAAO… TELEGRAM_API_ID=12345 TELEGRAM_API_HASH=… cargo run --example history -- @ann 20
//! ```
//!
//! The chat may be a @username, a link, a phone number with +, an id, or "me". The other variables are those of
//! `send_confirm_phone_code.rs`.

use std::{env, error::Error};

use heliogram::{ClientOptions, Entity, Network, StringSession, TelegramClient};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let peer = arguments
        .next()
        .ok_or("give the chat as the first argument")?;
    let count = arguments.next().map_or(Ok(20), |count| count.parse())?;
    let session = StringSession::new(&env::var("HELIOGRAM_SESSION")?)?;
    let api_id = env::var("TELEGRAM_API_ID")?.parse()?;
    let network = match env::var_os("HELIOGRAM_READY") {
        Some(ready) => Network::from_ready_file(ready)?,
        None => Network::production(),
    };
    let options = ClientOptions {
        network,
        ..ClientOptions::default()
    };
    let client = TelegramClient::new(session, api_id, env::var("TELEGRAM_API_HASH")?, options);
    client.connect().await?;

    let mut messages = client.iter_messages(&peer).limit(count).collect().await?;
    messages.reverse();
    for message in &messages {
        let sender = match message.is_outgoing() {
            true => "I".into(),
            false => message.sender().map_or("somebody".into(), Entity::name),
        };
        println!("{:>6} {sender}: {}", message.id(), message.text());
    }
    if let Some(last) = messages.last() {
        last.mark_as_read().await?;
    }
    client.disconnect().await;
    Ok(())
}
