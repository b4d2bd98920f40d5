//! Somebody whose account is nearly deleted, and what the server has told them.

use std::collections::BTreeMap;
use std::fmt;

use heliogram::api::{self, account, auth};
use heliogram::{AuthKey, ConfirmPhoneLink, InvokeError, Login, LoginError, TelegramClient};

use crate::{Failure, Target};

/// How many live at the same time.
pub(super) const AT_ONCE: usize = 5;
pub(super) const PASSWORD: &str = "correct horse";
pub(super) const PHONE_OF_REPEATER: &str = "9996700000";

/// A story and its ledger: only what an answer has said is written down.
pub(super) struct Person {
    pub(super) phone: String,
    step: Step,
    /// The step was begun and no answer came.
    unsure: bool,
    owner: Option<AuthKey>,
    requester: Option<AuthKey>,
    days: Option<i32>,
    notices: BTreeMap<i32, String>,
    phone_code_hash: Option<String>,
    deletion: Deletion,
    logged_out: Vec<AuthKey>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deletion {
    None,
    Pending,
    Cancelled,
}

/// The story, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    LogIn,
    SetDays,
    ProveCode,
    AskForDeletion,
    ReadNotice,
    AskForCode,
    Confirm,
    LogOut,
    Done,
}

/// Why a step was not finished.
enum Stop {
    /// The server is gone.
    Broken,
    /// The server said something that it must not say.
    Wrong(String),
}

impl Person {
    pub(super) fn new(number: usize) -> Self {
        Self {
            phone: format!("99966{:05}", 71_000 + number),
            step: Step::LogIn,
            unsure: false,
            owner: None,
            requester: None,
            days: None,
            notices: BTreeMap::new(),
            phone_code_hash: None,
            deletion: Deletion::None,
            logged_out: Vec::new(),
        }
    }

    pub(super) fn is_done(&self) -> bool {
        self.step == Step::Done
    }

    /// Goes on with the story until it is over or the server is gone.
    pub(super) async fn live(&mut self, target: &Target) -> Result<(), Failure> {
        while self.step != Step::Done {
            self.unsure = true;
            match self.take(target).await {
                Ok(next) => (self.step, self.unsure) = (next, false),
                Err(Stop::Broken) => return Ok(()),
                Err(Stop::Wrong(said)) => return Err(format!("{self}: {said}").into()),
            }
        }
        Ok(())
    }

    async fn take(&mut self, target: &Target) -> Result<Step, Stop> {
        let was_unsure = std::mem::replace(&mut self.unsure, true);
        match self.step {
            Step::LogIn => {
                self.owner = Some(self.log_in(target).await?);
                Ok(Step::SetDays)
            }
            Step::SetDays => {
                let days = 100 + self.phone.bytes().map(i32::from).sum::<i32>() % 100;
                let ttl = api::AccountDaysTTL { days };
                self.owned(target, async |client| {
                    client.invoke(&account::SetAccountTTL { ttl }).await?;
                    Ok(())
                })
                .await?;
                self.days = Some(days);
                Ok(Step::ProveCode)
            }
            Step::ProveCode => {
                self.requester = Some(self.prove_code(target).await?);
                Ok(Step::AskForDeletion)
            }
            Step::AskForDeletion => {
                let client = target.client_with(self.requester.clone());
                client.connect().await.map_err(|_| Stop::Broken)?;
                let delete = account::DeleteAccount {
                    reason: "Forgot password".into(),
                    password: None,
                };
                let asked = client.invoke(&delete).await;
                client.disconnect().await;
                match asked {
                    Err(error) if said(&error, "2FA_CONFIRM_WAIT") => {
                        self.deletion = Deletion::Pending;
                        Ok(Step::ReadNotice)
                    }
                    Err(error) => Err(error.into()),
                    Ok(_) => Err(Stop::Wrong("the account was deleted at once".into())),
                }
            }
            Step::ReadNotice => {
                let notices = self.owned(target, history).await?;
                if link(&notices).is_none() {
                    return Err(Stop::Wrong("no link in the notices".into()));
                }
                self.notices = notices;
                Ok(Step::AskForCode)
            }
            Step::AskForCode => {
                let link = link(&self.notices).expect("it was read a step ago");
                let sent = self
                    .owned(target, async |client| {
                        let call = account::SendConfirmPhoneCode {
                            hash: link.hash,
                            settings: api::CodeSettings::default(),
                        };
                        Ok(client.invoke(&call).await?)
                    })
                    .await?;
                let auth::TypeSentCode::SentCode(sent) = sent else {
                    return Err(Stop::Wrong(format!("{sent:?} instead of a code")));
                };
                self.phone_code_hash = Some(sent.phone_code_hash);
                Ok(Step::Confirm)
            }
            Step::Confirm => {
                let code = target.last_code(&self.phone).await;
                let call = account::ConfirmPhone {
                    phone_code_hash: self.phone_code_hash.clone().unwrap_or_default(),
                    phone_code: code.map_err(|_| Stop::Broken)?,
                };
                let confirmed = self
                    .owned(target, async |client| {
                        match client.invoke(&call).await {
                            // Confirmed the last time, when the answer was lost.
                            Err(error) if was_unsure && said(&error, "CODE_HASH_INVALID") => Ok(()),
                            other => Ok(other.map(drop)?),
                        }
                    })
                    .await;
                confirmed?;
                self.deletion = Deletion::Cancelled;
                Ok(Step::LogOut)
            }
            Step::LogOut => {
                let leaving = self.log_in(target).await?;
                let client = target.client_with(Some(leaving.clone()));
                client.connect().await.map_err(|_| Stop::Broken)?;
                let left = client.invoke(&auth::LogOut {}).await;
                client.disconnect().await;
                left?;
                self.logged_out.push(leaving);
                Ok(Step::Done)
            }
            Step::Done => Ok(Step::Done),
        }
    }

