//! A login's answers, known beforehand.

use std::{fmt, future::Future, pin::Pin};

use heliogram_tl::api;
use zeroize::Zeroizing;

use super::{GivenUp, LoginPrompts};
use crate::CallError;

/// Answers to a login's questions, known beforehand but for the code.
///
/// ```no_run
/// # async fn doc(client: heliogram::TelegramClient) -> Result<(), heliogram::LoginError> {
/// use heliogram::Login;
///
/// let mut login = Login::phone("9996621234", async |sent| {
///     println!("the code, please ({:?})", sent.type_);
///     let mut code = String::new();
///     std::io::stdin().read_line(&mut code).ok()?;
///     Some(code.trim().to_owned())
/// });
/// let user = client.start(&mut login.password("hunter2").names("Ann", "Example")).await?;
/// println!("{user:#?}");
/// # Ok(())
/// # }
/// ```
pub struct Login {
    phone_number: String,
    phone_code: CodePrompt,
    code_settings: api::CodeSettings,
    password: Option<Zeroizing<String>>,
    names: Option<(String, String)>,
}

type CodePrompt = Box<
    dyn FnMut(api::auth::SentCode) -> Pin<Box<dyn Future<Output = Option<String>> + Send>> + Send,
>;

impl Login {
    /// A login to this phone's account; `code` is called when a code was sent, and gives it, or
    /// none to give up.
    pub fn phone<F>(
        phone_number: impl Into<String>,
        mut code: impl FnMut(api::auth::SentCode) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = Option<String>> + Send + 'static,
    {
        Self {
            phone_number: phone_number.into(),
            phone_code: Box::new(move |sent| Box::pin(code(sent))),
            code_settings: api::CodeSettings::default(),
            password: None,
            names: None,
        }
    }

    /// How the code may be sent, and future auth tokens (`logout_tokens`) of former logins, which
    /// make it unnecessary.
    #[must_use]
    pub fn code_settings(mut self, settings: api::CodeSettings) -> Self {
        self.code_settings = settings;
        self
    }

    /// The password of two-step verification, if the account has one.
    #[must_use]
    pub fn password(mut self, password: impl Into<String>) -> Self {
        self.password = Some(Zeroizing::new(password.into()));
        self
    }

    /// First and last name for a new account, if the phone has none.
    #[must_use]
    pub fn names(mut self, first: impl Into<String>, last: impl Into<String>) -> Self {
        self.names = Some((first.into(), last.into()));
        self
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("phone_number", &self.phone_number)
            .finish_non_exhaustive()
    }
}

impl LoginPrompts for Login {
    fn code_settings(&self) -> api::CodeSettings {
        self.code_settings.clone()
    }

    async fn phone_number(&mut self, last: Option<&CallError>) -> Result<String, GivenUp> {
        once(&self.phone_number, last)
    }

    async fn phone_code(
        &mut self,
        sent: &api::auth::SentCode,
        _last: Option<&CallError>,
    ) -> Result<String, GivenUp> {
        (self.phone_code)(sent.clone()).await.ok_or(GivenUp)
    }

    async fn password(
        &mut self,
        _hint: Option<&str>,
        last: Option<&CallError>,
    ) -> Result<String, GivenUp> {
        once(&**self.password.as_ref().ok_or(GivenUp)?, last)
    }

    async fn names(
        &mut self,
        _terms: Option<&api::help::TermsOfService>,
        last: Option<&CallError>,
    ) -> Result<(String, String), GivenUp> {
        once(self.names.as_ref().ok_or(GivenUp)?, last)
    }
}

/// The same answer would only lead to the same error.
fn once<T: ToOwned + ?Sized>(answer: &T, last: Option<&CallError>) -> Result<T::Owned, GivenUp> {
    match last {
        None => Ok(answer.to_owned()),
        Some(_) => Err(GivenUp),
    }
}
