//! The task that takes what came, asks for what is missing, and gives it out in order.
//!
//! ```text
//! network ──> inbox ──> sequence ──> readers
//!                          │  ^
//!            getDifference v  │
//!                         server
//! ```
//!
//! One thing at a time: while it waits for the server or for a slow reader, what comes stays in the inbox, and what
//! the inbox has no room for is fetched later. Nothing that fails ends it but the end of the connection: it tries
//! again, later each time.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use heliogram_net::client::CallFailure;
use heliogram_tl::{
    AccessHash, ChannelId, Decode, Method, RpcError, UserId,
    api::{
        self, TypeChannelMessagesFilter, TypeInputChannel, TypeUpdate, TypeUpdates,
        updates::{GetChannelDifference, GetDifference, GetState, State, TypeChannelDifference},
    },
};
use tokio::time::{Instant, sleep_until, timeout};

use super::{
    Hub, difference,
    inbox::Arrival,
    sequence::{Fetch, Sequence, Step},
};
use crate::{
    InvokeError, PeerAccess, PeerId, TelegramClient,
    client::Failed,
    events::{Given, Lost, UnreadableEvent},
    invoke_error,
};

pub(super) struct Pump {
    /// Without the right to live: it ends with the client.
    pub(super) client: TelegramClient,
    pub(super) hub: Arc<Hub>,
}

/// Why an account is not followed any more.
enum End {
    /// Somebody logged in or out.
    Login,
    NobodyReads,
    /// There will be no connection.
    GivenUp,
}

impl Pump {
    pub(super) async fn run(self) {
        loop {
            let end = match self.account().await {
                Some(account) => {
                    tracing::debug!(%account, "following the updates of an account");
                    self.follow(account).await
                }
                None => End::GivenUp,
            };
            match end {
                End::Login => {}
                End::NobodyReads if !self.hub.may_end(false) => {}
                End::NobodyReads => return,
                End::GivenUp => {
                    self.hub.may_end(true);
                    return;
                }
            }
        }
    }

    /// Who is logged in; waits until somebody is. None when there will be no connection.
    async fn account(&self) -> Option<UserId> {
        let mut wait = FIRST_RETRY;
        loop {
            match self.client.me().await {
                Ok(Some(api::TypeUser::User(user))) => return Some(user.id),
                Ok(_) => self.login().await?,
                Err(InvokeError::Disconnected { .. } | InvokeError::Connect { .. }) => return None,
                Err(error) => {
                    tracing::warn!(%error, "who is logged in is not known; asking again in {wait:?}");
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(MAX_RETRY);
                }
            }
        }
    }

    /// Waits for a login, and looks from time to time whether it was missed.
    async fn login(&self) -> Option<()> {
        let until = Instant::now() + MAX_RETRY;
        loop {
            while let Some(arrival) = self.hub.inbox.take() {
                match arrival {
                    Arrival::Login => return Some(()),
                    Arrival::GivenUp => return None,
                    Arrival::Pushed(bytes) => self.stranger(&bytes).await,
                    _ => {}
                }
            }
            if timeout_at(until, self.hub.inbox.came()).await.is_none() {
                return Some(());
            }
        }
    }

    /// Gives out the one update that somebody is sent who is not logged in: the QR code of their login has been scanned.
    async fn stranger(&self, bytes: &Bytes) {
        if let Ok(TypeUpdates::UpdateShort(short)) = TypeUpdates::from_bytes(bytes)
            && matches!(short.update, TypeUpdate::UpdateLoginToken)
        {
            self.give(Given::Update(short.update, Arc::default())).await;
        }
    }

    async fn follow(&self, account: UserId) -> End {
        let options = self.client.options();
        let known = self.hub.readers.begin(account.0);
        let known = known.filter(|_| options.catch_up);
        let mut following = Following {
            pump: self,
            account,
            sequence: Sequence::new(account, known.as_ref()),
            retry: None,
            wait: FIRST_RETRY,
            heard: Instant::now(),
        };
        following.run(options.updates_watchdog).await
    }

    /// Waits until every reader has room.
    async fn give(&self, given: Given) {
        let (number, mut senders) = self.hub.readers.next();
        let last = senders.pop();
        for sender in senders {
            send(sender, number, given.clone()).await;
        }
        if let Some(last) = last {
            send(last, number, given).await;
        }
    }
}

