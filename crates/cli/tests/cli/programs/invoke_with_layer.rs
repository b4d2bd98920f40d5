use heliogram::{ClientOptions, StringSession, TelegramClient, api};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let session = StringSession::new(&std::env::var("SESSION")?)?; // your saved session
    let api_id = std::env::var("API_ID")?.parse()?;
    let api_hash = std::env::var("API_HASH")?;
    let client = TelegramClient::new(session, api_id, api_hash, ClientOptions::default());
    client.connect().await?; // this assumes that the session is logged in

    let result = client
        .invoke(&api::InvokeWithLayer {
            layer: 230,
            query: api::help::GetConfig {},
        })
        .await?;
    println!("{result:#?}");
    Ok(())
}
