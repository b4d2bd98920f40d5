//! Whole key exchanges, both sides.

use bytes::Bytes;
use heliogram_crypto::{factor::Factors, rsa::Padding};
use heliogram_mtproto::{
    exchange::{
        client::{self, ExchangeError, Progress, Wanted},
        plain,
        server::{self, Exchange},
    },
    ids::MsgId,
    transport::ErrorCode,
};
use heliogram_tl::{Decode, Encode, mtproto};

use crate::kit::{IDENTITY, NOW, Pair, altered, public_keys};
use crate::stream::Stream;

const PERMANENT: Wanted = Wanted {
    dc: None,
    expires_in: None,
};

#[test]
fn both_sides_get_the_same_key_with_each_inner_data() {
    for dc in [None, Some(2), Some(10_002), Some(-2), Some(-10_002)] {
        for expires_in in [None, Some(86_400)] {
            let wanted = Wanted { dc, expires_in };
            let mut pair = Pair::new();
            let (step, request) = pair.until_client_dh_params(wanted);
            let answer = pair.serve(request).unwrap();
            assert!(answer.next.is_idle());
            let served = answer.finished.unwrap();
            let Progress::Finished(got) = step
                .handle(&answer.body.into(), &mut pair.client_random)
                .unwrap()
            else {
                panic!("no retry was asked for");
            };
            assert_eq!(got.auth_key, served.auth_key);
            assert_eq!(got.salt, served.salt);
            assert_eq!((got.server_time, served.server_time), (NOW, NOW));
            assert_eq!(
                (got.expires_in, served.expires_in),
                (expires_in, expires_in)
            );
            assert_eq!(served.dc, dc);
            assert_eq!(served.padding, Padding::RsaPad);
        }
    }
}

#[test]
fn the_first_salt_is_the_xor_of_the_nonces() {
    let mut pair = Pair::new();
    let (_, request) = pair.until_client_dh_params(PERMANENT);
    let server_nonce = mtproto::SetClientDHParams::from_bytes(&request.clone().into())
        .unwrap()
        .server_nonce;
    let salt = pair.serve(request).unwrap().finished.unwrap().salt;
    let expected: Vec<u8> = pair.new_nonce[..8]
        .iter()
        .zip(&server_nonce)
        .map(|(a, b)| a ^ b)
        .collect();
    assert_eq!(salt.0.to_le_bytes(), expected[..]);
}

#[test]
fn the_client_learns_how_far_its_clock_is_off() {
    for ahead in [-100_000, 0, 7] {
        let mut pair = Pair::new();
        let (step, dh_params) = pair.until_dh_params(PERMANENT);
        let ours = i64::from(NOW) + ahead;
        let (step, request) = step
            .handle(&dh_params, ours, &mut pair.client_random)
            .unwrap();
        let answer = pair.answer(request);
        let Progress::Finished(got) = step.handle(&answer, &mut pair.client_random).unwrap() else {
            panic!("no retry was asked for");
        };
        assert_eq!(got.time_offset, -ahead);
    }
}

#[test]
fn the_client_uses_whichever_key_it_knows() {
    for known in &public_keys() {
        let mut pair = Pair::new();
        let (step, res_pq) = pair.until_res_pq(PERMANENT);
        let keys = [known.clone()];
        let (_, request) = step
            .handle(&res_pq, &keys, &mut pair.client_random)
            .unwrap();
        let used = mtproto::ReqDHParams::from_bytes(&request.clone().into()).unwrap();
        assert_eq!(used.public_key_fingerprint, known.fingerprint());
        pair.answer(request);
    }
}

#[test]
fn the_old_rsa_padding_and_req_pq_are_served() {
    let mut pair = Pair::new();
    let nonce = [7; 16];
    let res_pq = pair.answer(mtproto::ReqPq { nonce }.to_bytes().unwrap());
    let res_pq = mtproto::ResPQ::from_bytes(&res_pq).unwrap();
    let factors = Factors::of_bytes(&res_pq.pq).unwrap();
    let (p, q) = (be(factors.p), be(factors.q));
    let inner = mtproto::PQInnerData {
        pq: res_pq.pq,
        p: p.clone(),
        q: q.clone(),
        nonce,
        server_nonce: res_pq.server_nonce,
        new_nonce: pair.new_nonce,
    };
    let key = &public_keys()[0];
    let encrypted = key
        .encrypt_old(&inner.to_bytes().unwrap(), &mut pair.client_random)
        .unwrap();
    let request = mtproto::ReqDHParams {
        nonce,
        server_nonce: res_pq.server_nonce,
        p,
        q,
        public_key_fingerprint: key.fingerprint(),
        encrypted_data: Bytes::copy_from_slice(&encrypted),
    };
    let answer = pair.answer(request.to_bytes().unwrap());
    let answer = mtproto::TypeServerDHParams::from_bytes(&answer).unwrap();
    assert!(matches!(
        answer,
        mtproto::TypeServerDHParams::ServerDHParamsOk(_)
    ));
}

