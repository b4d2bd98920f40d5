//! Asks for the code that stops the deletion of an account: `account.sendConfirmPhoneCode`.
//!
//! ```sh
//! HELIOGRAM_SESSION=1BAAO… TELEGRAM_API_ID=12345 TELEGRAM_API_HASH=… \
//!     cargo run --example send_confirm_phone_code -- 'https://t.me/confirmphone?phone=…&hash=…'
//! ```
//!
//! | variable | meaning |
//! |---|---|
//! | `HELIOGRAM_SESSION` | a session string of GramJS, Telethon or Heliogram that is logged in |
//! | `TELEGRAM_API_ID`, `TELEGRAM_API_HASH` | the program's own, from my.telegram.org |
//! | `HELIOGRAM_READY` | the ready file of `heliogram serve`: talk to that server instead of Telegram |

use std::{env, error::Error, process::ExitCode};

use heliogram::{ClientOptions, ConfirmPhoneLink, Network, StringSession, TelegramClient, api};

#[tokio::main]
async fn main() -> ExitCode {
    match send_code().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn send_code() -> Result<(), Box<dyn Error>> {
    let link = env::args().nth(1).ok_or("give the link as the argument")?;
    let link = ConfirmPhoneLink::parse(&link)?;
    let session = StringSession::new(&env::var("HELIOGRAM_SESSION").unwrap_or_default())?;
    let api_id = env::var("TELEGRAM_API_ID")?.parse()?;
    let api_hash = env::var("TELEGRAM_API_HASH")?;
    let network = match env::var_os("HELIOGRAM_READY") {
        Some(ready) => Network::from_ready_file(ready)?,
        None => Network::production(),
    };
    let options = ClientOptions {
        network,
        ..ClientOptions::default()
    };

    let client = TelegramClient::new(session, api_id, api_hash, options);
    client.connect().await?;
    let sent = client
        .invoke(&api::account::SendConfirmPhoneCode {
            hash: link.hash,
            settings: api::CodeSettings {
                allow_flashcall: true,
                current_number: true,
                allow_app_hash: true,
                allow_missed_call: true,
                logout_tokens: Some(vec!["arbitrary data here".into()]),
                ..Default::default()
            },
        })
        .await?;
    println!("{sent:#?}");
    client.disconnect().await;
    Ok(())
}
