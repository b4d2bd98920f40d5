use heliogram::{ClientOptions, StringSession, TelegramClient, api};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let session = StringSession::new(&std::env::var("SESSION")?)?; // your saved session
    let api_id = std::env::var("API_ID")?.parse()?;
    let api_hash = std::env::var("API_HASH")?;
    let client = TelegramClient::new(session, api_id, api_hash, ClientOptions::default());
    client.connect().await?; // this assumes that the session is logged in

    let result = client
        .invoke(&api::account::SendConfirmPhoneCode {
            hash: "3f9a1c5be07d42689b10f4e6d8a27c53".into(),
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
    println!("{result:#?}");
    Ok(())
}
