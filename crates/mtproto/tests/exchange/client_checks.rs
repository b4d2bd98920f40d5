//! A server that lies: one test for each thing a client must check.
//!
//! `core.telegram.org/mtproto/security_guidelines`, "Key Exchange using Diffie-Hellman".

use bytes::Bytes;
use heliogram_crypto::{
    auth_key::AuthKey,
    dh::{DhError, DhSecret, WELL_KNOWN_PRIME},
    exchange as steps,
    factor::FactorError,
};
use heliogram_mtproto::exchange::client::{ExchangeError, Progress, Wanted};
use heliogram_tl::{Decode, Encode, mtproto};

use crate::kit::{IDENTITY, NOW, Pair, altered, public_keys};
use crate::stream::Stream;

type DhParams = mtproto::ServerDHParamsOk;
type Inner = mtproto::ServerDHInnerData;

#[test]
fn nonce_of_res_pq_is_compared() {
    let error = lie_in_res_pq(|res_pq| res_pq.nonce[15] ^= 1);
    assert_nonce(&error, "nonce", "resPQ");
}

#[test]
fn a_server_without_a_known_key_is_refused() {
    let error = lie_in_res_pq(|res_pq| res_pq.server_public_key_fingerprints = vec![1, -2]);
    let ExchangeError::NoKnownKey { offered } = &error else {
        panic!("{error}")
    };
    assert_eq!(*offered, [1, -2]);
    assert!(error.to_string().contains("fffffffffffffffe"), "{error}");
    let error = lie_in_res_pq(|res_pq| res_pq.server_public_key_fingerprints.clear());
    assert!(matches!(error, ExchangeError::NoKnownKey { .. }));
}

#[test]
fn pq_that_is_no_product_of_two_primes_is_refused() {
    for pq in [0u64, 1, 7, 9, 30, 0xffff_ffff_ffff_fffe] {
        let error = lie_in_res_pq(|res_pq| res_pq.pq = Bytes::copy_from_slice(&pq.to_be_bytes()));
        assert!(matches!(error, ExchangeError::Factor(_)), "{pq}: {error}");
    }
}

#[test]
fn pq_longer_than_eight_bytes_is_refused_even_with_leading_zeros() {
    for len in [9, 200] {
        let mut pq = vec![0; len];
        pq[len - 1] = 15;
        let error = lie_in_res_pq(|res_pq| res_pq.pq = pq.into());
        assert!(
            matches!(error, ExchangeError::Factor(FactorError::TooLong { .. })),
            "{error}"
        );
    }
    let error = lie_in_res_pq(|res_pq| res_pq.pq = Bytes::new());
    assert!(matches!(error, ExchangeError::Factor(_)), "{error}");
}

#[test]
fn an_answer_of_another_type_is_refused() {
    let mut pair = Pair::new();
    let (step, _) = pair.until_res_pq(Wanted::default());
    let pong = mtproto::Ping { ping_id: 1 }.to_bytes().unwrap();
    let error = step
        .handle(&pong.into(), &public_keys(), &mut pair.client_random)
        .unwrap_err();
    assert!(matches!(
        error,
        ExchangeError::Malformed {
            expected: "resPQ",
            ..
        }
    ));
    assert!(error.to_string().contains("is not resPQ"), "{error}");
}

#[test]
fn an_answer_with_bytes_behind_it_is_refused() {
    let mut pair = Pair::new();
    let (step, res_pq) = pair.until_res_pq(Wanted::default());
    let longer = [&res_pq[..], &[0; 4]].concat();
    let error = step
        .handle(&longer.into(), &public_keys(), &mut pair.client_random)
        .unwrap_err();
    assert!(matches!(error, ExchangeError::Malformed { .. }), "{error}");
}

#[test]
fn nonces_of_server_dh_params_ok_are_compared() {
    let error = lie_in_dh_params(|ok| ok.nonce[0] ^= 1);
    assert_nonce(&error, "nonce", "server_DH_params_ok");
    let error = lie_in_dh_params(|ok| ok.server_nonce[0] ^= 1);
    assert_nonce(&error, "server_nonce", "server_DH_params_ok");
}

#[test]
fn an_altered_encrypted_answer_is_refused() {
    let error = lie_in_dh_params(|ok| {
        let mut answer = ok.encrypted_answer.to_vec();
        answer[100] ^= 1;
        ok.encrypted_answer = answer.into();
    });
    assert!(
        matches!(error, ExchangeError::Answer(steps::OpenError::Sha1Mismatch)),
        "{error}"
    );
    let error = lie_in_dh_params(|ok| ok.encrypted_answer.truncate(100));
    assert!(
        matches!(
            error,
            ExchangeError::Answer(steps::OpenError::Length { len: 100 })
        ),
        "{error}"
    );
}

