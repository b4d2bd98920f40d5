//! Two-step verification: proofs and verifiers, made by the library on a thread of their own.

use bytes::Bytes;
use heliogram::{api, password_proof, password_verifier};
use heliogram_tl::{Decode, Encode, reflect::Type};
use napi::bindgen_prelude::Buffer;
use napi_derive::napi;

use crate::{
    delivery::{Channel, What},
    failure::Failure,
    runtime,
};

/// Answers the `InputCheckPasswordSRP` for what `account.getPassword` answered (TL bytes) and the password.
#[napi]
pub fn prove_password(channel: &Channel, call: u32, asked: Buffer, password: String) {
    run(channel, call, async move {
        let asked = api::account::Password::from_bytes(&Bytes::copy_from_slice(&asked));
        let asked = asked.map_err(|error| Failure::other("other", error))?;
        let proof = password_proof(&asked, &password).await;
        let proof = proof.map_err(|error| Failure::other("other", error))?;
        let proof = proof
            .to_bytes()
            .map_err(|error| Failure::other("other", error))?;
        Ok(What::Value(Type::Object, proof.into()))
    });
}

/// Answers what a server keeps of a password, for this algorithm (TL bytes of a `PasswordKdfAlgo`).
#[napi]
pub fn password_digest(channel: &Channel, call: u32, algorithm: Buffer, password: String) {
    run(channel, call, async move {
        let algorithm = api::TypePasswordKdfAlgo::from_bytes(&Bytes::copy_from_slice(&algorithm));
        let algorithm = algorithm.map_err(|error| Failure::other("other", error))?;
        let verifier = password_verifier(&algorithm, &password).await;
        let verifier = verifier.map_err(|error| Failure::other("other", error))?;
        Ok(What::Bytes(verifier.to_vec()))
    });
}

fn run(
    channel: &Channel,
    call: u32,
    work: impl Future<Output = Result<What, Failure>> + Send + 'static,
) {
    let channel = channel.clone();
    runtime::handle().spawn(async move {
        channel.send(call, work.await.unwrap_or_else(What::Failed));
    });
}
