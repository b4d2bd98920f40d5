//! What a server session does when a request, an answer or itself is lost, and that the client gets over it.

use std::time::Duration;

use heliogram_mtproto::{
    ids::MsgId,
    session::{ClientEvent, ServerEvent},
};
use heliogram_tl::mtproto::{BadServerSalt, MsgsAck, NewSessionCreated};

use crate::pair::{Pair, To, body, reply};

/// The number of the newest call that the server has reported.
fn newest_request(pair: &Pair) -> MsgId {
    let newest = pair.server_events.iter().rev();
    let mut requests = newest.filter_map(|event| match event {
        ServerEvent::Request { msg_id, .. } => Some(*msg_id),
        _ => None,
    });
    requests.next().expect("a call has arrived")
}

/// A call that the server has and has not answered.
fn running(pair: &mut Pair, text: &[u8]) -> (heliogram_mtproto::session::RequestId, MsgId) {
    pair.answers = false;
    let request = pair.call(text);
    pair.run(Duration::from_millis(100));
    (request, newest_request(pair))
}

#[test]
fn a_lost_answer_is_fetched_and_the_call_not_executed_again() {
    let mut pair = Pair::settled(1);
    let (request, msg_id) = running(&mut pair, b"call");
    let now = pair.server_now();
    assert!(
        pair.server()
            .reply_lost(now, msg_id, Ok(reply(&body(b"call"))))
    );
    pair.run(Duration::from_secs(8));
    assert!(pair.answers().is_empty(), "it was lost");
    pair.run(Duration::from_secs(8));
    assert_eq!(pair.answers(), [(request, reply(&body(b"call")))]);
    let requests = pair.server_events.iter();
    let requests = requests.filter(|event| matches!(event, ServerEvent::Request { .. }));
    assert_eq!(requests.count(), 1);
}

#[test]
fn a_lost_answer_comes_again_over_the_next_connection() {
    let mut pair = Pair::settled(2);
    let (request, msg_id) = running(&mut pair, b"call");
    let now = pair.server_now();
    pair.server()
        .reply_lost(now, msg_id, Ok(reply(&body(b"call"))));
    pair.disconnect();
    pair.connect();
    pair.run(Duration::from_secs(1));
    assert_eq!(pair.answers(), [(request, reply(&body(b"call")))]);
}

#[test]
fn a_forgotten_request_is_sent_again_and_taken_for_the_first() {
    let mut pair = Pair::settled(3);
    let (request, msg_id) = running(&mut pair, b"call");
    pair.server().forget_request(msg_id);
    pair.answers = true;
    pair.run(Duration::from_secs(15));
    assert_eq!(pair.answers(), [(request, reply(&body(b"call")))]);
    assert_eq!(newest_request(&pair), msg_id, "under its old number");
    assert!(pair.sent_to::<MsgsAck>(To::Client).is_empty(), "of nothing");
}

#[test]
fn a_request_whose_salt_is_refused_comes_again_at_once() {
    let mut pair = Pair::settled(4);
    let (request, msg_id) = running(&mut pair, b"call");
    let now = pair.server_now();
    pair.server().refuse_salt(now, msg_id);
    pair.answers = true;
    pair.run(Duration::from_secs(1));
    assert_eq!(pair.answers(), [(request, reply(&body(b"call")))]);
    let refusals = pair.sent_to::<BadServerSalt>(To::Client);
    assert_eq!(refusals.len(), 1);
    assert_eq!(refusals[0].bad_msg_id, msg_id.0);
    assert_eq!(refusals[0].error_code, 48);
}

#[test]
fn a_session_that_begins_again_hears_earlier_calls_again_and_answers_none_of_them_before() {
    let mut pair = Pair::settled(5);
    let (earlier, lost) = running(&mut pair, b"earlier");
    let (later, first) = running(&mut pair, b"later");
    let now = pair.server_now();
    let mut dice = crate::pair::Dice(9);
    pair.server().begin_again(now, first, &mut dice);
    assert!(
        !pair.server().reply(lost, Ok(reply(&body(b"earlier")))),
        "nobody can match it"
    );
    assert!(pair.server().reply(first, Ok(reply(&body(b"later")))));
    pair.answers = true;
    pair.run(Duration::from_secs(1));
    let mut answers = pair.answers();
    answers.sort_by_key(|(request, _)| *request);
    let expected = [
        (earlier, reply(&body(b"earlier"))),
        (later, reply(&body(b"later"))),
    ];
    assert_eq!(answers, expected);
    assert_eq!(newest_request(&pair), lost, "again, under its old number");
    let created = pair.sent_to::<NewSessionCreated>(To::Client);
    assert_eq!(created.len(), 1);
    assert_eq!(created[0].first_msg_id, first.0);
    let noticed = pair.client_events.iter();
    let noticed = noticed.filter(|event| matches!(event, ClientEvent::NewSession { .. }));
    assert_eq!(noticed.count(), 1);
}

#[test]
fn other_salts_cost_the_client_one_more_round_trip() {
    let mut pair = Pair::settled(6);
    pair.server().replace_salts(Pair::salts().rotated());
    let request = pair.call(b"call");
    pair.run(Duration::from_secs(1));
    assert_eq!(pair.answers(), [(request, reply(&body(b"call")))]);
    assert_eq!(pair.sent_to::<BadServerSalt>(To::Client).len(), 1);
}

#[test]
fn a_session_that_acknowledges_nothing_is_asked() {
    let mut pair = Pair::settled(7);
    pair.server().configure(|config| config.ack_delay = None);
    let (request, msg_id) = running(&mut pair, b"slow");
    pair.run(Duration::from_secs(25));
    assert!(pair.sent_to::<MsgsAck>(To::Client).is_empty());
    pair.server().reply(msg_id, Ok(reply(&body(b"slow"))));
    pair.run(Duration::from_secs(1));
    assert_eq!(pair.answers(), [(request, reply(&body(b"slow")))]);
    assert_eq!(newest_request(&pair), msg_id, "and not called again");
}