/// One account being followed.
struct Following<'a> {
    pump: &'a Pump,
    account: UserId,
    sequence: Sequence,
    /// When to ask again after a failure.
    retry: Option<Instant>,
    wait: Duration,
    /// When the server said something last.
    heard: Instant,
}

impl Following<'_> {
    async fn run(&mut self, watchdog: Option<Duration>) -> End {
        loop {
            if let Some(end) = self.drain().await {
                return end;
            }
            self.give_out().await;
            if self.pump.hub.readers.is_empty() {
                return End::NobodyReads;
            }
            let held_up = self.retry.is_some_and(|retry| retry > Instant::now());
            if let Some(fetch) = self.sequence.poll_fetch().filter(|_| !held_up) {
                if let Some(end) = self.fetch(fetch).await {
                    return end;
                }
                self.give_out().await;
                continue;
            }
            let watch = watchdog.map(|watchdog| self.heard + watchdog);
            let gap = self.sequence.poll_timeout().map(Instant::from_std);
            let retry = self.retry.filter(|_| held_up);
            let next = [watch, gap, retry].into_iter().flatten().min();
            let came = self.pump.hub.inbox.came();
            timeout_at(next.unwrap_or_else(far), came).await;
            let now = Instant::now();
            self.sequence.handle_timeout(now.into_std());
            if watch.is_some_and(|watch| watch <= now) && !held_up {
                tracing::debug!("nothing was heard for a while; comparing with the server's state");
                if let Some(end) = self.fetch(Fetch::State).await {
                    return end;
                }
            }
        }
    }

    /// Takes all that has come.
    async fn drain(&mut self) -> Option<End> {
        while let Some(arrival) = self.pump.hub.inbox.take() {
            self.heard = Instant::now();
            let now = self.heard.into_std();
            match arrival {
                Arrival::Pushed(bytes) => self.updates(bytes, false).await,
                Arrival::Answered(bytes) => self.updates(bytes, true).await,
                Arrival::Affected {
                    channel,
                    pts,
                    count,
                } => self.sequence.handle_affected(now, channel, pts, count),
                Arrival::Doubt => self.sequence.handle_doubt(),
                Arrival::Login => return Some(End::Login),
                Arrival::GivenUp => return Some(End::GivenUp),
            }
            self.give_out().await;
        }
        let missed = self.pump.hub.inbox.take_missed();
        if missed.any {
            tracing::debug!(
                gone = missed.gone,
                "readers are slow; fetching what was not kept"
            );
            self.sequence.handle_doubt();
        }
        if missed.gone > 0 {
            let count = missed.gone;
            self.pump.give(Given::Lost(Lost::TooSlow { count })).await;
        }
        None
    }

    async fn updates(&mut self, bytes: Bytes, own: bool) {
        if !own {
            self.pump.client.meet(&bytes);
        }
        let updates = match TypeUpdates::from_bytes(&bytes) {
            Ok(updates) => updates,
            Err(error) => {
                let unreadable = UnreadableEvent::new(bytes, error);
                tracing::warn!(%unreadable, "fetching what it stood for");
                self.sequence.handle_doubt();
                return self.pump.give(Given::Unreadable(unreadable)).await;
            }
        };
        let (account, storage) = (self.account, &self.pump.client.options().storage);
        let knows = |user: UserId| {
            let known = storage.peer(account.0, PeerId::User(user));
            user == account || known.is_ok_and(|known| known.is_some())
        };
        let now = self.heard.into_std();
        self.sequence.handle_updates(now, updates, own, knows);
    }

    async fn fetch(&mut self, fetch: Fetch) -> Option<End> {
        let outcome = match fetch {
            Fetch::State => self.fetch_state().await,
            Fetch::Difference { pts, qts, date } => self.fetch_difference(pts, qts, date).await,
            Fetch::Channel { id, pts } => self.fetch_channel(id, pts).await,
        };
        self.heard = Instant::now();
        let failed = match outcome {
            Ok(()) => {
                self.retry = None;
                self.wait = FIRST_RETRY;
                return None;
            }
            Err(failed) => failed,
        };
        if let Failed::Call(CallFailure::Closed | CallFailure::Connect(_)) = failed {
            return Some(End::GivenUp);
        }
        if let Some(error) = rpc(&failed)
            && invoke_error::is_unauthorized(error.code, &error.name)
        {
            tracing::warn!(%error, "updates end until somebody logs in");
            self.pump.give(Given::Lost(Lost::LoggedOut)).await;
            return Some(End::Login);
        }
        let error = failed.erased("updates.getDifference");
        tracing::warn!(%error, "updates cannot be fetched; trying again in {:?}", self.wait);
        self.retry = Some(Instant::now() + self.wait);
        self.wait = (self.wait * 2).min(MAX_RETRY);
        None
    }

    async fn fetch_state(&mut self) -> Result<(), Failed> {
        let answer = self.call(&GetState {}).await?;
        let state = State::from_bytes(&answer).map_err(unreadable_answer)?;
        // What came before the answer belongs before it.
        while let Some(arrival) = self.pump.hub.inbox.take() {
            let now = Instant::now().into_std();
            match arrival {
                Arrival::Pushed(bytes) => self.updates(bytes, false).await,
                Arrival::Answered(bytes) => self.updates(bytes, true).await,
                Arrival::Affected {
                    channel,
                    pts,
                    count,
                } => self.sequence.handle_affected(now, channel, pts, count),
                Arrival::Doubt => self.sequence.handle_doubt(),
                other => {
                    self.pump.hub.inbox.put(other);
                    break;
                }
            }
        }
        let now = Instant::now().into_std();
        self.sequence.handle_state(now, &state);
        Ok(())
    }

    async fn fetch_difference(&mut self, pts: i32, qts: i32, date: i32) -> Result<(), Failed> {
        let request = GetDifference {
            pts,
            pts_limit: None,
            pts_total_limit: None,
            date,
            qts,
            qts_limit: None,
        };
        let answer = match self.call(&request).await {
            Err(failed) if is_bad_timestamp(&failed) => {
                self.sequence.handle_refused_difference();
                return Ok(());
            }
            other => other?,
        };
        let now = Instant::now().into_std();
        match difference::read(&answer) {
            Ok(difference) => self.sequence.handle_difference(now, difference),
            Err(difference::Unreadable { error, end }) => {
                let unreadable = UnreadableEvent::new(answer, error);
                tracing::error!(%unreadable, "a part of the difference is lost");
                self.pump.give(Given::Unreadable(unreadable)).await;
                self.sequence
                    .handle_unreadable_difference(now, end.as_ref());
            }
        }
        Ok(())
    }

    async fn fetch_channel(&mut self, id: ChannelId, pts: i32) -> Result<(), Failed> {
        let Some(access_hash) = self.access_hash(id) else {
            self.sequence.handle_channel_left(id);
            return Ok(());
        };
        let request = GetChannelDifference {
            force: false,
            channel: TypeInputChannel::InputChannel(api::InputChannel {
                channel_id: id,
                access_hash,
            }),
            filter: TypeChannelMessagesFilter::ChannelMessagesFilterEmpty,
            pts,
            limit: CHANNEL_LIMIT,
        };
        let answer = match self.call(&request).await {
            Err(failed) if is_bad_timestamp(&failed) || is_left(&failed) => {
                self.sequence.handle_channel_left(id);
                return Ok(());
            }
            other => other?,
        };
        match TypeChannelDifference::from_bytes(&answer) {
            Ok(difference) => {
                let now = Instant::now().into_std();
                self.sequence.handle_channel_difference(now, id, difference);
            }
            Err(error) => {
                let unreadable = UnreadableEvent::new(answer, error);
                tracing::error!(%unreadable, channel = %id, "the difference of a channel is lost");
                self.pump.give(Given::Unreadable(unreadable)).await;
                self.sequence.handle_channel_left(id);
            }
        }
        Ok(())
    }

    async fn call<M: Method>(&self, request: &M) -> Result<Bytes, Failed> {
        let body = request.to_bytes().expect("nothing in it is long");
        let documented = |_: &RpcError| false;
        self.pump
            .client
            .call(M::NAME, body.into(), documented)
            .await
    }

    fn access_hash(&self, id: ChannelId) -> Option<AccessHash> {
        let storage = &self.pump.client.options().storage;
        let known = storage.peer(self.account.0, PeerId::Channel(id)).ok()??;
        match known.access {
            PeerAccess::Hash(hash) => Some(hash),
            _ => None,
        }
    }

    /// Gives out what is in order, and keeps the books.
    async fn give_out(&mut self) {
        while let Some(step) = self.sequence.poll_step() {
            match step {
                Step::Give(update, entities) => {
                    self.pump.give(Given::Update(update, entities)).await;
                }
                Step::Lost(lost) => {
                    tracing::warn!("{lost}");
                    self.pump.give(Given::Lost(lost)).await;
                }
                Step::Moved(change) => self.pump.hub.readers.moved(change),
            }
        }
    }
}

