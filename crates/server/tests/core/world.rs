//! A world to test in, and clients that speak TL to it.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};

use bytes::Bytes;
use heliogram_crypto::auth_key::{AuthKey, AuthKeyId};
use heliogram_crypto::dh::{DhGroup, DhSecret};
use heliogram_crypto::srp::SrpParams;
use heliogram_server::{Call, Core, CoreOptions, KeyKind, KnownKey, NewUser, Reply};
use heliogram_tl::api::{self, account, auth};
use heliogram_tl::{Decode, Method, RpcError};

pub(crate) const DAY: i64 = 86_400;
pub(crate) const WEEK: i64 = 7 * DAY;
pub(crate) const API_ID: i32 = 17;
pub(crate) const PASSWORD: &str = "correct horse battery staple";

static NEXT: AtomicI64 = AtomicI64::new(1);

/// A client behind one auth key.
pub(crate) struct Client {
    pub(crate) core: Core,
    pub(crate) key: AuthKeyId,
    pub(crate) session_id: i64,
    /// The DC whose door it comes by.
    pub(crate) dc_id: i32,
}

pub(crate) fn unique() -> i64 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

pub(crate) fn wire_now() -> i64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs() as i64
}

pub(crate) fn in_memory() -> Core {
    Core::open(CoreOptions::default()).unwrap()
}

/// A directory that is removed at the end.
pub(crate) struct Directory(pub(crate) PathBuf);

impl Directory {
    pub(crate) fn new() -> Self {
        let name = format!("heliogram-core-{}-{}", std::process::id(), unique());
        Self(std::env::temp_dir().join(name))
    }