    /// Asks the server about everything in the ledger. Gives how many answers were compared and how
    /// many steps were under way.
    pub(super) async fn check(&mut self, target: &Target) -> Result<(usize, usize), Failure> {
        let mut answers = 0;
        if let Some(owner) = &self.owner {
            let client = target.client_with(Some(owner.clone()));
            client.connect().await?;
            let me = client.me().await?.ok_or("the login is lost")?;
            if crate::clients::phone_of(&me) != Some(&*self.phone) {
                return Err("logged in as somebody else".into());
            }
            let password = client.invoke(&account::GetPassword {}).await?;
            if !password.has_password {
                return Err("the password is lost".into());
            }
            let ttl = client.invoke(&account::GetAccountTTL {}).await?.days;
            let known = self.days.is_none() || self.days == Some(ttl);
            if !known {
                return Err(format!("{ttl} days instead of {:?}", self.days).into());
            }
            let sessions = client.invoke(&account::GetAuthorizations {}).await?;
            if !sessions
                .authorizations
                .iter()
                .any(|session| session.current)
            {
                return Err("the login is not among the sessions".into());
            }
            let history = history(&client).await.map_err(|_| "no history")?;
            for (id, text) in &self.notices {
                if history.get(id) != Some(text) {
                    return Err(format!("notice {id} is lost").into());
                }
                answers += 1;
            }
            client.disconnect().await;
            answers += 4;
        }
        for gone in &self.logged_out {
            let client = target.client_with(Some(gone.clone()));
            client.connect().await?;
            if client.me().await?.is_some() {
                return Err("a session that logged out is back".into());
            }
            client.disconnect().await;
            answers += 1;
        }
        let due = target.deletion_due(&self.phone).await?.is_some();
        let fits = match (self.deletion, self.step, self.unsure) {
            (Deletion::None, Step::AskForDeletion, true) => true,
            (Deletion::Pending, Step::Confirm, true) => true,
            (Deletion::Pending, ..) => due,
            (Deletion::None | Deletion::Cancelled, ..) => !due,
        };
        if !fits {
            return Err(format!("a deletion is pending: {due}").into());
        }
        Ok((answers + 1, usize::from(self.unsure)))
    }