#[test]
fn a_key_whose_id_is_taken_is_made_anew() {
    let mut pair = Pair::new();
    let (mut step, mut request) = pair.until_client_dh_params(PERMANENT);
    let mut taken = 3;
    loop {
        let work = pair.server.receive(&request.into()).unwrap();
        let answer = work
            .run(&IDENTITY, NOW, &|_| taken > 0, &mut pair.server_random)
            .unwrap();
        pair.server = answer.next;
        match step
            .handle(&answer.body.into(), &mut pair.client_random)
            .unwrap()
        {
            Progress::Finished(got) => {
                assert_eq!(got.auth_key, answer.finished.unwrap().auth_key);
                assert_eq!(taken, 0);
                break;
            }
            Progress::Retry(next, again) => {
                assert!(answer.finished.is_none());
                taken -= 1;
                (step, request) = (*next, again);
            }
        }
    }
}

#[test]
fn both_sides_give_up_after_some_retries() {
    let mut pair = Pair::new();
    let (mut step, mut request) = pair.until_client_dh_params(PERMANENT);
    let mut rounds = 0;
    let error = loop {
        let work = pair.server.receive(&request.into()).unwrap();
        let answer = work
            .run(&IDENTITY, NOW, &|_| true, &mut pair.server_random)
            .unwrap();
        pair.server = answer.next;
        rounds += 1;
        match step.handle(&answer.body.into(), &mut pair.client_random) {
            Ok(Progress::Retry(next, again)) => (step, request) = (*next, again),
            Ok(Progress::Finished(_)) => panic!("every key is taken"),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, ExchangeError::Failed), "{error}");
    assert_eq!(rounds, 6);
    assert!(pair.server.is_idle());
}

#[test]
fn a_wrong_retry_id_ends_the_exchange_with_dh_gen_fail() {
    let mut pair = Pair::new();
    let (step, request) = pair.until_client_dh_params(PERMANENT);
    let request = pair.alter_client_inner(&request.into(), |inner| inner.retry_id = 1);
    let answer = pair.serve(request.to_vec()).unwrap();
    assert!(answer.next.is_idle() && answer.finished.is_none());
    let error = step
        .handle(&answer.body.into(), &mut pair.client_random)
        .unwrap_err();
    assert!(matches!(error, ExchangeError::Failed), "{error}");
}

#[test]
fn exchanges_may_be_begun_and_abandoned_any_number_of_times() {
    let mut pair = Pair::new();
    for _ in 0..3 {
        for _ in 0..20 {
            pair.until_res_pq(PERMANENT);
        }
        pair.client_random = Stream::seeded(1);
        pair.until_dh_params(PERMANENT);
        pair.client_random = Stream::seeded(1);
    }
    let (_, request) = pair.until_client_dh_params(PERMANENT);
    assert!(pair.serve(request).unwrap().finished.is_some());
    assert!(size_of::<Exchange>() <= 16);
}

#[test]
fn what_a_client_does_wrong_is_refused() {
    let check = |alter: &dyn Fn(&mut mtproto::ReqDHParams), expected: &str| {
        let mut pair = Pair::new();
        let (step, res_pq) = pair.until_res_pq(PERMANENT);
        let (_, request) = step
            .handle(&res_pq, &public_keys(), &mut pair.client_random)
            .unwrap();
        let request = altered(&request.into(), |request| alter(request));
        let error = pair.serve(request.to_vec()).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(error.transport_error(), ErrorCode::UNKNOWN_AUTH_KEY);
        assert!(pair.server.is_idle());
    };
    check(&|request| request.nonce[0] ^= 1, "nonces in req_DH_params");
    check(
        &|request| request.server_nonce[0] ^= 1,
        "nonces in req_DH_params",
    );
    check(&|request| request.p = be(3), "not the factors");
    check(
        &|request| std::mem::swap(&mut request.p, &mut request.q),
        "not the factors",
    );
    check(
        &|request| request.p = Bytes::from(vec![1; 100]),
        "not the factors",
    );
    check(
        &|request| request.public_key_fingerprint ^= 1,
        "was not offered",
    );
    check(
        &|request| request.encrypted_data = Bytes::from(vec![1; 255]),
        "255 bytes",
    );
    check(
        &|request| request.encrypted_data = Bytes::from(vec![255; 256]),
        "256 bytes",
    );
    check(
        &|request| request.encrypted_data = Bytes::from(vec![1; 256]),
        "does not verify",
    );
    let other = public_keys()[1].fingerprint();
    check(&|request| request.public_key_fingerprint = other, "");
}

