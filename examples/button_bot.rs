//! A bot that answers `/start` with a button, and says who pressed it.
//!
//! `TELEGRAM_BOT_TOKEN` is its token; `HELIOGRAM_READY` names the ready file of `heliogram serve`, to talk to that
//! server instead of Telegram.

use std::{env, error::Error};

use heliogram::{
    Button, ClientOptions, Message, Network, OutgoingMessage, StringSession, TelegramClient,
    events::{CallbackQuery, CallbackQueryEvent, NewMessage},
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let network = match env::var_os("HELIOGRAM_READY") {
        Some(ready) => Network::from_ready_file(ready)?,
        None => Network::production(),
    };
    let options = ClientOptions {
        network,
        ..ClientOptions::default()
    };
    let bot = TelegramClient::new(StringSession::new("")?, 1, "0", options);
    bot.connect().await?;
    bot.start_bot(&env::var("TELEGRAM_BOT_TOKEN")?).await?;
    bot.add_event_handler(
        |message: Message| async move {
            let choice = OutgoingMessage::new("Press it").buttons(Button::inline("This", "this"));
            message.respond(choice).await.map(drop)
        },
        NewMessage::new().incoming().command("start"),
    );
    bot.add_event_handler(
        |query: CallbackQueryEvent| async move {
            query.answer(Some("Pressed, heard and answered")).await
        },
        CallbackQuery::new(),
    );
    println!("The bot is online.");
    tokio::signal::ctrl_c().await?;
    bot.disconnect().await;
    Ok(())
}
