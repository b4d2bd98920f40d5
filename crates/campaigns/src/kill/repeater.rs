//! A client that repeats its calls under their old numbers.

use bytes::Bytes;
use heliogram::{Transport, api::auth};

use super::person::PASSWORD;
use crate::clients::greeted;
use crate::{Failure, Raw, Target};

/// Calls with their numbers and answers. Each run of the method would give other bytes, so that a call that
/// was run twice shows.
pub(super) struct Repeater {
    raw: Raw,
    body: Vec<u8>,
    answered: Vec<(i64, Bytes)>,
    unanswered: Option<i64>,
}

impl Repeater {
    pub(super) async fn new(target: &Target, phone: &str) -> Result<Self, Failure> {
        let client = target.client();
        let (inbox, number) = (target.clone(), phone.to_owned());
        let mut login = heliogram::Login::phone(phone, move |_| {
            let (inbox, number) = (inbox.clone(), number.clone());
            async move { inbox.last_code(&number).await.ok() }
        })
        .password(PASSWORD);
        client.start(&mut login).await?;
        let key = client.session().auth_key().cloned().ok_or("no key")?;
        client.disconnect().await;
        let mut raw = Raw::with_key(target, Transport::default(), key).await?;
        raw.ping().await?;
        Ok(Self {
            raw,
            body: greeted(&auth::ExportAuthorization { dc_id: 4 })?,
            answered: Vec::new(),
            unanswered: None,
        })
    }

    /// Calls until the server is gone.
    pub(super) async fn call_on(&mut self, target: &Target) {
        while self.call().await.is_ok() {
            // Enough to be under way at most times, and not the whole load.
            tokio::time::sleep(std::time::Duration::from_millis(3)).await;
        }
        let _ = target;
    }

    async fn call(&mut self) -> Result<(), Failure> {
        let number = self.raw.next_msg_id();
        self.unanswered = Some(number);
        self.raw.send_as(number, &self.body)?;
        let answer = self.raw.answer_to(number, &self.body).await??;
        self.answered.push((number, answer));
        self.unanswered = None;
        Ok(())
    }

    /// Repeats the last calls; gives how many.
    pub(super) async fn check(&mut self, target: &Target) -> Result<usize, Failure> {
        self.raw = self.raw.again(target, Transport::default()).await?;
        self.raw.ping().await?;
        let newest = self.answered.len().saturating_sub(REPEATED);
        let known: Vec<_> = self.answered.split_off(newest);
        for (number, answer) in &known {
            let again = self.repeat(*number).await?;
            if again != *answer {
                return Err(format!("call {number} was run again").into());
            }
        }
        if let Some(number) = self.unanswered.take() {
            let (first, second) = (self.repeat(number).await?, self.repeat(number).await?);
            if first != second {
                return Err(format!("call {number}, unanswered before, was run twice").into());
            }
        }
        self.answered.clear();
        Ok(known.len())
    }

    async fn repeat(&mut self, number: i64) -> Result<Bytes, Failure> {
        self.raw.send_as(number, &self.body)?;
        Ok(self.raw.answer_to(number, &self.body).await??)
    }
}

const REPEATED: usize = 50;