#[test]
fn the_sha1_in_front_of_the_answer_is_checked() {
    // The right key, the right content, another hash.
    let mut pair = Pair::new();
    let (step, dh_params) = pair.until_dh_params(Wanted::default());
    let lie = altered(&dh_params, |ok: &mut DhParams| {
        let tmp = pair.tmp_aes(&ok.server_nonce);
        let mut sealed = ok.encrypted_answer.to_vec();
        heliogram_crypto::ige::decrypt(&tmp, &mut sealed).unwrap();
        sealed[0] ^= 1;
        heliogram_crypto::ige::encrypt(&tmp, &mut sealed).unwrap();
        ok.encrypted_answer = sealed.into();
    });
    let error = step
        .handle(&lie, NOW.into(), &mut pair.client_random)
        .unwrap_err();
    assert!(
        matches!(error, ExchangeError::Answer(steps::OpenError::Sha1Mismatch)),
        "{error}"
    );
}

#[test]
fn a_refusal_must_prove_that_it_is_the_servers() {
    let refuse = |honest: bool| {
        let mut pair = Pair::new();
        let (step, dh_params) = pair.until_dh_params(Wanted::default());
        let DhParams {
            nonce,
            server_nonce,
            ..
        } = Decode::from_bytes(&dh_params).unwrap();
        let new_nonce_hash = if honest {
            steps::refusal_hash(&pair.new_nonce)
        } else {
            [0; 16]
        };
        let fail = mtproto::ServerDHParamsFail {
            nonce,
            server_nonce,
            new_nonce_hash,
        };
        step.handle(
            &fail.to_bytes().unwrap().into(),
            NOW.into(),
            &mut pair.client_random,
        )
        .unwrap_err()
    };
    assert!(matches!(refuse(true), ExchangeError::Refused));
    assert!(matches!(
        refuse(false),
        ExchangeError::NewNonceHash {
            field: "new_nonce_hash"
        }
    ));
}

#[test]
fn nonces_inside_the_answer_are_compared() {
    let error = lie_in_inner(|inner| inner.nonce[0] ^= 1);
    assert_nonce(&error, "nonce", "server_DH_inner_data");
    let error = lie_in_inner(|inner| inner.server_nonce[0] ^= 1);
    assert_nonce(&error, "server_nonce", "server_DH_inner_data");
}

#[test]
fn a_prime_of_another_size_is_refused() {
    let error = lie_in_inner(|inner| inner.dh_prime = WELL_KNOWN_PRIME[1..].to_vec().into());
    assert_dh(&error, DhError::PrimeSize { bits: 2037 });
    let error =
        lie_in_inner(|inner| inner.dh_prime = [&[1], &WELL_KNOWN_PRIME[..]].concat().into());
    assert_dh(&error, DhError::PrimeSize { bits: 2049 });
    let error = lie_in_inner(|inner| inner.dh_prime = Bytes::new());
    assert_dh(&error, DhError::PrimeSize { bits: 0 });
}

#[test]
fn a_composite_prime_is_refused() {
    let error = lie_in_inner(|inner| {
        let mut prime = WELL_KNOWN_PRIME.to_vec();
        prime[255] ^= 2;
        inner.dh_prime = prime.into();
    });
    assert_dh(&error, DhError::NotPrime);
}

#[test]
fn a_generator_out_of_range_is_refused() {
    for g in [i32::MIN, -3, 0, 1, 8, i32::MAX] {
        let error = lie_in_inner(|inner| inner.g = g);
        assert_dh(&error, DhError::GeneratorRange { g: g.into() });
    }
}

#[test]
fn a_generator_of_the_whole_group_is_refused() {
    for g in [2, 6] {
        let error = lie_in_inner(|inner| inner.g = g);
        assert_dh(&error, DhError::NotResidue { g: g as u8 });
    }
}

#[test]
fn a_trivial_g_a_is_refused() {
    for g_a in [&[][..], &[0], &[1], &[0, 0, 1]] {
        let error = lie_in_inner(|inner| inner.g_a = g_a.to_vec().into());
        assert_dh(&error, DhError::PublicTrivial);
    }
    let mut minus_one = WELL_KNOWN_PRIME.to_vec();
    minus_one[255] -= 1;
    for g_a in [minus_one, WELL_KNOWN_PRIME.to_vec(), vec![255; 256]] {
        let error = lie_in_inner(|inner| inner.g_a = g_a.into());
        assert_dh(&error, DhError::PublicNotBelowPrime);
    }
}

