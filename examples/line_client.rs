//! A client that takes commands: a JSON object per line comes in, an answer per line goes out. Programs in any
//! language can drive an account this way; our interop tests do.
//!
//! ```text
//! {"do": "online"}                                            {"ok": null}
//! {"do": "send", "to": "somebody", "text": "hello"}           {"ok": 12}
//! {"do": "history", "with": "somebody"}                       {"ok": [{"id": 12, "text": "hello", ...}]}
//! ```
//!
//! Its argument is a session string; `HELIOGRAM_READY` names the ready file of the server.

use std::{
    error::Error,
    sync::{Arc, Mutex},
};

use heliogram::{
    Clicked, ClientOptions, Message, Network, OutgoingMessage, SendFile, StringSession,
    TelegramClient, Upload, api, events::NewMessage,
};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader, stdin};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let session = std::env::args().nth(1).ok_or("give a session string")?;
    let options = ClientOptions {
        network: Network::from_ready_file(std::env::var("HELIOGRAM_READY")?)?,
        ..ClientOptions::default()
    };
    let client = TelegramClient::new(StringSession::new(&session)?, 1, "0", options);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    client.add_event_handler(
        move |message: Message| {
            let noted = Arc::clone(&noted);
            async move { noted.lock().unwrap().push(message.text().to_owned()) }
        },
        NewMessage::new().incoming(),
    );
    let mut lines = BufReader::new(stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let command: Value = serde_json::from_str(&line)?;
        let answer = match obey(&client, &command, &seen).await {
            Ok(answer) => json!({ "ok": answer }),
            Err(error) => json!({ "error": format!("{}: {error}", command["do"]) }),
        };
        println!("{answer}");
    }
    client.disconnect().await;
    Ok(())
}

async fn obey(
    client: &TelegramClient,
    command: &Value,
    seen: &Mutex<Vec<String>>,
) -> Result<Value, Box<dyn Error>> {
    let text = |name: &str| command[name].as_str().unwrap_or_default().to_owned();
    let id = |name: &str| command[name].as_i64().map(|id| id as i32);
    let message = || id("message").ok_or("which message?");
    Ok(match command["do"].as_str().unwrap_or_default() {
        "online" => client.connect().await.map(|()| Value::Null)?,
        "offline" => {
            client.disconnect().await;
            Value::Null
        }
        "send" => {
            let mut new = OutgoingMessage::new(text("text"));
            if let Some(reply_to) = id("reply_to") {
                new = new.reply_to(reply_to);
            }
            client.send_message(text("to"), new).await?.id().into()
        }
        "send_many" => {
            // One after the other, so that they stand in this order.
            for number in 0..command["count"].as_u64().unwrap_or_default() {
                client.send_message(text("to"), number.to_string()).await?;
            }
            Value::Null
        }
        "edit" => {
            let edited = client.edit_message(text("to"), message()?, text("text"));
            edited.await?.id().into()
        }
        "delete" => {
            let ids = [message()?];
            let gone = client.delete_messages(text("to"), &ids, true);
            gone.await?.into()
        }
        "forward" => {
            let ids = [message()?];
            let sent = client.forward_messages(text("to"), text("from"), &ids);
            sent.await?[0].id().into()
        }
        "history" => {
            let history = client.iter_messages(text("with")).reverse(true);
            history.collect().await?.iter().map(shown).collect()
        }
        "photo" => {
            let photo = SendFile::new(Upload::path(text("path"))).caption(text("text"));
            client.send_file(text("to"), photo).await?.id().into()
        }
        "document" => {
            let document = SendFile::new(Upload::path(text("path"))).as_document();
            client.send_file(text("to"), document).await?.id().into()
        }
        "download" => {
            let found = client.get_messages(text("with"), &[message()?]).await?;
            let found = found.into_iter().flatten().next();
            let found = found.ok_or("no such message")?;
            client.download_media(&found)?.to_file(text("path")).await?;
            Value::Null
        }
        "press" => {
            let found = client.get_messages(text("with"), &[message()?]).await?;
            let found = found
                .into_iter()
                .flatten()
                .next()
                .ok_or("no such message")?;
            match found.click(0, 0).await? {
                Clicked::Answer(answer) => json!(answer.message),
                other => return Err(format!("not a callback button: {other:?}").into()),
            }
        }
        "seen" => json!(*seen.lock().unwrap()),
        other => return Err(format!("what is {other:?}?").into()),
    })
}

fn shown(message: &Message) -> Value {
    let full = message.full();
    json!({
        "id": message.id(),
        "out": message.is_outgoing(),
        "text": message.text(),
        "reply_to": message.reply_to_msg_id(),
        "forwarded": full.is_some_and(|message| message.fwd_from.is_some()),
        "edited": message.edit_date().is_some(),
        "media": match message.media() {
            Some(api::TypeMessageMedia::MessageMediaPhoto(_)) => Some("photo"),
            Some(api::TypeMessageMedia::MessageMediaDocument(_)) => Some("document"),
            _ => None,
        },
        "data": data(message),
    })
}

/// What its callback buttons hold.
fn data(message: &Message) -> Vec<String> {
    let buttons = message.buttons().into_iter().flatten();
    let data = buttons.filter_map(|button| button.data().cloned());
    data.map(|data| String::from_utf8_lossy(&data).into_owned())
        .collect()
}
