//! Faults, carried out: what is done to a session or its connection instead of, or besides, answering a call.
//!
//! The core says which fault strikes a call; here it becomes true. A fault of the session is a command to the
//! session, which then does what the protocol says. One of the connection is an [`Order`] to the task that owns the
//! socket. An answer that is to be lost is given to the session all the same, as one that was sent: a
//! client that asks for it, or comes back, gets it.

use std::sync::Arc;

use bytes::Bytes;
use heliogram_mtproto::ids::MsgId;
use heliogram_mtproto::transport::ErrorCode;
use heliogram_net::SystemRandom;
use heliogram_tl::RpcError;

use super::calls::Asker;
use super::hub::now;
use super::sessions::LiveSession;
use crate::instrument::WireFault;

/// Something that a connection is to do which no session says.
pub(super) struct Order {
    pub(super) session: Arc<LiveSession>,
    /// The call whose answer this is about.
    pub(super) call: MsgId,
    pub(super) what: What,
}

/// What is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Sends a transport error and closes.
    Refuse(ErrorCode),
    /// Sends half of the answer's packet and closes.
    CutInHalf,
    /// Sends so many bytes of the answer's packet and closes.
    CutAfter(usize),
    /// Sends the answer under a `msg_key` that is not that of its content.
    SpoilMsgKey,
}

impl Asker {
    /// Lets a fault strike a call that has this answer.
    pub(super) fn strike(&self, fault: WireFault, call: MsgId, answer: Result<Bytes, RpcError>) {
        match fault {
            WireFault::DropRequest => self.session.with(|session| session.forget_request(call)),
            WireFault::BadServerSalt => {
                self.session
                    .tell(|session| session.refuse_salt(now(), call));
            }
            WireFault::TransportError(code) => {
                self.session.with(|session| session.forget_request(call));
                self.order(call, What::Refuse(ErrorCode(code)));
            }
            WireFault::DropReply => self.lose(call, answer),
            WireFault::CloseMidFrame => {
                self.lose(call, answer);
                self.order(call, What::CutInHalf);
            }
            WireFault::CutAfter(bytes) => {
                self.lose(call, answer);
                self.order(call, What::CutAfter(bytes));
            }
            WireFault::WrongMsgKey => {
                self.lose(call, answer);
                self.order(call, What::SpoilMsgKey);
            }
            WireFault::SaltRotation => {
                self.key.rotate_salts();
                self.session.tell(|session| session.reply(call, answer));
            }
            WireFault::NewSession => {
                self.session.tell(|session| {
                    session.begin_again(now(), call, &mut SystemRandom);
                    session.reply(call, answer)
                });
            }
            WireFault::AckDelay(delay) => {
                self.session.tell(|session| {
                    session.configure(|config| config.ack_delay = delay);
                    session.reply(call, answer)
                });
            }
            WireFault::StrictSeqNo => {
                self.session.tell(|session| {
                    session.configure(|config| config.report_seq_no = true);
                    session.reply(call, answer)
                });
            }
        }
    }

    fn lose(&self, call: MsgId, answer: Result<Bytes, RpcError>) {
        self.session
            .with(|session| session.reply_lost(now(), call, answer));
    }

    fn order(&self, call: MsgId, what: What) {
        self.link.order(Order {
            session: Arc::clone(&self.session),
            call,
            what,
        });
    }
}