#[test]
fn a_g_a_near_the_ends_of_its_range_is_refused() {
    // 2^(2048-64) and dh_prime - 2^(2048-64) are out, their neighbours inside are in.
    let mut low = vec![0; 256];
    low[7] = 1;
    let mut high = WELL_KNOWN_PRIME.to_vec();
    high[7] -= 1;
    let (mut above_low, mut below_high) = (low.clone(), high.clone());
    above_low[255] = 1;
    below_high[255] -= 1;
    assert_dh(
        &lie_in_inner(|inner| inner.g_a = low.into()),
        DhError::PublicTooSmall,
    );
    assert_dh(
        &lie_in_inner(|inner| inner.g_a = high.into()),
        DhError::PublicTooLarge,
    );
    for inside in [above_low, below_high] {
        let mut pair = Pair::new();
        assert!(pair.handle_inner(|inner| inner.g_a = inside.into()).is_ok());
    }
}

#[test]
fn a_g_a_longer_than_the_prime_is_refused() {
    let error = lie_in_inner(|inner| inner.g_a = vec![1; 257].into());
    assert_dh(&error, DhError::PublicTooLong { len: 257 });
}

#[test]
fn nonces_of_the_last_answer_are_compared() {
    let error = lie_in_dh_gen(|ok| ok.nonce[0] ^= 1);
    assert_nonce(&error, "nonce", "dh_gen_ok");
    let error = lie_in_dh_gen(|ok| ok.server_nonce[0] ^= 1);
    assert_nonce(&error, "server_nonce", "dh_gen_ok");
}

#[test]
fn new_nonce_hash1_is_checked() {
    let error = lie_in_dh_gen(|ok| ok.new_nonce_hash1[0] ^= 1);
    assert!(
        matches!(
            error,
            ExchangeError::NewNonceHash {
                field: "new_nonce_hash1"
            }
        ),
        "{error}"
    );
}

#[test]
fn new_nonce_hash2_and_3_are_checked() {
    // The hash of dh_gen_ok proves neither a retry nor a failure.
    let error = last_answer(|ok| {
        let mtproto::DhGenOk {
            nonce,
            server_nonce,
            new_nonce_hash1,
        } = ok;
        mtproto::DhGenRetry {
            nonce,
            server_nonce,
            new_nonce_hash2: new_nonce_hash1,
        }
        .to_bytes()
        .unwrap()
    });
    assert!(
        matches!(
            error,
            ExchangeError::NewNonceHash {
                field: "new_nonce_hash2"
            }
        ),
        "{error}"
    );
    let error = last_answer(|ok| {
        let mtproto::DhGenOk {
            nonce,
            server_nonce,
            new_nonce_hash1,
        } = ok;
        mtproto::DhGenFail {
            nonce,
            server_nonce,
            new_nonce_hash3: new_nonce_hash1,
        }
        .to_bytes()
        .unwrap()
    });
    assert!(
        matches!(
            error,
            ExchangeError::NewNonceHash {
                field: "new_nonce_hash3"
            }
        ),
        "{error}"
    );
}

#[test]
fn nonces_of_a_retry_and_of_a_failure_are_compared() {
    let error = last_answer(|ok| {
        let mtproto::DhGenOk {
            server_nonce,
            new_nonce_hash1,
            ..
        } = ok;
        mtproto::DhGenRetry {
            nonce: [0; 16],
            server_nonce,
            new_nonce_hash2: new_nonce_hash1,
        }
        .to_bytes()
        .unwrap()
    });
    assert_nonce(&error, "nonce", "dh_gen_retry");
    let error = last_answer(|ok| {
        let mtproto::DhGenOk {
            nonce,
            new_nonce_hash1,
            ..
        } = ok;
        mtproto::DhGenFail {
            nonce,
            server_nonce: [0; 16],
            new_nonce_hash3: new_nonce_hash1,
        }
        .to_bytes()
        .unwrap()
    });
    assert_nonce(&error, "server_nonce", "dh_gen_fail");
}

