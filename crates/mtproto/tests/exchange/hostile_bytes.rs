//! Random bytes and mutated messages at the server: errors, never a panic.

use bytes::{Bytes, BytesMut};
use heliogram_crypto::{exchange as steps, factor::Factors};
use heliogram_mtproto::exchange::{client::Wanted, plain, server::Exchange};
use heliogram_tl::{Decode, Encode, mtproto};

use crate::{
    kit::{IDENTITY, NOW, Pair, public_keys},
    mutation::{mutate, random_bytes},
    stream::Stream,
};

const ROUNDS: usize = 10_000;

#[test]
fn mutated_requests_are_read_or_refused() {
    let mut random = Stream::seeded(16);
    let mut pair = Pair::new();
    let (step, res_pq) = pair.until_res_pq(Wanted::default());
    let (_, request) = step
        .handle(&res_pq, &public_keys(), &mut pair.client_random)
        .unwrap();
    let begin = mtproto::ReqPqMulti { nonce: [7; 16] }.to_bytes().unwrap();
    let mut read = 0;
    for _ in 0..ROUNDS {
        pair.answer(begin.clone());
        let mut mutated = BytesMut::from(&request[..]);
        mutate(&mut mutated, &mut random);
        // What stands behind this, one private RSA operation, is for the test below.
        read += usize::from(pair.server.receive(&mutated.freeze()).is_ok());
    }
    assert!(read > ROUNDS / 10 && read < ROUNDS, "{read}");
}

#[test]
fn random_bytes_at_the_key_exchange() {
    let mut random = Stream::seeded(13);
    let ids: [u32; 5] = [0x6046_9778, 0xbe7e_8ef1, 0xd712_e4be, 0xf504_5f1f, 0];
    let mut exchange = Exchange::default();
    for round in 0..ROUNDS {
        let mut body = ids[round % 5].to_le_bytes().to_vec();
        body.extend_from_slice(&random_bytes(&mut random, 400));
        if let Ok(message) = plain::read(&Bytes::from(body.clone())) {
            body = message.body.to_vec();
        }
        if let Ok(work) = exchange.receive(&body.into())
            && let Ok(answer) = work.run(&IDENTITY, NOW, &|_| false, &mut random)
        {
            exchange = answer.next;
        }
    }
}

#[test]
fn mutated_requests_at_each_step_of_the_key_exchange() {
    let mut random = Stream::seeded(14);
    let mut pair = Pair::new();
    let mut finished = 0;
    for round in 0..ROUNDS / 50 {
        pair.client_random = Stream::seeded(1);
        pair.server = Exchange::default();
        // The second request, after resPQ.
        let (step, res_pq) = pair.until_res_pq(Wanted::default());
        let (step, request) = step
            .handle(&res_pq, &public_keys(), &mut pair.client_random)
            .unwrap();
        let mut mutated = BytesMut::from(&request[..]);
        mutate(&mut mutated, &mut random);
        let _ = pair.serve(mutated.to_vec());
        // The third, after the Diffie-Hellman parameters; these take exponentiations.
        if round % 10 == 0 {
            pair.client_random = Stream::seeded(1);
            drop(step);
            let (_, request) = pair.until_client_dh_params(Wanted::default());
            let mut mutated = BytesMut::from(&request[..]);
            mutate(&mut mutated, &mut random);
            let outcome = pair.serve(mutated.to_vec());
            assert_eq!(
                outcome.is_ok_and(|answer| answer.finished.is_some()),
                mutated == request
            );
            finished += 1;
        }
    }
    assert_eq!(finished, ROUNDS / 500);
}

#[test]
fn mutated_inner_data_inside_valid_encryption() {
    let mut random = Stream::seeded(15);
    let key = &public_keys()[0];
    for round in 0..ROUNDS / 50 {
        let mut pair = Pair::new();
        let (_, res_pq) = pair.until_res_pq(Wanted::default());
        let mtproto::ResPQ {
            nonce,
            server_nonce,
            pq,
            ..
        } = Decode::from_bytes(&res_pq).unwrap();
        let factors = Factors::of_bytes(&pq).unwrap();
        let (p, q) = (
            (factors.p as u32).to_be_bytes(),
            (factors.q as u32).to_be_bytes(),
        );
        let (p, q) = (Bytes::copy_from_slice(&p), Bytes::copy_from_slice(&q));
        let inner = mtproto::PQInnerDataTempDc {
            pq,
            p: p.clone(),
            q: q.clone(),
            nonce,
            server_nonce,
            new_nonce: pair.new_nonce,
            dc: 2,
            expires_in: 60,
        };
        let mut inner = BytesMut::from(&inner.to_bytes().unwrap()[..]);
        mutate(&mut inner, &mut random);
        inner.truncate(144);
        let encrypted = key.encrypt_pad(&inner, &mut random).unwrap();
        let request = mtproto::ReqDHParams {
            nonce,
            server_nonce,
            p,
            q,
            public_key_fingerprint: key.fingerprint(),
            encrypted_data: Bytes::copy_from_slice(&encrypted),
        };
        let _ = pair.serve(request.to_bytes().unwrap());

        if round % 10 == 0 {
            let mut pair = Pair::new();
            let (_, request) = pair.until_client_dh_params(Wanted::default());
            let request: mtproto::SetClientDHParams = Decode::from_bytes(&request.into()).unwrap();
            let tmp = pair.tmp_aes(&request.server_nonce);
            let mut inner =
                BytesMut::from(&steps::open(&tmp, &request.encrypted_data).unwrap()[..]);
            mutate(&mut inner, &mut random);
            let request = mtproto::SetClientDHParams {
                encrypted_data: steps::seal(&tmp, &inner, &mut random).into(),
                ..request
            };
            let _ = pair.serve(request.to_bytes().unwrap());
        }
    }
}
