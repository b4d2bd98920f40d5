//! A server with two keys, and a client whose nonces are known beforehand.

use std::sync::LazyLock;

use bytes::Bytes;
use heliogram_crypto::{
    Random, dh::DhGroup, exchange as steps, ige::IgeKey, rsa::RsaPrivateKey, rsa::RsaPublicKey,
};
use heliogram_mtproto::exchange::{
    client::{self, AwaitDhGen, AwaitDhParams, AwaitResPq, Wanted},
    server::{Answer, Exchange, ExchangeError, Identity},
};
use heliogram_tl::{Decode, Encode};

use crate::stream::Stream;

pub(crate) const NOW: i32 = 1_700_000_000;

/// Made once, as primes are searched for.
pub(crate) static IDENTITY: LazyLock<Identity> = LazyLock::new(|| Identity {
    keys: vec![
        RsaPrivateKey::generate(&mut Stream::seeded(100)),
        RsaPrivateKey::generate(&mut Stream::seeded(101)),
    ],
    group: DhGroup::well_known(),
});

pub(crate) fn public_keys() -> Vec<RsaPublicKey> {
    IDENTITY
        .keys
        .iter()
        .map(|key| key.public().clone())
        .collect()
}

/// Both sides of an exchange, and the random numbers of both.
pub(crate) struct Pair {
    pub(crate) server: Exchange,
    pub(crate) client_random: Stream,
    pub(crate) server_random: Recorder,
    /// What the client draws: known, so that a lying server can be played from outside.
    pub(crate) new_nonce: [u8; 32],
}

/// A stream that remembers the last exponent drawn from it.
pub(crate) struct Recorder {
    stream: Stream,
    pub(crate) secret: [u8; 256],
}

impl Random for Recorder {
    fn fill(&mut self, out: &mut [u8]) {
        self.stream.fill(out);
        if let Ok(secret) = out.try_into() {
            self.secret = secret;
        }
    }
}

impl Pair {
    pub(crate) fn new() -> Self {
        let mut foreseen = Stream::seeded(1);
        foreseen.fill(&mut [0; 16]);
        let mut new_nonce = [0; 32];
        foreseen.fill(&mut new_nonce);
        Self {
            server: Exchange::default(),
            client_random: Stream::seeded(1),
            server_random: Recorder {
                stream: Stream::seeded(2),
                secret: [0; 256],
            },
            new_nonce,
        }
    }

    /// The server's answer to a request, with no key taken.
    pub(crate) fn serve(&mut self, request: Vec<u8>) -> Result<Answer, ExchangeError> {
        let work = self.server.receive(&request.into())?;
        work.run(&IDENTITY, NOW, &|_| false, &mut self.server_random)
    }

    /// The same, and the exchange goes on.
    pub(crate) fn answer(&mut self, request: Vec<u8>) -> Bytes {
        let answer = self.serve(request).unwrap();
        self.server = answer.next;
        answer.body.into()
    }

    pub(crate) fn until_res_pq(&mut self, wanted: Wanted) -> (AwaitResPq, Bytes) {
        let (step, request) = client::start(wanted, &mut self.client_random);
        (step, self.answer(request))
    }

    pub(crate) fn until_dh_params(&mut self, wanted: Wanted) -> (AwaitDhParams, Bytes) {
        let (step, res_pq) = self.until_res_pq(wanted);
        let (step, request) = step
            .handle(&res_pq, &public_keys(), &mut self.client_random)
            .unwrap();
        (step, self.answer(request))
    }

    /// The client's last request is given, not the answer to it.
    pub(crate) fn until_client_dh_params(&mut self, wanted: Wanted) -> (AwaitDhGen, Vec<u8>) {
        let (step, dh_params) = self.until_dh_params(wanted);
        step.handle(&dh_params, NOW.into(), &mut self.client_random)
            .unwrap()
    }

    pub(crate) fn tmp_aes(&self, server_nonce: &[u8; 16]) -> IgeKey {
        steps::tmp_aes(&self.new_nonce, server_nonce)
    }
}

/// Reads an object, changes it, and writes it again.
pub(crate) fn altered<T: Decode + Encode>(bytes: &Bytes, alter: impl FnOnce(&mut T)) -> Bytes {
    let mut object = T::from_bytes(bytes).unwrap();
    alter(&mut object);
    object.to_bytes().unwrap().into()
}