#[test]
fn endless_retries_are_given_up() {
    // The test server itself gives up after as many; this one goes on.
    let mut pair = Pair::new();
    let (mut step, mut request) = pair.until_client_dh_params(Wanted::default());
    let mut rounds = 0;
    let error = loop {
        let (nonces, auth_key) = pair.key_of(&request);
        let retry = mtproto::DhGenRetry {
            nonce: nonces.0,
            server_nonce: nonces.1,
            new_nonce_hash2: steps::new_nonce_hash(
                steps::NewNonceHash::Retry,
                &pair.new_nonce,
                &auth_key,
            ),
        };
        rounds += 1;
        match step.handle(&retry.to_bytes().unwrap().into(), &mut pair.client_random) {
            Ok(Progress::Retry(next, again)) => {
                let inner = pair.client_inner(&again);
                assert_eq!(inner.retry_id, auth_key.aux_hash());
                (step, request) = (*next, again);
            }
            Ok(other) => panic!("{other:?}"),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, ExchangeError::TooManyRetries), "{error}");
    assert_eq!(rounds, 6);
}

impl Pair {
    fn handle_inner(&mut self, lie: impl FnOnce(&mut Inner)) -> Result<(), ExchangeError> {
        let (step, dh_params) = self.until_dh_params(Wanted::default());
        let dh_params = altered(&dh_params, |ok: &mut DhParams| {
            let tmp = self.tmp_aes(&ok.server_nonce);
            let opened = steps::open(&tmp, &ok.encrypted_answer).unwrap();
            let inner = altered(&Bytes::copy_from_slice(&opened), lie);
            ok.encrypted_answer = steps::seal(&tmp, &inner, &mut Stream::seeded(9)).into();
        });
        step.handle(&dh_params, NOW.into(), &mut self.client_random)
            .map(|_| ())
    }

    fn client_inner(&self, request: &[u8]) -> mtproto::ClientDHInnerData {
        let request: mtproto::SetClientDHParams =
            Decode::from_bytes(&Bytes::copy_from_slice(request)).unwrap();
        let tmp = self.tmp_aes(&request.server_nonce);
        let opened = steps::open(&tmp, &request.encrypted_data).unwrap();
        Decode::from_bytes(&Bytes::copy_from_slice(&opened)).unwrap()
    }

    /// The nonces of the client's last request, and the key that a server computes from it.
    fn key_of(&self, request: &[u8]) -> (([u8; 16], [u8; 16]), AuthKey) {
        let inner = self.client_inner(request);
        let secret = DhSecret::new(self.server_random.secret);
        let key = IDENTITY.group.shared(&inner.g_b, &secret).unwrap();
        ((inner.nonce, inner.server_nonce), key)
    }
}

fn lie_in_res_pq(lie: impl FnOnce(&mut mtproto::ResPQ)) -> ExchangeError {
    let mut pair = Pair::new();
    let (step, res_pq) = pair.until_res_pq(Wanted::default());
    step.handle(
        &altered(&res_pq, lie),
        &public_keys(),
        &mut pair.client_random,
    )
    .unwrap_err()
}

fn lie_in_dh_params(lie: impl FnOnce(&mut DhParams)) -> ExchangeError {
    let mut pair = Pair::new();
    let (step, dh_params) = pair.until_dh_params(Wanted::default());
    step.handle(
        &altered(&dh_params, lie),
        NOW.into(),
        &mut pair.client_random,
    )
    .unwrap_err()
}

fn lie_in_inner(lie: impl FnOnce(&mut Inner)) -> ExchangeError {
    Pair::new().handle_inner(lie).unwrap_err()
}

fn lie_in_dh_gen(lie: impl FnOnce(&mut mtproto::DhGenOk)) -> ExchangeError {
    last_answer(|mut ok| {
        lie(&mut ok);
        ok.to_bytes().unwrap()
    })
}

fn last_answer(lie: impl FnOnce(mtproto::DhGenOk) -> Vec<u8>) -> ExchangeError {
    let mut pair = Pair::new();
    let (step, request) = pair.until_client_dh_params(Wanted::default());
    let ok = Decode::from_bytes(&pair.answer(request)).unwrap();
    step.handle(&lie(ok).into(), &mut pair.client_random)
        .unwrap_err()
}

fn assert_nonce(error: &ExchangeError, expected: &str, where_: &str) {
    let ExchangeError::Nonce { field, answer } = error else {
        panic!("{error}")
    };
    assert_eq!((*field, *answer), (expected, where_));
}

fn assert_dh(error: &ExchangeError, expected: DhError) {
    let ExchangeError::Dh(error) = error else {
        panic!("{error}")
    };
    assert_eq!(*error, expected);
}
