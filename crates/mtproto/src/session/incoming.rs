//! An incoming object, told apart by its id.

use bytes::Bytes;
use heliogram_tl::{Combinator, Decode, Malformed, Reader, mtproto::*};

use super::rpc::RPC_RESULT;
use crate::ids::MsgId;

/// A service message, or anything else as the bytes it is.
pub(crate) enum Incoming {
    Acks(MsgsAck),
    BadMsg(BadMsgNotification),
    BadSalt(BadServerSalt),
    StateReq(MsgsStateReq),
    StateInfo(MsgsStateInfo),
    AllInfo(MsgsAllInfo),
    DetailedInfo(MsgDetailedInfo),
    NewDetailedInfo(MsgNewDetailedInfo),
    ResendReq(MsgResendReq),
    ResendAnsReq(MsgResendAnsReq),
    RpcResult { request: MsgId, result: Bytes },
    DropAnswer(RpcDropAnswer),
    GetFutureSalts(GetFutureSalts),
    FutureSalts(FutureSalts),
    Ping(Ping),
    PingDelayDisconnect(PingDelayDisconnect),
    Pong(Pong),
    DestroySession(DestroySession),
    SessionDestroyed { session_id: i64, existed: bool },
    DestroyAuthKey,
    AuthKeyDestroyed(TypeDestroyAuthKeyRes),
    NewSession(NewSessionCreated),
    HttpWait(HttpWait),
    Other(Bytes),
}

impl Incoming {
    /// Reads an object that is neither packed nor a container.
    pub(crate) fn read(object: &Bytes) -> Result<Self, Malformed> {
        let mut input = Reader::of_shared(object);
        let id = input.peek_word().map_or_else(|| input.word(), Ok)?;
        let incoming = match id {
            MsgsAck::ID => Self::Acks(input.read()?),
            BadMsgNotification::ID => Self::BadMsg(input.read()?),
            BadServerSalt::ID => Self::BadSalt(input.read()?),
            MsgsStateReq::ID => Self::StateReq(input.read()?),
            MsgsStateInfo::ID => Self::StateInfo(input.read()?),
            MsgsAllInfo::ID => Self::AllInfo(input.read()?),
            MsgDetailedInfo::ID => Self::DetailedInfo(input.read()?),
            MsgNewDetailedInfo::ID => Self::NewDetailedInfo(input.read()?),
            MsgResendReq::ID => Self::ResendReq(input.read()?),
            MsgResendAnsReq::ID => Self::ResendAnsReq(input.read()?),
            RPC_RESULT => {
                input.expect(RPC_RESULT)?;
                let request = MsgId(input.read()?);
                // A slice even when it is short: most results are decoded at once.
                let result = object.slice(input.position()..);
                return Ok(Self::RpcResult { request, result });
            }
            RpcDropAnswer::ID => Self::DropAnswer(input.read()?),
            GetFutureSalts::ID => Self::GetFutureSalts(input.read()?),
            FutureSalts::ID => Self::FutureSalts(input.read()?),
            Ping::ID => Self::Ping(input.read()?),
            PingDelayDisconnect::ID => Self::PingDelayDisconnect(input.read()?),
            Pong::ID => Self::Pong(input.read()?),
            DestroySession::ID => Self::DestroySession(input.read()?),
            DestroySessionOk::ID => Self::SessionDestroyed {
                session_id: input.read::<DestroySessionOk>()?.session_id,
                existed: true,
            },
            DestroySessionNone::ID => Self::SessionDestroyed {
                session_id: input.read::<DestroySessionNone>()?.session_id,
                existed: false,
            },
            DestroyAuthKey::ID => {
                let _: DestroyAuthKey = input.read()?;
                Self::DestroyAuthKey
            }
            DESTROY_AUTH_KEY_OK | DESTROY_AUTH_KEY_NONE | DESTROY_AUTH_KEY_FAIL => {
                Self::AuthKeyDestroyed(TypeDestroyAuthKeyRes::decode(&mut input)?)
            }
            NewSessionCreated::ID => Self::NewSession(input.read()?),
            HttpWait::ID => Self::HttpWait(input.read()?),
            _ => return Ok(Self::Other(object.clone())),
        };
        input.end()?;
        Ok(incoming)
    }
}

const DESTROY_AUTH_KEY_OK: u32 = 0xf660_e1d4;
const DESTROY_AUTH_KEY_NONE: u32 = 0x0a9f_2259;
const DESTROY_AUTH_KEY_FAIL: u32 = 0xea10_9b13;
