//! Calls that the session answers, or passes on in a form of its own.

use std::time::Duration;

use bytes::Bytes;
use heliogram_mtproto::{
    envelope::Opened,
    ids::{MsgId, SessionId},
    session::{ClientEvent, ServerEvent, rpc::RPC_RESULT},
};
use heliogram_tl::{
    Combinator, Decode, RpcError,
    mtproto::{
        DestroyAuthKey, DestroySession, GetFutureSalts, HttpWait, MsgsAck, MsgsStateInfo,
        MsgsStateReq, NewSessionCreated, Ping, TypeDestroyAuthKeyRes, TypeDestroySessionRes,
        TypeRpcDropAnswer,
    },
};

use crate::pair::{Pair, To, body, tl};

/// Sends bytes to the server as a client of another make would.
fn tell(pair: &mut Pair, body: Bytes) -> MsgId {
    let now = pair.server_now();
    let tick = 4 * (1 + pair.sent.len() as i64 + pair.dice.below(1 << 20) as i64);
    let msg_id = MsgId(((now.unix.as_secs() as i64) << 32) + tick);
    pair.give_server(Opened {
        salt: Pair::salts().current(now.unix),
        session_id: pair.client.id(),
        msg_id,
        seq_no: 1001,
        body,
        quick_ack: 0,
    });
    msg_id
}

#[test]
fn some_answers_are_never_inside_rpc_result() {
    let mut pair = Pair::settled(1);
    tell(&mut pair, tl(&Ping { ping_id: 5 }));
    tell(&mut pair, tl(&GetFutureSalts { num: 3 }));
    tell(&mut pair, tl(&MsgsStateReq { msg_ids: vec![4] }));
    let own = pair.client.id();
    let destroy = |session_id: SessionId| {
        tl(&DestroySession {
            session_id: session_id.0,
        })
    };
    tell(&mut pair, destroy(own));
    let other = tell(&mut pair, destroy(SessionId(77)));
    let server = pair.server();
    server.session_destroyed(other, SessionId(77), true);
    let key = tell(&mut pair, tl(&DestroyAuthKey {}));
    let done = TypeDestroyAuthKeyRes::DestroyAuthKeyOk;
    pair.server().auth_key_destroyed(key, done);
    pair.run(Duration::from_secs(1));
    let mut bodies = pair.bodies(To::Client);
    bodies.retain(|sent| !sent.starts_with(&MsgsAck::ID.to_le_bytes()));
    assert_eq!(bodies.len(), 6);
    assert!(
        bodies
            .iter()
            .all(|sent| !sent.starts_with(&RPC_RESULT.to_le_bytes()))
    );
    let destroyed = pair.sent_to::<TypeDestroySessionRes>(To::Client);
    assert!(matches!(
        destroyed[..],
        [
            TypeDestroySessionRes::DestroySessionNone(_),
            TypeDestroySessionRes::DestroySessionOk(_)
        ]
    ));
}

#[test]
fn the_first_message_is_told_the_session() {
    let mut pair = Pair::new(2);
    pair.connect();
    pair.call(b"call");
    pair.run(Duration::from_secs(1));
    let created = pair.sent_to::<NewSessionCreated>(To::Client);
    assert_eq!(created.len(), 1);
    let call = *pair.replies.keys().next().expect("the call was answered");
    assert!(
        created[0].first_msg_id <= call.0,
        "or it would be sent again"
    );
    let is = |event: &&ClientEvent| matches!(event, ClientEvent::NewSession { .. });
    assert_eq!(pair.client_events.iter().filter(is).count(), 1);
}

#[test]
fn the_state_of_messages_is_told_in_full() {
    let mut pair = Pair::settled(3);
    pair.call(b"answered");
    pair.run(Duration::from_secs(1));
    let answered = *pair.replies.keys().next_back().expect("it was answered");
    pair.answers = false;
    let running = tell(&mut pair, body(b"running"));
    let between = MsgId(running.0 - 4);
    let later = MsgId(running.0 + (10 << 32));
    pair.run(Duration::from_secs(1));
    let asked = [MsgId(4), answered, between, running, later];
    let request = MsgsStateReq {
        msg_ids: asked.iter().map(|id| id.0).collect(),
    };
    let question = tell(&mut pair, tl(&request));
    let info = pair
        .sent_to::<MsgsStateInfo>(To::Client)
        .pop()
        .expect("it is answered");
    assert_eq!(info.req_msg_id, question.0);
    assert_eq!(info.info[..], [1, 4 | 32 | 64, 2, 4 | 32, 3]);
}