async fn send(sender: tokio::sync::mpsc::Sender<(u64, Given)>, number: u64, given: Given) {
    let permit = loop {
        match timeout(SLOW, sender.reserve()).await {
            Ok(Ok(permit)) => break permit,
            // The reader is gone.
            Ok(Err(_)) => return,
            Err(_) => tracing::warn!(
                "a reader of updates has not asked for the next one for {SLOW:?}; all others wait for it"
            ),
        }
    };
    permit.send((number, given));
}

async fn timeout_at<T>(until: Instant, what: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        done = what => Some(done),
        () = sleep_until(until) => None,
    }
}

fn far() -> Instant {
    Instant::now() + MAX_RETRY
}

fn rpc(failed: &Failed) -> Option<&RpcError> {
    match failed {
        Failed::Call(CallFailure::Rpc(error)) => Some(error),
        _ => None,
    }
}

/// Whether the server does not know the state that we go on from.
fn is_bad_timestamp(failed: &Failed) -> bool {
    rpc(failed).is_some_and(|error| {
        error.code == 400 && error.name.starts_with("PERSISTENT_TIMESTAMP_")
            || matches!(error.name.as_str(), "DATE_EMPTY" | "PTS_CHANGE_EMPTY")
    })
}

/// Whether a channel is none of ours.
fn is_left(failed: &Failed) -> bool {
    rpc(failed).is_some_and(|error| {
        error.name.starts_with("CHANNEL_")
            || matches!(
                error.name.as_str(),
                "MSG_ID_INVALID" | "USER_BANNED_IN_CHANNEL"
            )
    })
}

