//! Losses: what a server session does when a request, an answer or the session itself is gone.
//!
//! Packets are lost between the machines of a server as they are on the way to it, and a session lives in the memory
//! of a process that may be replaced. The protocol has an answer to each: a request that nobody has seen is
//! sent again, an answer is asked for, and a session that is new says so by `new_session_created`. These commands
//! bring a session there.
//!
//! `core.telegram.org/mtproto/service_messages`, "New Session Creation Notification";
//! `core.telegram.org/mtproto/service_messages_about_messages`.

use bytes::Bytes;
use heliogram_crypto::Random;
use heliogram_tl::RpcError;

use super::{ServerConfig, ServerSession, draw_id};
use crate::{
    ids::MsgId,
    session::{Now, bad_msg::BadMsgCode, salts::SaltSchedule},
};

impl ServerSession {
    /// Answers a call, but sends nothing: the answer counts as sent and lost. It leaves when the client asks for
    /// it, sends the call again or opens another connection. Gives false as
    /// [`ServerSession::reply`] does.
    pub fn reply_lost(
        &mut self,
        now: Now,
        req_msg_id: MsgId,
        result: Result<Bytes, RpcError>,
    ) -> bool {
        let Some(item) = self.settle(req_msg_id, result) else {
            return false;
        };
        self.outbox.hold(
            item,
            now.unix,
            &mut self.msg_ids,
            &mut self.seq_nos,
            &self.config,
        );
        true
    }

    /// Sends the answer of a call again, as when the client asks for it. One that is not here any more becomes
    /// [`ServerEvent::Duplicate`](super::ServerEvent::Duplicate).
    pub fn repeat_answer(&mut self, req_msg_id: MsgId) {
        self.answer_again(req_msg_id);
    }

    /// Forgets a call that was reported, as if it had never arrived: asked about it, the session says so, and a
    /// copy is taken for the first.
    pub fn forget_request(&mut self, msg_id: MsgId) {
        self.take_back(msg_id);
    }

    /// Refuses a call that was reported, because of its salt: the client is told the current one, and sends
    /// the call again.
    pub fn refuse_salt(&mut self, now: Now, msg_id: MsgId) {
        let seq_no = self.take_back(msg_id).unwrap_or_default();
        self.refuse(msg_id, seq_no, BadMsgCode::SERVER_SALT, now);
    }

    /// Forgets everything from before message `first_msg_id`, as a server does that was replaced in
    /// between, and announces itself as a new session. Calls from before are answered only when they
    /// come again.
    pub fn begin_again(&mut self, now: Now, first_msg_id: MsgId, random: &mut dyn Random) {
        self.abandoned = self.received.begin_again(first_msg_id);
        self.acks.forget_before(first_msg_id);
        self.outbox.begin_again(first_msg_id);
        self.unique_id = draw_id(random);
        self.announced = false;
        self.announce(first_msg_id, now);
    }

    /// Goes by other salts from now on.
    pub fn replace_salts(&mut self, salts: SaltSchedule) {
        self.salts = salts;
    }

    /// Changes what this session alone decides.
    pub fn configure(&mut self, change: impl FnOnce(&mut ServerConfig)) {
        change(std::sync::Arc::make_mut(&mut self.config));
    }

    /// Whether an answer is of a call from before the session began again, and the call has not come again.
    pub(super) fn is_abandoned(&mut self, request: MsgId) -> bool {
        let position = self.abandoned.iter().position(|call| *call == request);
        let Some(position) = position else {
            return false;
        };
        self.abandoned.swap_remove(position);
        self.received.marks(request).is_none()
    }

    fn take_back(&mut self, msg_id: MsgId) -> Option<i32> {
        self.acks.remove(msg_id);
        self.received.remove(msg_id)
    }
}