#[test]
fn an_answer_can_be_dropped_before_while_and_after() {
    let mut pair = Pair::settled(4);
    pair.answers = false;
    let running = pair.call(b"running");
    pair.run(Duration::from_secs(2));
    let Some(ServerEvent::Request { msg_id, .. }) = pair.server_events.last().cloned() else {
        panic!("the call arrives");
    };
    pair.client.cancel(running);
    pair.run(Duration::from_secs(1));
    let cancelled = pair
        .server_events
        .iter()
        .any(|event| matches!(event, ServerEvent::Cancelled { msg_id: id } if *id == msg_id));
    assert!(cancelled);
    assert!(!pair.server().reply(msg_id, Ok(body(b"too late"))));
    pair.run(Duration::from_secs(20));
    assert!(pair.answers().is_empty());
    assert_eq!(pair.client.pending(), 0);

    // Answered but not acknowledged, and then nothing that anybody knows.
    let done = tell(&mut pair, body(b"done"));
    pair.server().reply(done, Ok(body(b"answer")));
    let drop_it = |pair: &mut Pair, id: MsgId| {
        let drop_answer = heliogram_tl::mtproto::RpcDropAnswer { req_msg_id: id.0 };
        pair.sent.clear();
        tell(pair, tl(&drop_answer));
        let bodies = pair.bodies(To::Client);
        let header = 12;
        let result = bodies
            .iter()
            .rev()
            .find(|sent| sent.starts_with(&RPC_RESULT.to_le_bytes()));
        let result = result
            .expect("it is answered in rpc_result")
            .slice(header..);
        TypeRpcDropAnswer::from_bytes(&result).expect("one of three answers")
    };
    let dropped = drop_it(&mut pair, done);
    assert!(matches!(dropped, TypeRpcDropAnswer::RpcAnswerDropped(_)));
    let again = drop_it(&mut pair, done);
    assert!(matches!(again, TypeRpcDropAnswer::RpcAnswerUnknown));
    let unknown = drop_it(&mut pair, MsgId(4));
    assert!(matches!(unknown, TypeRpcDropAnswer::RpcAnswerUnknown));
}

#[test]
fn a_session_and_a_key_can_be_destroyed() {
    let mut pair = Pair::settled(5);
    pair.client.destroy_session(SessionId(9));
    pair.client.destroy_auth_key();
    pair.run(Duration::from_secs(1));
    let events = pair.server_events.clone();
    for event in events {
        match event {
            ServerEvent::DestroySession { msg_id, session_id } => {
                pair.server().session_destroyed(msg_id, session_id, false);
            }
            ServerEvent::DestroyAuthKey { msg_id } => {
                let done = TypeDestroyAuthKeyRes::DestroyAuthKeyOk;
                pair.server().auth_key_destroyed(msg_id, done);
            }
            other => panic!("{other:?}"),
        }
    }
    pair.run(Duration::from_secs(1));
    assert_eq!(pair.client.pending(), 0);
    let session = pair.client_events.iter().any(|event| {
        matches!(
            event,
            ClientEvent::SessionDestroyed {
                session_id: SessionId(9),
                existed: false
            }
        )
    });
    let key = pair.client_events.iter().any(|event| {
        matches!(
            event,
            ClientEvent::AuthKeyDestroyed(TypeDestroyAuthKeyRes::DestroyAuthKeyOk)
        )
    });
    assert!(session && key, "{:?}", pair.client_events);
}

#[test]
fn http_wait_and_errors_pass() {
    let mut pair = Pair::settled(6);
    let wait = HttpWait {
        max_delay: 1,
        wait_after: 2,
        max_wait: 3,
    };
    tell(&mut pair, tl(&wait));
    let waits = |event: &ServerEvent| matches!(event, ServerEvent::HttpWait(w) if w.max_wait == 3);
    assert!(pair.server_events.iter().any(waits));

    pair.answers = false;
    pair.call(b"fails");
    pair.run(Duration::from_secs(1));
    let Some(ServerEvent::Request { msg_id, .. }) = pair.server_events.last().cloned() else {
        panic!("the call arrives");
    };
    let error = RpcError::new(420, "FLOOD_WAIT_30");
    pair.server().reply(msg_id, Err(error.clone()));
    pair.run(Duration::from_secs(1));
    let told = pair
        .client_events
        .iter()
        .any(|event| matches!(event, ClientEvent::Answer { result: Err(e), .. } if *e == error));
    assert!(told);
}
