//! `heliogram confirm-phone LINK`: stops the deletion of one's account.
//!
//! The link comes in a message of 777000. Its hash asks for a code (`account.sendConfirmPhoneCode`), the code
//! reaches the phone, and the code cancels the deletion (`account.confirmPhone`).
//! `core.telegram.org/api/account-deletion`.

use std::io::{IsTerminal as _, Write as _};

use clap::Args;
use heliogram::api::account::ConfirmPhoneError;
use heliogram::{ConfirmPhoneLink, InvokeError, TelegramClient, api};
use serde_json::json;

use crate::connect::{self, Connect};
use crate::failure::Failure;
use crate::output;

/// The link, and whose account it is.
#[derive(Args)]
pub(crate) struct ConfirmPhone {
    /// The link from the notice: https://t.me/confirmphone?phone=…&hash=…
    link: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    connect: Connect,
}

impl ConfirmPhone {
    pub(crate) async fn run(&self) -> Result<(), Failure> {
        let link = ConfirmPhoneLink::parse(&self.link)
            .map_err(|error| Failure::usage(error.to_string()))?;
        let client = self.connect.client().await?;
        let result = confirm(&client, &link).await;
        client.disconnect().await;
        result?;
        if self.json {
            output::json(&json!({"phone": link.phone, "cancelled": true}))
        } else {
            output::text("The deletion is cancelled, and whoever asked for it is logged out.\n")
        }
    }
}

async fn confirm(client: &TelegramClient, link: &ConfirmPhoneLink) -> Result<(), Failure> {
    check_account(client, link).await?;
    let mut sent = sent_code(
        client
            .invoke(&api::account::SendConfirmPhoneCode {
                hash: link.hash.clone(),
                settings: api::CodeSettings::default(),
            })
            .await
            .map_err(connect::failed)?,
    )?;
    loop {
        say(&format!("A code is on its way: {}", way(&sent.type_)));
        let Some(code) = ask(&sent)? else {
            sent = sent_code(
                client
                    .invoke(&api::auth::ResendCode {
                        phone_number: link.phone.clone(),
                        phone_code_hash: sent.phone_code_hash.clone(),
                        reason: None,
                    })
                    .await
                    .map_err(connect::failed)?,
            )?;
            continue;
        };
        let confirmed = client
            .invoke(&api::account::ConfirmPhone {
                phone_code_hash: sent.phone_code_hash.clone(),
                phone_code: code,
            })
            .await;
        match confirmed {
            Ok(_) => return Ok(()),
            // A person can try again; a script has nothing else to say.
            Err(InvokeError::Method {
                error: ConfirmPhoneError::PhoneCodeInvalid,
                ..
            }) if std::io::stdin().is_terminal() => {
                say("That is not the code.");
            }
            Err(error) => return Err(connect::failed(error)),
        }
    }
}

/// The link says which of somebody's accounts is meant; with another one nothing is sent.
async fn check_account(client: &TelegramClient, link: &ConfirmPhoneLink) -> Result<(), Failure> {
    let me = api::users::GetUsers {
        id: vec![api::TypeInputUser::InputUserSelf],
    };
    let users = client.invoke(&me).await.map_err(connect::failed)?;
    let phone = users.into_iter().find_map(|user| match user {
        api::TypeUser::User(user) => user.phone.clone(),
        _ => None,
    });
    match phone {
        Some(phone) if phone != link.phone => Err(Failure::usage(format!(
            "the link is for the account with the number {}, and the session is of {phone}",
            link.phone
        ))
        .hint("give the session of that account; nothing was sent")),
        _ => Ok(()),
    }
}

fn sent_code(sent: api::auth::TypeSentCode) -> Result<api::auth::SentCode, Failure> {
    match sent {
        api::auth::TypeSentCode::SentCode(sent) => Ok(*sent),
        other => Err(Failure::failed(format!(
            "the server sent no code: {other:?}"
        ))),
    }
}

/// The code; none when another one is wanted.
fn ask(sent: &api::auth::SentCode) -> Result<Option<String>, Failure> {
    loop {
        let again = if sent.next_type.is_some() {
            " (or `again` for another)"
        } else {
            ""
        };
        let mut stderr = anstream::stderr();
        let _ = write!(stderr, "Code{again}: ").and_then(|()| stderr.flush());
        let mut line = String::new();
        let read = std::io::stdin().read_line(&mut line);
        match (read, line.trim()) {
            (Err(error), _) => {
                return Err(Failure::failed(format!("cannot read the code: {error}")));
            }
            (Ok(0), _) => return Err(Failure::usage("no code on stdin")),
            (Ok(_), "") => {}
            (Ok(_), "again") if sent.next_type.is_some() => return Ok(None),
            (Ok(_), code) => return Ok(Some(code.to_owned())),
        }
    }
}

fn way(way: &api::auth::TypeSentCodeType) -> String {
    use api::auth::TypeSentCodeType as Way;
    match way {
        Way::SentCodeTypeApp(app) => {
            format!("{} digits in a message to your other sessions.", app.length)
        }
        Way::SentCodeTypeSms(sms) => format!("{} digits by SMS.", sms.length),
        Way::SentCodeTypeCall(call) => format!("{} digits in a call.", call.length),
        other => format!("{other:?}"),
    }
}

fn say(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}