#[test]
fn what_a_client_does_wrong_inside_the_rsa_encryption_is_refused() {
    let check = |alter: &dyn Fn(&mut mtproto::PQInnerDataTemp), expected: &str| {
        let mut pair = Pair::new();
        let error = pair.serve_inner(alter).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(pair.server.is_idle());
    };
    check(&|inner| inner.nonce[0] ^= 1, "nonces in P_Q_inner_data");
    check(
        &|inner| inner.server_nonce[0] ^= 1,
        "nonces in P_Q_inner_data",
    );
    check(&|inner| inner.expires_in = 0, "0 seconds");
    check(&|inner| inner.expires_in = i32::MIN, "-2147483648 seconds");
    for alter in [
        (|inner| inner.pq = be(15)) as fn(&mut mtproto::PQInnerDataTemp),
        |inner| inner.p = be(3),
        |inner| inner.q = Bytes::new(),
    ] {
        let mut pair = Pair::new();
        let answer = pair.serve_inner(&alter).unwrap();
        let body = answer.body.into();
        let answer_type = mtproto::TypeServerDHParams::from_bytes(&body).unwrap();
        assert!(matches!(
            answer_type,
            mtproto::TypeServerDHParams::ServerDHParamsFail(_)
        ));
        assert!(answer.next.is_idle());
    }
}

#[test]
fn what_a_client_does_wrong_inside_the_aes_encryption_is_refused() {
    let check = |alter: &dyn Fn(&mut mtproto::ClientDHInnerData), expected: &str| {
        let mut pair = Pair::new();
        let (_, request) = pair.until_client_dh_params(PERMANENT);
        let request = pair.alter_client_inner(&request.into(), alter);
        let error = pair.serve(request.to_vec()).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(pair.server.is_idle());
    };
    check(
        &|inner| inner.nonce[0] ^= 1,
        "nonces in client_DH_inner_data",
    );
    check(
        &|inner| inner.server_nonce[0] ^= 1,
        "nonces in client_DH_inner_data",
    );
    check(&|inner| inner.g_b = be(1), "0 or 1");
    check(
        &|inner| inner.g_b = Bytes::copy_from_slice(&IDENTITY.group.prime()),
        "not below dh_prime - 1",
    );
    check(&|inner| inner.g_b = be(12345), "not above 2^(2048-64)");
    check(&|inner| inner.g_b = Bytes::from(vec![1; 300]), "300 bytes");
}

#[test]
fn requests_out_of_order_are_refused() {
    let mut pair = Pair::new();
    let (_, set_client) = pair.until_client_dh_params(PERMANENT);
    let mut other = Pair::new();
    let (step, res_pq) = other.until_res_pq(PERMANENT);
    let (_, req_dh) = step
        .handle(&res_pq, &public_keys(), &mut other.client_random)
        .unwrap();

    let mut idle = Pair::new();
    assert!(matches!(
        idle.serve(set_client.clone()),
        Err(server::ExchangeError::OutOfOrder { .. })
    ));
    assert!(matches!(
        idle.serve(req_dh.clone()),
        Err(server::ExchangeError::OutOfOrder { .. })
    ));
    // After the second request, the second again.
    assert!(matches!(
        pair.serve(req_dh),
        Err(server::ExchangeError::OutOfOrder { .. })
    ));
    // After the first, the third.
    let mut pair = Pair::new();
    pair.until_res_pq(PERMANENT);
    assert!(matches!(
        pair.serve(set_client),
        Err(server::ExchangeError::OutOfOrder { .. })
    ));
    let ping = mtproto::Ping { ping_id: 1 }.to_bytes().unwrap();
    assert!(matches!(
        pair.serve(ping),
        Err(server::ExchangeError::Unexpected { id: 0x7abe_77ec })
    ));
    assert!(matches!(
        pair.serve(vec![]),
        Err(server::ExchangeError::Unexpected { id: 0 })
    ));
}

