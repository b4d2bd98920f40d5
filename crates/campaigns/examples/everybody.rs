//! `heliogram` among everybody: a program of `interop/scenarios/everybody`, which starts it as
//! `everybody NAME PHONE PASSWORD` and tells it to go on by lines on its standard input.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use heliogram::ConfirmPhoneLink;
use heliogram::events::NewMessage;
use heliogram::{ClientOptions, Login, Message, Network, StringSession, TelegramClient, api};
use heliogram_campaigns::Failure;

const SERVICE_NOTIFICATIONS: i64 = 777_000;
const PATIENCE: Duration = Duration::from_secs(40);

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, phone, password] = arguments.as_slice() else {
        return Err("give name, phone and password".into());
    };
    at("the door").await?;
    let owner = client()?;
    let login = Login::phone(phone, async |_| code().await.ok());
    owner.start(&mut login.password(password)).await?;
    let heard = Arc::new(Mutex::new(HashSet::new()));
    let hearing = Arc::clone(&heard);
    owner.add_event_handler(
        move |message: Message| {
            let hearing = Arc::clone(&hearing);
            async move {
                hearing.lock().unwrap().insert(message.text().to_owned());
            }
        },
        NewMessage::new().incoming(),
    );
    at("home").await?;

    let requester = client()?;
    requester.connect().await?;
    ask_for_code_and_sign_in(&requester, phone).await?;
    let refused = ask_for_deletion(&requester).await?;
    assert!(refused.starts_with("2FA_CONFIRM_WAIT_"), "{refused}");
    at("the delayed deletion").await?;

    let mut dialogs = owner.iter_dialogs();
    while let Some(dialog) = dialogs.next().await {
        dialog?;
    }
    let mut notices = owner.iter_messages(SERVICE_NOTIFICATIONS).limit(5);
    let mut hash = None;
    while let Some(notice) = notices.next().await {
        let notice = notice?;
        let words = notice.text().split_whitespace();
        let mut links = words.filter_map(|word| ConfirmPhoneLink::parse(word).ok());
        hash = hash.or_else(|| links.next().map(|link| link.hash));
    }
    let request = api::account::SendConfirmPhoneCode {
        hash: hash.ok_or("777000 sent no link")?,
        settings: api::CodeSettings::default(),
    };
    let api::auth::TypeSentCode::SentCode(sent) = owner.invoke(&request).await? else {
        return Err("account.sendConfirmPhoneCode sent no code".into());
    };
    let confirm = api::account::ConfirmPhone {
        phone_code_hash: sent.phone_code_hash.clone(),
        phone_code: code().await?,
    };
    assert!(owner.invoke(&confirm).await?);
    let refused = ask_for_deletion(&requester).await?;
    let unauthorized = ["AUTH_KEY_UNREGISTERED", "SESSION_REVOKED"];
    assert!(unauthorized.contains(&refused.as_str()), "{refused}");
    let others = at("its end").await?;

    for other in &others {
        let text = format!("{name} to {other}");
        owner.send_message(other, text).await?;
    }
    at("everything sent").await?;

    let to_us: HashSet<String> = others
        .iter()
        .map(|other| format!("{other} to {name}"))
        .collect();
    let began = tokio::time::Instant::now();
    while !to_us.is_subset(&heard.lock().unwrap()) {
        assert!(
            began.elapsed() < PATIENCE,
            "{name} waited in vain: {:?}",
            heard.lock()
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for other in &others {
        let mut texts = HashSet::new();
        let mut messages = owner.iter_messages(other).limit(10);
        while let Some(message) = messages.next().await {
            texts.insert(message?.text().to_owned());
        }
        let both = [format!("{name} to {other}"), format!("{other} to {name}")];
        assert_eq!(texts, HashSet::from(both));
    }
    at("everything heard").await?;
    owner.disconnect().await;
    Ok(())
}

fn client() -> Result<TelegramClient, Failure> {
    let ready = std::env::var_os("HELIOGRAM_READY").ok_or("HELIOGRAM_READY is not set")?;
    let options = ClientOptions {
        network: Network::from_ready_file(ready)?,
        ..ClientOptions::default()
    };
    let api_hash = "0123456789abcdef0123456789abcdef";
    Ok(TelegramClient::new(
        StringSession::new("")?,
        1,
        api_hash,
        options,
    ))
}

/// Gets as far as the password and no further.
async fn ask_for_code_and_sign_in(client: &TelegramClient, phone: &str) -> Result<(), Failure> {
    let request = api::auth::SendCode {
        phone_number: phone.to_owned(),
        api_id: 1,
        api_hash: "0123456789abcdef0123456789abcdef".to_owned(),
        settings: api::CodeSettings::default(),
    };
    let api::auth::TypeSentCode::SentCode(sent) = client.invoke(&request).await? else {
        return Err("auth.sendCode sent no code".into());
    };
    let request = api::auth::SignIn {
        phone_number: phone.to_owned(),
        phone_code_hash: sent.phone_code_hash.clone(),
        phone_code: Some(code().await?),
        email_verification: None,
    };
    match client.invoke(&request).await {
        Err(error) if error.is_password_needed() => Ok(()),
        other => Err(format!("the code alone led to {other:?}").into()),
    }
}

/// The name of the error that this leads to.
async fn ask_for_deletion(client: &TelegramClient) -> Result<String, Failure> {
    let request = api::account::DeleteAccount {
        reason: "Forgot password".to_owned(),
        password: None,
    };
    match client.invoke(&request).await {
        Err(error) => Ok(error.rpc().ok_or("no rpc error")?.name.clone()),
        Ok(_) => Err("the account was deleted at once".into()),
    }
}

/// The newest code that reached the phone; whoever started this program has it.
async fn code() -> Result<String, Failure> {
    println!("code");
    line().await
}

/// Says where it is, and waits until the others have come there too; their names come back.
async fn at(place: &str) -> Result<Vec<String>, Failure> {
    println!("at {place}");
    Ok(serde_json::from_str(&line().await?)?)
}

async fn line() -> Result<String, Failure> {
    let read = || {
        let mut line = String::new();
        std::io::stdin()
            .read_line(&mut line)
            .map(|_| line.trim().to_owned())
    };
    Ok(tokio::task::spawn_blocking(read).await??)
}
