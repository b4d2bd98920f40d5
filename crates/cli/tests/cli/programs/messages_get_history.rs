use heliogram::{ClientOptions, StringSession, TelegramClient, api};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let session = StringSession::new(&std::env::var("SESSION")?)?; // your saved session
    let api_id = std::env::var("API_ID")?.parse()?;
    let api_hash = std::env::var("API_HASH")?;
    let client = TelegramClient::new(session, api_id, api_hash, ClientOptions::default());
    client.connect().await?; // this assumes that the session is logged in

    let result = client
        .invoke(&api::messages::GetHistory {
            peer: api::InputPeerUser {
                user_id: 777000.into(),
                access_hash: 0.into(),
            }
            .into(),
            offset_id: 0,
            offset_date: 0,
            add_offset: 0,
            limit: 20,
            max_id: 0,
            min_id: 0,
            hash: 0,
        })
        .await?;
    println!("{result:#?}");
    Ok(())
}
