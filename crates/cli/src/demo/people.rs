//! Somebody with a client: every call they make is shown before it leaves and after it was answered.

use heliogram::api;
use heliogram::{
    ClientOptions, InvokeError, Method, StringSession, TelegramClient, password_proof,
};
use heliogram_server::Core;
use heliogram_tl::reflect::{self, Value};
use heliogram_tl::{Encode, RpcError};

use super::show::Show;
use crate::connect;
use crate::failure::Failure;

/// Somebody with a client that is connected.
pub(super) struct Person {
    name: &'static str,
    client: TelegramClient,
    /// The server's side of what they call.
    core: Core,
    show: Show,
}

impl Person {
    pub(super) async fn connected(
        name: &'static str,
        session: StringSession,
        options: ClientOptions,
        core: Core,
        show: Show,
    ) -> Result<Self, Failure> {
        let how = match session.auth_key() {
            Some(_) => "with the session string",
            None => "and makes a key with the server",
        };
        show.aside(name, &format!("connects {how}"));
        let client = TelegramClient::new(session, 1, "0123456789abcdef0123456789abcdef", options);
        client
            .connect()
            .await
            .map_err(|error| Failure::failed(error.to_string()))?;
        Ok(Self {
            name,
            client,
            core,
            show,
        })
    }

    /// A call that must succeed.
    pub(super) async fn call<M: Method + std::fmt::Debug>(
        &self,
        request: &M,
    ) -> Result<M::Response, Failure> {
        self.attempt(request).await?.map_err(connect::failed)
    }

    /// A call that must fail with an error of the server.
    pub(super) async fn refused<M: Method + std::fmt::Debug>(
        &self,
        request: &M,
    ) -> Result<RpcError, Failure> {
        match self.attempt(request).await? {
            Ok(_) => Err(Failure::failed(format!("{} was not refused", M::NAME))),
            Err(error) => match error.rpc() {
                Some(raw) => Ok(raw.to_rpc()),
                None => Err(connect::failed(error)),
            },
        }
    }

    /// Ends a login with the two-step password.
    pub(super) async fn give_password(&self, password: &str) -> Result<(), Failure> {
        let asked = self.call(&api::account::GetPassword {}).await?;
        let proof = password_proof(&asked, password).await;
        let password = proof.map_err(|error| Failure::failed(error.to_string()))?;
        self.call(&api::auth::CheckPassword { password })
            .await
            .map(drop)
    }

    /// Closes the application and keeps the session string.
    pub(super) async fn leave(self) -> String {
        self.client.disconnect().await;
        self.show.aside(
            self.name,
            "closes the application; the session string is kept",
        );
        self.client.session().save()
    }

    async fn attempt<M: Method + std::fmt::Debug>(
        &self,
        request: &M,
    ) -> Result<Result<M::Response, InvokeError<M::Error>>, Failure> {
        self.show.call(self.name, &format!("{request:?}"));
        let answer = self.client.invoke(request).await;
        self.show.server(&self.core)?;
        match &answer {
            Ok(response) => self.show.answer(self.name, &shown::<M>(response)),
            Err(error) => self.show.answer(self.name, &error.to_string()),
        }
        Ok(answer)
    }
}

/// The answer by its type in the schema: not every answer has a `Debug` of its own.
fn shown<M: Method>(response: &M::Response) -> String {
    let result = reflect::method(M::NAME).map(|method| method.combinator().result);
    let value = response
        .to_bytes()
        .ok()
        .zip(result)
        .and_then(|(bytes, result)| Value::read(&bytes.into(), result).ok());
    value.map_or_else(|| "an answer".to_owned(), |value| format!("{value:?}"))
}
