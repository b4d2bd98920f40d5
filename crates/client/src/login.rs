//! Logging in, step by step.
//!
//! ```text
//! auth.sendCode ── code ──> auth.signIn ──┬─> logged in
//!       │                                 ├─ 401 SESSION_PASSWORD_NEEDED ──> auth.checkPassword ──> logged in
//!       └─ sentCodeSuccess: logged in     └─ authorizationSignUpRequired ──> auth.signUp ──> logged in
//! ```
//!
//! `sentCodeSuccess` answers a future auth token in the settings, and makes a code unnecessary. A wrong code
//! or password is asked for again, an expired code is sent again; each question carries the error that
//! made it necessary, and a prompt that has nothing else to say gives up.
//!
//! Not here: e-mail instead of a phone, payment for the code, QR codes. Each step can be called by
//! itself as well, in another process if need be: the steps are plain methods.
//!
//! `core.telegram.org/api/auth`; `core.telegram.org/api/srp`.

mod answers;

use std::future::Future;

use heliogram_tl::api::{
    self,
    auth::{TypeAuthorization, TypeSentCode},
};

pub use answers::Login;

use crate::{CallError, ClientError, PasswordError, TelegramClient, password_proof};

/// Who answers the questions of a login. [`Login`] is one for answers known beforehand; implement
/// this to ask a person.
///
/// `last` is the error that the previous answer led to: show it, or give up.
pub trait LoginPrompts: Send {
    /// How the code may be sent, and future auth tokens that make it unnecessary. Nothing special
    /// by default: a plain SMS, or a message to another device.
    fn code_settings(&self) -> api::CodeSettings {
        api::CodeSettings::default()
    }

    /// The phone number, in international form; anything but digits is ignored by servers.
    fn phone_number(
        &mut self,
        last: Option<&CallError>,
    ) -> impl Future<Output = Result<String, GivenUp>> + Send;

    /// The code that was just sent; `sent` says how and how long it is.
    fn phone_code(
        &mut self,
        sent: &api::auth::SentCode,
        last: Option<&CallError>,
    ) -> impl Future<Output = Result<String, GivenUp>> + Send;

    /// The password of two-step verification.
    fn password(
        &mut self,
        hint: Option<&str>,
        last: Option<&CallError>,
    ) -> impl Future<Output = Result<String, GivenUp>> + Send;

    /// First and last name for a new account. Asked only when the phone has none yet; `terms` are
    /// what the person then accepts.
    fn names(
        &mut self,
        terms: Option<&api::help::TermsOfService>,
        last: Option<&CallError>,
    ) -> impl Future<Output = Result<(String, String), GivenUp>> + Send;
}

/// A question of the login that was not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the login was given up")]
pub struct GivenUp;

