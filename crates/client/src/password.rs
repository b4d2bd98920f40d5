//! Two-step verification: proving that one knows the password.
//!
//! The password never leaves the client. The server sends salts and a number
//! ([`GetPassword`](api::account::GetPassword)), the client a proof that only someone with the password
//! can make, good for once. The proof takes 100,000 rounds of a hash on purpose, some 60 to 100 ms,
//! and so runs on a thread of its own.
//!
//! `core.telegram.org/api/srp`, "Checking the password with SRP".

use bytes::Bytes;
use heliogram_crypto::{
    dh::{DhError, DhGroup},
    srp::{SrpError, SrpParams},
};
use heliogram_net::SystemRandom;
use heliogram_tl::api;
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

/// Why no proof can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// There is no password to prove.
    #[error("the account has no password")]
    NoPassword,
    /// The server uses an algorithm that this library does not know.
    #[error(
        "the server asks for a password algorithm that this version does not know; update heliogram"
    )]
    UnknownAlgorithm,
    /// The server's parameters are unsafe: a proof could give the password away.
    #[error("the server's password parameters are unsafe, and no proof was made: {0}")]
    Group(#[from] DhError),
    /// The server's number is unsafe.
    #[error("the server's password parameters are unsafe, and no proof was made: {0}")]
    Challenge(#[from] SrpError),
}

/// Makes the proof that `auth.checkPassword`, `account.deleteAccount` and others take, from what
/// `account.getPassword` answered just before. It serves once.
///
/// # Errors
/// When the account has no password, or the server's parameters are unknown or unsafe.
pub async fn password_proof(
    asked: &api::account::Password,
    password: &str,
) -> Result<api::TypeInputCheckPasswordSRP, PasswordError> {
    let (Some(algorithm), Some(srp_b), Some(srp_id)) =
        (&asked.current_algo, &asked.srp_b, asked.srp_id)
    else {
        return Err(PasswordError::NoPassword);
    };
    let api::TypePasswordKdfAlgo::PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
        algorithm,
    ) = algorithm
    else {
        return Err(PasswordError::UnknownAlgorithm);
    };
    let srp_b = srp_b.clone();
    let proof = with_params(algorithm, password, move |params, password| {
        let (secret, _) = params.group.generate(&mut SystemRandom);
        Ok(params.prove(&params.password_hash(password), &srp_b, &secret)?)
    });
    let proof = proof.await?;
    let proof = api::InputCheckPasswordSRP {
        srp_id,
        a: Bytes::copy_from_slice(&proof.a),
        m1: Bytes::copy_from_slice(&proof.m1),
    };
    Ok(proof.into())
}

/// What a server keeps of a password, 256 bytes: `account.passwordInputSettings.new_password_hash`. `algorithm` is the
/// `new_algo` that `account.getPassword` gave, with random bytes of one's own added to `salt1`.
///
/// # Errors
/// When the server's parameters are unknown or unsafe.
pub async fn password_verifier(
    algorithm: &api::TypePasswordKdfAlgo,
    password: &str,
) -> Result<Bytes, PasswordError> {
    let api::TypePasswordKdfAlgo::PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
        algorithm,
    ) = algorithm
    else {
        return Err(PasswordError::UnknownAlgorithm);
    };
    let verifier = with_params(algorithm, password, |params, password| {
        Ok(params.verifier(&params.password_hash(password)))
    });
    Ok(Bytes::copy_from_slice(verifier.await?.as_bytes()))
}

/// Runs what takes long on a thread of its own.
async fn with_params<T: Send + 'static>(
    algorithm: &Algorithm,
    password: &str,
    work: impl FnOnce(&SrpParams, &[u8]) -> Result<T, PasswordError> + Send + 'static,
) -> Result<T, PasswordError> {
    let algorithm = algorithm.clone();
    let password = Zeroizing::new(password.to_owned());
    let done = spawn_blocking(move || {
        let params = SrpParams {
            group: DhGroup::verify(&algorithm.p, algorithm.g.into())?,
            salt1: algorithm.salt1.to_vec(),
            salt2: algorithm.salt2.to_vec(),
        };
        work(&params, password.as_bytes())
    });
    match done.await {
        Ok(done) => done,
        Err(failed) => match failed.try_into_panic() {
            Ok(panicked) => std::panic::resume_unwind(panicked),
            // The runtime is shutting down, and this future with it.
            Err(_) => std::future::pending().await,
        },
    }
}

type Algorithm = api::PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow;

#[cfg(test)]
mod tests {
    use heliogram_crypto::srp::Challenge;

    use super::*;

    fn asked(group: &DhGroup, srp_b: &[u8]) -> api::account::Password {
        let algorithm = api::PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow {
            salt1: Bytes::from_static(b"salt 1"),
            salt2: Bytes::from_static(b"salt 2"),
            g: group.generator().into(),
            p: Bytes::copy_from_slice(&group.prime()),
        };
        api::account::Password {
            has_recovery: false,
            has_secure_values: false,
            has_password: true,
            current_algo: Some(algorithm.into()),
            srp_b: Some(Bytes::copy_from_slice(srp_b)),
            srp_id: Some(7),
            hint: None,
            email_unconfirmed_pattern: None,
            new_algo: api::TypePasswordKdfAlgo::PasswordKdfAlgoUnknown,
            new_secure_algo: api::TypeSecurePasswordKdfAlgo::SecurePasswordKdfAlgoUnknown,
            secure_random: Bytes::new(),
            pending_reset_date: None,
            login_email_pattern: None,
        }
    }

    #[tokio::test]
    async fn the_proof_convinces_a_server_that_has_the_verifier() {
        let params = SrpParams {
            group: DhGroup::well_known(),
            salt1: b"salt 1".to_vec(),
            salt2: b"salt 2".to_vec(),
        };
        let verifier = params.verifier(&params.password_hash("pässword".as_bytes()));
        let challenge = Challenge::generate(&params, &verifier, &mut SystemRandom);
        let asked = asked(&params.group, challenge.public());
        for (password, right) in [("pässword", true), ("passwort", false)] {
            let proof = password_proof(&asked, password).await.unwrap();
            let api::TypeInputCheckPasswordSRP::InputCheckPasswordSRP(proof) = proof else {
                panic!("a proof, not its absence");
            };
            assert_eq!(proof.srp_id, 7);
            let verdict = challenge.verify(&params, &verifier, &proof.a, &proof.m1);
            assert_eq!(verdict.is_ok(), right);
        }
    }

    #[tokio::test]
    async fn no_proof_is_made_for_unsafe_parameters() {
        let group = DhGroup::well_known();
        let zero = password_proof(&asked(&group, &[0; 256]), "x").await;
        assert!(matches!(zero, Err(PasswordError::Challenge(_))), "{zero:?}");
        let mut weak = asked(&group, &[1; 256]);
        let Some(
            api::TypePasswordKdfAlgo::PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
                algorithm,
            ),
        ) = &mut weak.current_algo
        else {
            panic!("set above");
        };
        algorithm.p = Bytes::from(vec![0xff; 256]);
        let weak = password_proof(&weak, "x").await;
        assert!(matches!(weak, Err(PasswordError::Group(_))), "{weak:?}");
        let none = api::account::Password {
            current_algo: None,
            ..asked(&group, &[1; 256])
        };
        assert_eq!(
            password_proof(&none, "x").await,
            Err(PasswordError::NoPassword)
        );
    }
}