fn unreadable_answer(error: heliogram_tl::DecodeError) -> Failed {
    CallFailure::Answer(error.to_string()).into()
}

/// The wait after the first failure of a fetch.
const FIRST_RETRY: Duration = Duration::from_secs(1);
const MAX_RETRY: Duration = Duration::from_secs(60);
/// How long a reader may take before the log says who holds up the others.
const SLOW: Duration = Duration::from_secs(60);
/// How much of a channel is fetched at once: what bots may ask for at most is more, people 100.
const CHANNEL_LIMIT: i32 = 100;

#[cfg(test)]
mod tests {
    use heliogram_tl::Encode;

    use super::*;
    use crate::{ClientOptions, StringSession};

    fn pushed(update: TypeUpdate) -> Arrival {
        let short = api::UpdateShort { update, date: 1 };
        Arrival::Pushed(TypeUpdates::from(short).to_bytes().unwrap().into())
    }

    #[tokio::test]
    async fn who_is_not_logged_in_hears_of_a_scanned_code_and_of_nothing_else() {
        let new = StringSession::new("").unwrap();
        let client = TelegramClient::new(new, 1, "", ClientOptions::default());
        let mut reading = client.hub().register();
        let pump = Pump {
            client: client.without_life(),
            hub: Arc::clone(client.hub()),
        };
        for update in [TypeUpdate::UpdateConfig, TypeUpdate::UpdateLoginToken] {
            pump.hub.inbox.put(pushed(update));
        }
        pump.hub.inbox.put(Arrival::Login);
        assert_eq!(pump.login().await, Some(()));
        let given = reading.ready();
        assert!(matches!(
            given,
            Some(Given::Update(TypeUpdate::UpdateLoginToken, _))
        ));
        assert!(reading.ready().is_none());
    }
}