    pub(crate) fn open(&self) -> Core {
        Core::open(CoreOptions {
            data: Some(self.0.clone()),
            ..CoreOptions::default()
        })
        .unwrap()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn new_key() -> AuthKey {
    let mut bytes = [0xa5; 256];
    bytes[..8].copy_from_slice(&unique().to_le_bytes());
    AuthKey::new(bytes)
}

/// A key as a key exchange leaves it.
pub(crate) fn known(key: &AuthKey, kind: KeyKind) -> KnownKey {
    KnownKey {
        key: key.clone(),
        salt: 1,
        kind,
        bound_to: None,
        dc_id: 2,
    }
}

/// A client with a fresh permanent key.
pub(crate) fn stranger(core: &Core) -> Client {
    let key = new_key();
    core.add_auth_key(&known(&key, KeyKind::Permanent)).unwrap();
    client(core, key.id())
}

pub(crate) fn client(core: &Core, key: AuthKeyId) -> Client {
    Client {
        core: core.clone(),
        key,
        session_id: unique(),
        dc_id: 2,
    }
}

/// A client with a fresh key of this DC.
pub(crate) fn stranger_at(core: &Core, dc_id: i32) -> Client {
    let key = new_key();
    let known = KnownKey {
        dc_id,
        ..known(&key, KeyKind::Permanent)
    };
    core.add_auth_key(&known).unwrap();
    Client {
        dc_id,
        ..client(core, key.id())
    }
}

/// A client with a minted session.
pub(crate) async fn minted(core: &Core, phone: &str) -> Client {
    let minted = core.mint_key(phone, true).await.unwrap();
    Client {
        dc_id: minted.dc_id,
        ..client(core, minted.key.id())
    }
}

pub(crate) async fn add_user(core: &Core, phone: &str, password: Option<&str>) -> i64 {
    let user = NewUser {
        phone: phone.to_owned(),
        first_name: "Ada".to_owned(),
        password: password.map(str::to_owned),
        ..NewUser::default()
    };
    core.create_user(user).await.unwrap().id
}

/// A bot and a client logged in as it.
pub(crate) async fn bot(core: &Core) -> Client {
    let user = NewUser {
        first_name: "Robot".to_owned(),
        bot: true,
        ..NewUser::default()
    };
    let token = core.create_user(user).await.unwrap().bot_token.unwrap();
    let client = stranger(core);
    let import = auth::ImportBotAuthorization {
        flags: 0,
        api_id: API_ID,
        api_hash: String::new(),
        bot_auth_token: token,
    };
    client.invoke(&import).await.unwrap();
    client
}

impl Client {
    pub(crate) async fn invoke<M: Method>(&self, method: &M) -> Result<M::Response, RpcError> {
        let body = self.send(method.to_bytes().unwrap()).await.body?;
        Ok(M::Response::from_bytes(&body).expect("a result of the newest layer"))
    }

    pub(crate) async fn send(&self, body: Vec<u8>) -> Reply {
        self.send_as(unique() << 32, body).await
    }

    pub(crate) async fn send_as(&self, msg_id: i64, body: Vec<u8>) -> Reply {
        self.core
            .call(Call {
                key: self.key,
                session_id: self.session_id,
                msg_id,
                body: Bytes::from(body),
                wire_now: wire_now(),
                connection: 1,
                dc_id: self.dc_id,
                address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            })
            .await
    }

    /// The name of the error, or a panic when there is none.
    pub(crate) async fn error<M: Method>(&self, method: &M) -> String {
        match self.invoke(method).await {
            Ok(_) => panic!("{} succeeded", M::NAME),
            Err(error) => format!("{} {}", error.code, error.name),
        }
    }

    pub(crate) async fn send_code(
        &self,
        phone: &str,
        settings: api::CodeSettings,
    ) -> Result<auth::TypeSentCode, RpcError> {
        self.invoke(&auth::SendCode {
            phone_number: phone.to_owned(),
            api_id: API_ID,
            api_hash: "0123456789abcdef0123456789abcdef".to_owned(),
            settings,
        })
        .await
    }

    pub(crate) async fn sign_in(
        &self,
        phone: &str,
        hash: &str,
        code: &str,
    ) -> Result<auth::TypeAuthorization, RpcError> {
        self.invoke(&auth::SignIn {
            phone_number: phone.to_owned(),
            phone_code_hash: hash.to_owned(),
            phone_code: Some(code.to_owned()),
            email_verification: None,
        })
        .await
    }

    /// Phone and code, from the inbox.
    pub(crate) async fn log_in(&self, phone: &str) -> Result<auth::TypeAuthorization, RpcError> {
        let sent = sent(self.send_code(phone, api::CodeSettings::default()).await?);
        let code = newest_code(&self.core, phone).await;
        self.sign_in(phone, &sent.phone_code_hash, &code).await
    }

    pub(crate) async fn me(&self) -> Result<api::User, RpcError> {
        let id = vec![api::TypeInputUser::InputUserSelf];
        let users = self.invoke(&api::users::GetUsers { id }).await?;
        match users.into_iter().next() {
            Some(api::TypeUser::User(user)) => Ok(*user),
            other => panic!("expected oneself, got {other:?}"),
        }
    }

    /// A proof for a password, with a challenge asked for on this key.
    pub(crate) async fn prove(&self, password: &str) -> api::TypeInputCheckPasswordSRP {
        let got = self.invoke(&account::GetPassword {}).await.unwrap();
        prove(&got, password)
    }

    pub(crate) async fn check_password(
        &self,
        password: &str,
    ) -> Result<auth::TypeAuthorization, RpcError> {
        let password = self.prove(password).await;
        self.invoke(&auth::CheckPassword { password }).await
    }

    pub(crate) async fn delete_account(&self) -> Result<bool, RpcError> {
        let call = account::DeleteAccount {
            reason: "Forgot password".to_owned(),
            password: None,
        };
        self.invoke(&call).await
    }

    pub(crate) async fn send_confirm(&self, hash: &str) -> Result<auth::TypeSentCode, RpcError> {
        let call = account::SendConfirmPhoneCode {
            hash: hash.to_owned(),
            settings: api::CodeSettings::default(),
        };
        self.invoke(&call).await
    }

    pub(crate) async fn confirm(&self, hash: &str, code: &str) -> Result<bool, RpcError> {
        let call = account::ConfirmPhone {
            phone_code_hash: hash.to_owned(),
            phone_code: code.to_owned(),
        };
        self.invoke(&call).await
    }
}

pub(crate) fn prove(got: &account::Password, password: &str) -> api::TypeInputCheckPasswordSRP {
    let Some(
        api::TypePasswordKdfAlgo::PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
            algo,
        ),
    ) = &got.current_algo
    else {
        panic!("the account has no password");
    };
    let params = SrpParams {
        group: DhGroup::well_known(),
        salt1: algo.salt1.to_vec(),
        salt2: algo.salt2.to_vec(),
    };
    let secret = DhSecret::new([0x5a; 256]);
    let hash = params.password_hash(password.as_bytes());
    let proof = params
        .prove(&hash, got.srp_b.as_ref().unwrap(), &secret)
        .unwrap();
    api::TypeInputCheckPasswordSRP::InputCheckPasswordSRP(Box::new(api::InputCheckPasswordSRP {
        srp_id: got.srp_id.unwrap(),
        a: proof.a.to_vec().into(),
        m1: proof.m1.to_vec().into(),
    }))
}

pub(crate) fn sent(code: auth::TypeSentCode) -> auth::SentCode {
    match code {
        auth::TypeSentCode::SentCode(sent) => *sent,
        other => panic!("expected auth.sentCode, got {other:?}"),
    }
}

/// The five digits of the newest item that has some, read out of its text.
pub(crate) async fn newest_code(core: &Core, phone: &str) -> String {
    let items = core.inbox(phone).await.unwrap();
    let code = items.iter().rev().find_map(|item| {
        item.text
            .split(|c: char| !c.is_ascii_digit())
            .find(|digits| (5..=7).contains(&digits.len()))
            .map(str::to_owned)
    });
    code.expect("a code in the inbox")
}

pub(crate) fn wrong(code: &str) -> String {
    let first = (code.as_bytes()[0] - b'0' + 1) % 10;
    format!("{first}{}", &code[1..])
}

/// The link hash of the newest notice that has one.
pub(crate) async fn link_hash(core: &Core, phone: &str) -> String {
    let items = core.inbox(phone).await.unwrap();
    let hash = items.iter().rev().find_map(|item| {
        let (_, rest) = item.text.split_once("confirmphone?phone=")?;
        let (_, hash) = rest.split_once("&hash=")?;
        hash.split_whitespace().next().map(str::to_owned)
    });
    hash.expect("a link in the inbox")
}

pub(crate) fn error_of<T: std::fmt::Debug>(result: Result<T, RpcError>) -> String {
    let error = result.expect_err("an error");
    format!("{} {}", error.code, error.name)
}

/// An owner with a password older than a week, logged in and active, and a requester who knows the code only.
pub(crate) async fn owner_and_requester(core: &Core, phone: &str) -> (Client, Client) {
    let owner = active_owner(core, phone).await;
    let requester = requester(core, phone).await;
    (owner, requester)
}

pub(crate) async fn active_owner(core: &Core, phone: &str) -> Client {
    add_user(core, phone, Some(PASSWORD)).await;
    core.advance_clock(8 * DAY).await.unwrap();
    let owner = minted(core, phone).await;
    owner.me().await.unwrap();
    owner
}

pub(crate) async fn requester(core: &Core, phone: &str) -> Client {
    let requester = stranger(core);
    let error = error_of(requester.log_in(phone).await);
    assert_eq!(error, "401 SESSION_PASSWORD_NEEDED");
    requester
}
