//! The calls of a login, each with something wrong.

use heliogram::api::{self, account, auth};
use heliogram_tl::Encode as _;

use super::encrypted::Known;
use crate::clients::wrapped;
use crate::{Dice, Failure, Target};

pub(super) async fn one(target: &Target, known: &Known, dice: &mut Dice) -> Result<(), Failure> {
    let mut call = call(dice)?;
    if dice.below(4) > 0 {
        dice.mutate(&mut call);
    }
    let mut body = wrapped(&call)?;
    if dice.below(4) == 0 {
        dice.mutate(&mut body);
    }
    body.resize(body.len().next_multiple_of(4), 0);
    let session = dice.below(8) as i64;
    let inside = known.inside(session, &body, dice);
    known.send(target, dice, &[inside]).await
}

fn call(dice: &mut Dice) -> Result<Vec<u8>, Failure> {
    let phone = format!("99966{}", 20_000 + dice.below(50));
    let hash = || "0123456789abcdef".to_owned();
    Ok(match dice.below(8) {
        0 => auth::SendCode {
            phone_number: phone,
            api_id: 1,
            api_hash: "hash".into(),
            settings: api::CodeSettings {
                logout_tokens: Some(vec!["token".into()]),
                ..Default::default()
            },
        }
        .to_bytes()?,
        1 => auth::SignIn {
            phone_number: phone,
            phone_code_hash: hash(),
            phone_code: Some("12345".into()),
            ..Default::default()
        }
        .to_bytes()?,
        2 => auth::SignUp {
            phone_number: phone,
            phone_code_hash: hash(),
            first_name: "A".into(),
            last_name: "B".into(),
            no_joined_notifications: false,
        }
        .to_bytes()?,
        3 => auth::CheckPassword {
            password: api::InputCheckPasswordSRP {
                srp_id: dice.long(),
                a: dice.bytes(300).into(),
                m1: dice.bytes(40).into(),
            }
            .into(),
        }
        .to_bytes()?,
        4 => account::DeleteAccount {
            reason: "Forgot password".into(),
            password: None,
        }
        .to_bytes()?,
        5 => auth::ResendCode {
            phone_number: phone,
            phone_code_hash: hash(),
            reason: None,
        }
        .to_bytes()?,
        6 => auth::ImportBotAuthorization {
            flags: 0,
            api_id: 1,
            api_hash: "hash".into(),
            bot_auth_token: "1:abc".into(),
        }
        .to_bytes()?,
        _ => auth::BindTempAuthKey {
            perm_auth_key_id: dice.long(),
            nonce: dice.long(),
            expires_at: 0,
            encrypted_message: dice.bytes(120).into(),
        }
        .to_bytes()?,
    })
}