    /// Logs in with the code on the phone and the password; gives the key.
    async fn log_in(&self, target: &Target) -> Result<AuthKey, Stop> {
        let client = target.client();
        let (inbox, phone) = (target.clone(), self.phone.clone());
        let mut login = Login::phone(self.phone.clone(), move |_| {
            let (inbox, phone) = (inbox.clone(), phone.clone());
            async move { inbox.last_code(&phone).await.ok() }
        })
        .password(PASSWORD);
        let logged_in = client.start(&mut login).await;
        let key = client.session().auth_key().cloned();
        client.disconnect().await;
        match (logged_in, key) {
            (Ok(_), Some(key)) => Ok(key),
            (Err(LoginError::Call(error) | LoginError::Refused(error)), _) => Err(error.into()),
            (Err(LoginError::Password(error)), _) => Err(Stop::Wrong(error.to_string())),
            _ => Err(Stop::Broken),
        }
    }

    /// Proves the code and not the password, over a new key.
    async fn prove_code(&self, target: &Target) -> Result<AuthKey, Stop> {
        let client = target.client();
        client.connect().await.map_err(|_| Stop::Broken)?;
        let send = auth::SendCode {
            phone_number: self.phone.clone(),
            api_id: 1,
            api_hash: "hash".into(),
            settings: api::CodeSettings::default(),
        };
        let auth::TypeSentCode::SentCode(sent) = client.invoke(&send).await? else {
            return Err(Stop::Wrong("no code".into()));
        };
        let code = target.last_code(&self.phone).await;
        let sign_in = auth::SignIn {
            phone_number: self.phone.clone(),
            phone_code_hash: sent.phone_code_hash,
            phone_code: Some(code.map_err(|_| Stop::Broken)?),
            ..auth::SignIn::default()
        };
        let proved = client.invoke(&sign_in).await;
        let key = client.session().auth_key().cloned();
        client.disconnect().await;
        match proved {
            Err(error) if error.is_password_needed() => key.ok_or(Stop::Broken),
            Err(error) => Err(error.into()),
            Ok(_) => Err(Stop::Wrong("no password was asked for".into())),
        }
    }

    /// Does something as the owner.
    async fn owned<T>(
        &self,
        target: &Target,
        act: impl AsyncFnOnce(&TelegramClient) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        let client = target.client_with(self.owner.clone());
        client.connect().await.map_err(|_| Stop::Broken)?;
        let done = act(&client).await;
        client.disconnect().await;
        done
    }
}

/// The messages of the service account.
async fn history(client: &TelegramClient) -> Result<BTreeMap<i32, String>, Stop> {
    let call = api::messages::GetHistory {
        peer: api::InputPeerUser {
            user_id: heliogram_tl::UserId(777_000),
            access_hash: heliogram_tl::AccessHash(0),
        }
        .into(),
        offset_id: 0,
        offset_date: 0,
        add_offset: 0,
        limit: 100,
        max_id: 0,
        min_id: 0,
        hash: 0,
    };
    let messages = match client.invoke(&call).await? {
        api::messages::TypeMessages::Messages(found) => found.messages,
        api::messages::TypeMessages::MessagesSlice(found) => found.messages,
        other => return Err(Stop::Wrong(format!("{other:?} instead of messages"))),
    };
    Ok(messages
        .into_iter()
        .filter_map(|message| match message {
            api::TypeMessage::Message(message) => Some((message.id, message.message)),
            _ => None,
        })
        .collect())
}

fn link(notices: &BTreeMap<i32, String>) -> Option<ConfirmPhoneLink> {
    notices
        .values()
        .rev()
        .flat_map(|text| text.split_whitespace())
        .find_map(|word| ConfirmPhoneLink::parse(word).ok())
}

fn said<E>(error: &InvokeError<E>, name: &str) -> bool {
    error.rpc().is_some_and(|rpc| rpc.name.starts_with(name))
}

impl<E> From<InvokeError<E>> for Stop {
    fn from(error: InvokeError<E>) -> Self {
        match error.rpc() {
            // What a server says that is being stopped; here it is only ever killed.
            Some(rpc) => Self::Wrong(format!("{} {} from {}", rpc.code, rpc.name, rpc.method)),
            None => Self::Broken,
        }
    }
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} at {:?} (unsure: {})",
            self.phone, self.step, self.unsure
        )
    }
}
