//! Two-step verification, both sides: against values made elsewhere, and against cheating.
//!
//! Salts, password, `srp_B` and the value of `x` are those of a real account, published in mtcute's
//! `packages/core/src/utils/crypto/password.test.ts`. The other expected values: the formulas of `api/srp`
//! in Python with `hashlib` and `pow()`, for `a = bytes((11*i+3) & 255 for i in range(256))` and
//! `b = bytes((13*i+5) & 255 for i in range(256))`.

#[path = "kit/hex.rs"]
mod hex;
#[path = "kit/stream.rs"]
mod stream;

use std::sync::LazyLock;

use heliogram_crypto::{
    dh::{DhGroup, DhSecret, WELL_KNOWN_PRIME},
    srp::{Challenge, PasswordHash, Proof, SrpError, SrpParams, Verifier},
};
use sha2::{Digest, Sha256};

use hex::hex;
use stream::Stream;

#[test]
fn verifier_of_a_real_password_is_that_of_python() {
    // v = g^x: right only if x is the 750f1fe282965e63... of mtcute's test.
    let verifier = PARAMS.verifier(&HASH);
    assert_eq!(
        sha256(verifier.as_bytes()),
        "cfdb5638bf607302d0f63998a1abbbeedbbf354fcddcdc30d31624a437f11b5d"
    );
}

#[test]
fn proof_for_a_real_challenge_is_that_of_python() {
    let proof = PARAMS.prove(&HASH, &hex(SRP_B), &a()).unwrap();
    assert_eq!(
        sha256(&proof.a),
        "fd5c70d13b7610d30a3c0035260744c654fe845f25c487b0e1e6f0ba1cf0ec91"
    );
    assert_eq!(
        proof.m1.to_vec(),
        hex("f8f677708d0f6e5e6c9e23828baa57851bdab45e52c4e6719288f5c44779cad1")
    );
}

#[test]
fn challenge_and_its_proof_are_those_of_python() {
    let challenge = challenge();
    assert_eq!(
        sha256(challenge.public()),
        "9c5cf6922652bdc12bf61da967a61cc9f8baaad34636b42dcb00a288033b864e"
    );
    let proof = PARAMS.prove(&HASH, challenge.public(), &a()).unwrap();
    assert_eq!(
        proof.m1.to_vec(),
        hex("32a643bb5a2bd60909484b575e8d7420fb6ec0200825630ecbd8e1dcc1e32ad1")
    );
    assert_eq!(verify(&proof.a, &proof.m1), Ok(()));
}

#[test]
fn drawn_secrets_prove_and_verify() {
    let mut random = Stream::seeded(1);
    let verifier = PARAMS.verifier(&HASH);
    for _ in 0..3 {
        let challenge = Challenge::generate(&PARAMS, &verifier, &mut random);
        let (a, _) = PARAMS.group.generate(&mut random);
        let Proof { a, m1 } = PARAMS.prove(&HASH, challenge.public(), &a).unwrap();
        assert_eq!(challenge.verify(&PARAMS, &verifier, &a, &m1), Ok(()));
    }
}

#[test]
fn another_password_does_not_pass() {
    for wrong in [&b"qwe124"[..], b"", b"qwe123 "] {
        let proof = PARAMS
            .prove(&PARAMS.password_hash(wrong), challenge().public(), &a())
            .unwrap();
        assert_eq!(verify(&proof.a, &proof.m1), Err(SrpError::WrongProof));
    }
}

#[test]
fn proof_is_bound_to_challenge_salts_and_a() {
    let proof = PARAMS.prove(&HASH, challenge().public(), &a()).unwrap();
    let verifier = PARAMS.verifier(&HASH);

    let other = Challenge::generate(&PARAMS, &verifier, &mut Stream::seeded(2));
    assert_eq!(
        other.verify(&PARAMS, &verifier, &proof.a, &proof.m1),
        Err(SrpError::WrongProof)
    );

    let mut salted = PARAMS.clone();
    salted.salt2[0] ^= 1;
    assert_eq!(
        challenge().verify(&salted, &verifier, &proof.a, &proof.m1),
        Err(SrpError::WrongProof)
    );

    for at in [0, 128, 255] {
        let mut a = proof.a;
        a[at] ^= 1;
        assert_eq!(
            verify(&a, &proof.m1),
            Err(SrpError::WrongProof),
            "A, byte {at}"
        );
    }
    for at in 0..32 {
        let mut m1 = proof.m1;
        m1[at] ^= 1;
        assert_eq!(
            verify(&proof.a, &m1),
            Err(SrpError::WrongProof),
            "M1, byte {at}"
        );
    }
    for m1 in [&[][..], &proof.m1[..31], &[&proof.m1[..], &[0]].concat()] {
        assert_eq!(
            verify(&proof.a, m1),
            Err(SrpError::WrongProof),
            "{} bytes",
            m1.len()
        );
    }
}