#[test]
fn plain_messages_have_their_own_frame() {
    let packet: Bytes = plain::write(MsgId(0x51e5_7ac4_2770_964a), &[1, 2, 3, 4]).into();
    assert_eq!(
        packet[..],
        *b"\0\0\0\0\0\0\0\0\x4a\x96\x70\x27\xc4\x7a\xe5\x51\x04\0\0\0\x01\x02\x03\x04"
    );
    let read = plain::read(&packet).unwrap();
    assert_eq!(
        (read.msg_id, &read.body[..]),
        (MsgId(0x51e5_7ac4_2770_964a), &[1, 2, 3, 4][..])
    );
    assert!(plain::is_plain(&packet));

    assert_eq!(
        plain::read(&packet.slice(..19)),
        Err(plain::PlainError::TooShort { len: 19 })
    );
    assert_eq!(
        plain::read(&packet.slice(..23)),
        Err(plain::PlainError::Length {
            claimed: 4,
            actual: 3
        })
    );
    let encrypted = Bytes::from(vec![1; 72]);
    assert_eq!(plain::read(&encrypted), Err(plain::PlainError::Encrypted));
    assert!(!plain::is_plain(&encrypted));
}

#[test]
fn debug_output_shows_no_secret() {
    let mut pair = Pair::new();
    let (step, dh_params) = pair.until_dh_params(PERMANENT);
    let mut shown = format!("{step:?} {:?}", pair.server);
    let (step, request) = step
        .handle(&dh_params, NOW.into(), &mut pair.client_random)
        .unwrap();
    shown += &format!("{step:?}");
    let finished = pair.serve(request).unwrap().finished;
    shown += &format!("{finished:?}");
    for secret in [
        &pair.new_nonce[..],
        &finished.unwrap().auth_key.as_bytes()[..],
    ] {
        assert!(
            !shown.contains(&format!("{:?}", &secret[..4]).replace(['[', ']'], "")),
            "{shown}"
        );
    }
}

impl Pair {
    /// Sends `req_DH_params` whose inner data, that of a temporary key, was altered.
    fn serve_inner(
        &mut self,
        alter: &dyn Fn(&mut mtproto::PQInnerDataTemp),
    ) -> Result<server::Answer, server::ExchangeError> {
        let (request, nonce) = {
            let (_, request) = client::start(PERMANENT, &mut self.client_random);
            let nonce = mtproto::ReqPqMulti::from_bytes(&request.clone().into())
                .unwrap()
                .nonce;
            (request, nonce)
        };
        let res_pq = mtproto::ResPQ::from_bytes(&self.answer(request)).unwrap();
        let factors = Factors::of_bytes(&res_pq.pq).unwrap();
        let (p, q) = (be(factors.p), be(factors.q));
        let mut inner = mtproto::PQInnerDataTemp {
            pq: res_pq.pq,
            p: p.clone(),
            q: q.clone(),
            nonce,
            server_nonce: res_pq.server_nonce,
            new_nonce: self.new_nonce,
            expires_in: 60,
        };
        alter(&mut inner);
        let key = &public_keys()[0];
        let encrypted = key
            .encrypt_pad(&inner.to_bytes().unwrap(), &mut self.client_random)
            .unwrap();
        let request = mtproto::ReqDHParams {
            nonce,
            server_nonce: res_pq.server_nonce,
            p,
            q,
            public_key_fingerprint: key.fingerprint(),
            encrypted_data: Bytes::copy_from_slice(&encrypted),
        };
        self.serve(request.to_bytes().unwrap())
    }

    fn alter_client_inner(
        &mut self,
        request: &Bytes,
        alter: impl Fn(&mut mtproto::ClientDHInnerData),
    ) -> Bytes {
        altered(request, |request: &mut mtproto::SetClientDHParams| {
            let tmp = self.tmp_aes(&request.server_nonce);
            let opened = heliogram_crypto::exchange::open(&tmp, &request.encrypted_data).unwrap();
            let inner = altered(&Bytes::copy_from_slice(&opened), |inner| alter(inner));
            let mut random = Stream::seeded(9);
            request.encrypted_data =
                heliogram_crypto::exchange::seal(&tmp, &inner, &mut random).into();
        })
    }
}

fn be(number: u64) -> Bytes {
    let bytes = number.to_be_bytes();
    Bytes::copy_from_slice(&bytes[number.leading_zeros() as usize / 8..])
}