/// Why a login did not succeed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoginError {
    /// Not even connected.
    #[error(transparent)]
    Connect(#[from] ClientError),
    /// A question was not answered.
    #[error(transparent)]
    GivenUp(#[from] GivenUp),
    /// A question was not answered a second time; this is what the first answer led to.
    #[error("{0}")]
    Refused(CallError),
    /// A call failed, and asking again would not help.
    #[error(transparent)]
    Call(#[from] CallError),
    /// No proof for the password can be made.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The server wants money for the code.
    #[error(
        "the server wants payment before it sends a code ({0}); log in with an official app first"
    )]
    PaymentRequired(String),
    /// The server answers with something that this version does not know.
    #[error("{0} answered with a constructor that this version does not know; update heliogram")]
    Unknown(&'static str),
}

impl TelegramClient {
    /// Logs in, unless the session is logged in already: connects, asks `prompts` for what is needed, and
    /// gives the user. Save [`session()`](TelegramClient::session) afterwards.
    ///
    /// # Errors
    /// When a call fails in a way that another answer does not mend, or `prompts` gives up.
    pub async fn start(
        &self,
        prompts: &mut impl LoginPrompts,
    ) -> Result<api::TypeUser, LoginError> {
        if let Some(user) = self.connect_and_find_user().await? {
            return Ok(user);
        }
        let mut last = None;
        loop {
            let phone = again(prompts.phone_number(last.as_ref()).await, last.take())?;
            match self.login_with_phone(&phone, prompts).await {
                Err(LoginError::Call(error)) if PHONE_AGAIN.iter().any(|name| error.is(name)) => {
                    last = Some(error);
                }
                other => return other,
            }
        }
    }

    /// Logs a bot in by the token that BotFather gave, unless the session is logged in already.
    ///
    /// # Errors
    /// When the server does not accept the token.
    pub async fn start_bot(&self, token: &str) -> Result<api::TypeUser, LoginError> {
        if let Some(user) = self.connect_and_find_user().await? {
            return Ok(user);
        }
        let request = api::auth::ImportBotAuthorization {
            flags: 0,
            api_id: self.api_id(),
            api_hash: self.api_hash().to_owned(),
            bot_auth_token: token.to_owned(),
        };
        let authorization = self.invoke(&request).await.map_err(|e| e.erase())?;
        match authorization {
            TypeAuthorization::Authorization(authorization) => Ok(authorization.user),
            _ => Err(LoginError::Unknown("auth.importBotAuthorization")),
        }
    }

    /// The user that this session is logged in as; none when it is not logged in.
    ///
    /// # Errors
    /// When the call fails in another way than 401.
    pub async fn me(&self) -> Result<Option<api::TypeUser>, CallError> {
        let request = api::users::GetUsers {
            id: vec![api::TypeInputUser::InputUserSelf],
        };
        match self.invoke(&request).await {
            Ok(users) => Ok(users.into_iter().next()),
            Err(error) if error.is_unauthorized() || error.is_password_needed() => Ok(None),
            Err(error) => Err(error.erase()),
        }
    }

    /// Proves the password of two-step verification, after `auth.signIn` answered
    /// `SESSION_PASSWORD_NEEDED`.
    ///
    /// # Errors
    /// When the server does not accept the proof: 400 `PASSWORD_HASH_INVALID`.
    pub async fn check_password(&self, password: &str) -> Result<api::TypeUser, LoginError> {
        let asked = self
            .invoke(&api::account::GetPassword {})
            .await
            .map_err(|e| e.erase())?;
        self.prove(&asked, password).await
    }

    async fn connect_and_find_user(&self) -> Result<Option<api::TypeUser>, LoginError> {
        self.connect().await?;
        Ok(self.me().await?)
    }

    async fn login_with_phone(
        &self,
        phone: &str,
        prompts: &mut impl LoginPrompts,
    ) -> Result<api::TypeUser, LoginError> {
        let mut last = None;
        loop {
            let sent = match self.send_code(phone, prompts.code_settings()).await {
                Ok(TypeSentCode::SentCode(sent)) => sent,
                Ok(TypeSentCode::SentCodeSuccess(success)) => {
                    return self
                        .authorized(success.authorization, phone, "", prompts)
                        .await;
                }
                Ok(TypeSentCode::SentCodePaymentRequired(payment)) => {
                    return Err(LoginError::PaymentRequired(payment.store_product));
                }
                Ok(_) => return Err(LoginError::Unknown("auth.sendCode")),
                Err(error) if error.is_password_needed() => {
                    return self.login_with_password(prompts).await;
                }
                Err(error) => return Err(error.into()),
            };
            let error = match self.login_with_code(phone, &sent, prompts, last).await {
                Err(LoginError::Call(error)) => error,
                other => return other,
            };
            if !CODE_AGAIN.iter().any(|name| error.is(name)) {
                return Err(error.into());
            }
            last = Some(error);
        }
    }

    async fn login_with_code(
        &self,
        phone: &str,
        sent: &api::auth::SentCode,
        prompts: &mut impl LoginPrompts,
        mut last: Option<CallError>,
    ) -> Result<api::TypeUser, LoginError> {
        loop {
            let code = again(prompts.phone_code(sent, last.as_ref()).await, last.take())?;
            let request = api::auth::SignIn {
                phone_number: phone.to_owned(),
                phone_code_hash: sent.phone_code_hash.clone(),
                phone_code: Some(code),
                email_verification: None,
            };
            match self.invoke(&request).await {
                Ok(authorization) => {
                    let hash = &sent.phone_code_hash;
                    return self.authorized(authorization, phone, hash, prompts).await;
                }
                Err(error) if error.is_password_needed() => {
                    return self.login_with_password(prompts).await;
                }
                Err(error) if error.is("PHONE_NUMBER_UNOCCUPIED") => {
                    return self
                        .sign_up(phone, &sent.phone_code_hash, None, prompts)
                        .await;
                }
                Err(error) if error.is("PHONE_CODE_INVALID") || error.is("PHONE_CODE_EMPTY") => {
                    last = Some(error.erase());
                }
                Err(error) => return Err(error.erase().into()),
            }
        }
    }

    async fn login_with_password(
        &self,
        prompts: &mut impl LoginPrompts,
    ) -> Result<api::TypeUser, LoginError> {
        let mut last = None;
        loop {
            let asked = self
                .invoke(&api::account::GetPassword {})
                .await
                .map_err(|e| e.erase())?;
            let answer = prompts.password(asked.hint.as_deref(), last.as_ref()).await;
            let password = zeroize::Zeroizing::new(again(answer, last.take())?);
            let proved = match self.prove(&asked, &password).await {
                // Another call took the challenge; the password is not to blame.
                Err(LoginError::Call(error)) if error.is("SRP_ID_INVALID") => {
                    self.check_password(&password).await
                }
                other => other,
            };
            match proved {
                Err(LoginError::Call(error))
                    if PASSWORD_AGAIN.iter().any(|name| error.is(name)) =>
                {
                    last = Some(error);
                }
                other => return other,
            }
        }
    }

    async fn prove(
        &self,
        asked: &api::account::Password,
        password: &str,
    ) -> Result<api::TypeUser, LoginError> {
        let proof = password_proof(asked, password).await?;
        let request = api::auth::CheckPassword { password: proof };
        match self.invoke(&request).await.map_err(|e| e.erase())? {
            TypeAuthorization::Authorization(authorization) => Ok(authorization.user),
            _ => Err(LoginError::Unknown("auth.checkPassword")),
        }
    }

    async fn sign_up(
        &self,
        phone: &str,
        phone_code_hash: &str,
        terms: Option<&api::help::TermsOfService>,
        prompts: &mut impl LoginPrompts,
    ) -> Result<api::TypeUser, LoginError> {
        let mut last = None;
        loop {
            let (first_name, last_name) =
                again(prompts.names(terms, last.as_ref()).await, last.take())?;
            let request = api::auth::SignUp {
                no_joined_notifications: false,
                phone_number: phone.to_owned(),
                phone_code_hash: phone_code_hash.to_owned(),
                first_name,
                last_name,
            };
            match self.invoke(&request).await {
                Ok(TypeAuthorization::Authorization(authorization)) => {
                    return Ok(authorization.user);
                }
                Ok(_) => return Err(LoginError::Unknown("auth.signUp")),
                Err(error) if error.is("FIRSTNAME_INVALID") || error.is("LASTNAME_INVALID") => {
                    last = Some(error.erase());
                }
                Err(error) => return Err(error.erase().into()),
            }
        }
    }

    async fn authorized(
        &self,
        authorization: TypeAuthorization,
        phone: &str,
        phone_code_hash: &str,
        prompts: &mut impl LoginPrompts,
    ) -> Result<api::TypeUser, LoginError> {
        match authorization {
            TypeAuthorization::Authorization(authorization) => Ok(authorization.user),
            TypeAuthorization::AuthorizationSignUpRequired(required) => {
                let terms = required.terms_of_service.as_deref();
                self.sign_up(phone, phone_code_hash, terms, prompts).await
            }
            _ => Err(LoginError::Unknown("auth.signIn")),
        }
    }

    /// `auth.sendCode`, once more when the server says that it lost track (500 `AUTH_RESTART`).
    async fn send_code(
        &self,
        phone: &str,
        settings: api::CodeSettings,
    ) -> Result<TypeSentCode, CallError> {
        let request = api::auth::SendCode {
            phone_number: phone.to_owned(),
            api_id: self.api_id(),
            api_hash: self.api_hash().to_owned(),
            settings,
        };
        match self.invoke(&request).await {
            Err(error) if error.is("AUTH_RESTART") => self.invoke(&request).await,
            other => other,
        }
        .map_err(|error| error.erase())
    }
}

/// An answer; or why the one before was refused, when there is no other.
fn again<T>(answer: Result<T, GivenUp>, last: Option<CallError>) -> Result<T, LoginError> {
    answer.map_err(|given_up| match last {
        Some(error) => LoginError::Refused(error),
        None => given_up.into(),
    })
}

/// Errors that another phone number may mend.
const PHONE_AGAIN: [&str; 2] = ["PHONE_NUMBER_INVALID", "PHONE_NUMBER_BANNED"];
/// Errors that another code mends, once it is sent.
const CODE_AGAIN: [&str; 2] = ["PHONE_CODE_EXPIRED", "SIGN_IN_FAILED"];
/// Errors that another password may mend.
const PASSWORD_AGAIN: [&str; 2] = ["PASSWORD_HASH_INVALID", "SRP_PASSWORD_CHANGED"];