#[test]
fn a_that_would_make_the_password_unnecessary_is_refused() {
    // With A = 0 or A = p the server's S is 0 whatever the password; M1 would then be known to anyone.
    let mut p_plus_one = WELL_KNOWN_PRIME;
    p_plus_one[255] += 1;
    for a in [
        &[0; 256][..],
        &[],
        &[0; 300],
        &WELL_KNOWN_PRIME,
        &p_plus_one,
        &[0xff; 256],
        &[1; 257],
    ] {
        assert_eq!(verify(a, &[0; 32]), Err(SrpError::ClientPublicRange));
    }
}

#[test]
fn client_refuses_a_b_out_of_range() {
    let refused = |b: &[u8]| PARAMS.prove(&HASH, b, &a()).map(|_| ()).unwrap_err();
    for len in [0, 1, 247, 257, 512] {
        assert_eq!(refused(&vec![1; len]), SrpError::ServerPublicSize { len });
    }
    assert!(PARAMS.prove(&HASH, &[1; 248], &a()).is_ok());
    assert_eq!(refused(&[0; 256]), SrpError::ServerPublicRange);
    assert_eq!(refused(&WELL_KNOWN_PRIME), SrpError::ServerPublicRange);
    assert_eq!(refused(&[0xff; 256]), SrpError::ServerPublicRange);
}

#[test]
fn verifiers_out_of_range_are_refused() {
    let new = |bytes: &[u8]| Verifier::new(bytes, &PARAMS.group).map(|_| ());
    for bad in [
        &[0; 256][..],
        &WELL_KNOWN_PRIME,
        &[0xff; 256],
        &[1; 255],
        &[1; 257],
        &[],
    ] {
        assert_eq!(new(bad), Err(SrpError::VerifierRange { len: bad.len() }));
    }
    let verifier = PARAMS.verifier(&HASH);
    assert_eq!(
        Verifier::new(verifier.as_bytes(), &PARAMS.group)
            .unwrap()
            .as_bytes(),
        verifier.as_bytes()
    );
}

#[test]
fn debug_output_shows_no_secret() {
    let shown = format!("{:?} {:?} {:?}", *HASH, PARAMS.verifier(&HASH), challenge());
    assert_eq!(shown, "PasswordHash(..) Verifier(..) Challenge(..)");
}

fn verify(a: &[u8], m1: &[u8]) -> Result<(), SrpError> {
    challenge().verify(&PARAMS, &PARAMS.verifier(&HASH), a, m1)
}

fn challenge() -> Challenge {
    let b = DhSecret::new(std::array::from_fn(|i| (13 * i + 5) as u8));
    Challenge::new(&PARAMS, &PARAMS.verifier(&HASH), b)
}

fn a() -> DhSecret {
    DhSecret::new(std::array::from_fn(|i| (11 * i + 3) as u8))
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

static PARAMS: LazyLock<SrpParams> = LazyLock::new(|| SrpParams {
    group: DhGroup::well_known(),
    salt1: hex("9b3accc457c0d5288e8cff31eb21094048bc11902f6614dbb9afb839ee7641c37619537d8ebe749e"),
    salt2: hex("6c619bb0786dc4ed1bf211d23f6e4065"),
});

// PBKDF2 is slow on purpose: once for all tests.
static HASH: LazyLock<PasswordHash> = LazyLock::new(|| PARAMS.password_hash(b"qwe123"));

const SRP_B: &str = "
    1476a7b5991d7f028bbee33b3455cad3f2cd0eb3737409fcce92fa7d4cd5c733ec6d2cb3454e587d4c17eda2fd7ef9a5
    7327215f38292cc8bd5dc77d3e1d31cddae2652f8347c4b0093f7c78242f70e6cc13137ee7acc257a49855a63113db8f
    163992b9101551f3b6f7eb5d196cee3647c359553b1bcbe82ba8933c0fb1ac350243c535b8e634613e1f626ba8a6d141
    ef957c859e71a117b557c0298bfbb107c91f71f5b4275fded58289aa1e87c612f44b7aa0b5e0de7def4458f58db80019
    d2e7b181eb66dc270374af2d160dd0c53edd677b2701694d71ea8718c49df6a9dbe2cbae051ffc1986336cd26f11a8ab
    426dfe0813d7b3f4eedf4e34182ccc3a
";
