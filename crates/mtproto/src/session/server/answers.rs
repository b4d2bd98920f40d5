//! How a server session answers.

use bytes::Bytes;
use heliogram_tl::{
    RpcError,
    mtproto::{DestroySessionNone, DestroySessionOk, TypeDestroyAuthKeyRes, TypeDestroySessionRes},
};

use super::{Item, ServerSession};
use crate::{
    ids::{MsgId, SessionId},
    session::{received::Marks, rpc},
};

impl ServerSession {
    pub(super) fn answer(&mut self, request: MsgId, result: Result<Bytes, RpcError>) -> bool {
        match self.settle(request, result) {
            Some(item) => self.outbox.push(item, &self.config),
            None => return false,
        }
        true
    }

    /// The answer as it goes out, unless the client does not want it or cannot match it any more.
    pub(super) fn settle(
        &mut self,
        request: MsgId,
        result: Result<Bytes, RpcError>,
    ) -> Option<Item> {
        if self.is_abandoned(request) {
            return None;
        }
        let marks = self.received.marks(request).unwrap_or_default();
        self.received.mark(request, Marks::ANSWERED);
        if marks.has(Marks::DROPPED) {
            return None;
        }
        self.acks.remove(request);
        Some(Item::result(request, rpc::result_body(result)))
    }

    /// Never inside `rpc_result`: clients look for it outside.
    pub(super) fn answer_destroy_session(
        &mut self,
        request: MsgId,
        session_id: SessionId,
        existed: bool,
    ) {
        self.acks.remove(request);
        let session_id = session_id.0;
        let result: TypeDestroySessionRes = if existed {
            DestroySessionOk { session_id }.into()
        } else {
            DestroySessionNone { session_id }.into()
        };
        self.respond(rpc::object(&result));
    }

    /// Never inside `rpc_result`: clients look for it outside.
    pub(super) fn answer_destroy_auth_key(
        &mut self,
        request: MsgId,
        result: TypeDestroyAuthKeyRes,
    ) {
        self.acks.remove(request);
        self.respond(rpc::object(&result));
    }
}
