use heliogram::{ClientOptions, StringSession, TelegramClient, api};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let session = StringSession::new(&std::env::var("SESSION")?)?; // your saved session
    let api_id = std::env::var("API_ID")?.parse()?;
    let api_hash = std::env::var("API_HASH")?;
    let client = TelegramClient::new(session, api_id, api_hash, ClientOptions::default());
    client.connect().await?; // this assumes that the session is logged in

    let result = client
        .invoke(&api::auth::CheckPassword {
            password: api::InputCheckPasswordSRP {
                srp_id: 1,
                a: "arbitrary data here".into(),
                m1: "arbitrary data here".into(),
            }
            .into(),
        })
        .await?;
    println!("{result:#?}");
    Ok(())
}
