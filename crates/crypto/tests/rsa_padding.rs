//! RSA_PAD and the old padding, both ways: against values made elsewhere, and against tampering.

#[path = "kit/hex.rs"]
mod hex;
#[path = "kit/stream.rs"]
mod stream;

use heliogram_crypto::{
    Random,
    rsa::{DataTooLong, DecryptError, Padding, RSA_LEN, RsaPrivateKey, RsaPublicKey},
};

use hex::hex;
use stream::Stream;

#[test]
fn rsa_pad_gives_the_bytes_of_gotd() {
    // gotd/td, crypto/rsa_pad_test.go: 144 times "a" to Telegram's production key, all random bytes zero.
    struct Zeros;
    impl Random for Zeros {
        fn fill(&mut self, out: &mut [u8]) {
            out.fill(0);
        }
    }
    let key = RsaPublicKey::from_pem(PRODUCTION_KEY).unwrap();
    assert_eq!(
        key.encrypt_pad(&[b'a'; 144], &mut Zeros).unwrap().to_vec(),
        hex(GOTD)
    );
}

#[test]
fn rsa_pad_gives_the_bytes_of_python() {
    // hashlib, pycryptodome's AES-ECB chained by hand, and pow().
    assert_eq!(
        key()
            .public()
            .encrypt_pad(&data(), &mut Steps(0))
            .unwrap()
            .to_vec(),
        hex(PAD_BY_PYTHON)
    );
    let opened = key()
        .decrypt_any(&hex(PAD_BY_PYTHON), &mut Stream::seeded(1))
        .unwrap();
    assert_eq!(opened.padding, Padding::RsaPad);
    assert_eq!(opened.data.len(), 192);
    assert_eq!(opened.data[..100], data());
}

#[test]
fn old_padding_gives_the_bytes_of_python() {
    assert_eq!(
        key()
            .public()
            .encrypt_old(&data(), &mut Steps(0))
            .unwrap()
            .to_vec(),
        hex(OLD_BY_PYTHON)
    );
    let opened = key()
        .decrypt_any(&hex(OLD_BY_PYTHON), &mut Stream::seeded(1))
        .unwrap();
    assert_eq!(
        (opened.padding, &opened.data[..]),
        (Padding::Old, &data()[..])
    );
}

#[test]
fn what_a_client_encrypts_the_server_opens_and_tells_apart() {
    let (key, random) = (key(), &mut Stream::seeded(2));
    for len in (0..=144).step_by(4) {
        let data: Vec<u8> = (0..len).map(|i| i as u8 ^ 0x5a).collect();
        let padded = key
            .decrypt_any(&key.public().encrypt_pad(&data, random).unwrap(), random)
            .unwrap();
        assert_eq!(
            (padded.padding, &padded.data[..len]),
            (Padding::RsaPad, &data[..])
        );
    }
    for len in (4..=232).step_by(4) {
        let data: Vec<u8> = (0..len).map(|i| i as u8 ^ 0x5a).collect();
        let old = key
            .decrypt_any(&key.public().encrypt_old(&data, random).unwrap(), random)
            .unwrap();
        assert_eq!((old.padding, &old.data[..]), (Padding::Old, &data[..]));
    }
}

#[test]
fn each_padding_alone_refuses_the_other() {
    let (key, random) = (key(), &mut Stream::seeded(3));
    assert_eq!(
        key.decrypt_old(&hex(PAD_BY_PYTHON), random).unwrap_err(),
        DecryptError::HashMismatch
    );
    assert_eq!(
        key.decrypt_pad(&hex(OLD_BY_PYTHON), random).unwrap_err(),
        DecryptError::HashMismatch
    );
    assert!(key.decrypt_pad(&hex(PAD_BY_PYTHON), random).is_ok());
    assert!(key.decrypt_old(&hex(OLD_BY_PYTHON), random).is_ok());
}

#[test]
fn altered_ciphertext_is_refused_under_both_paddings() {
    let (key, random) = (key(), &mut Stream::seeded(4));
    for good in [PAD_BY_PYTHON, OLD_BY_PYTHON] {
        for at in [1, 31, 32, 100, 223, 224, 255] {
            let mut bad = hex(good);
            bad[at] ^= 1;
            assert_eq!(
                key.decrypt_any(&bad, random).unwrap_err(),
                DecryptError::HashMismatch,
                "byte {at}"
            );
        }
    }
}

#[test]
fn altered_content_is_refused_in_every_part() {
    // Encrypted anew after the change, as only a broken or malicious client could.
    let (key, random) = (key(), &mut Stream::seeded(5));
    let content = |encrypted: &str| {
        *key.raw(&hex(encrypted).try_into().unwrap(), &mut Stream::seeded(6))
            .unwrap()
    };
    let mut refused = |mut content: [u8; RSA_LEN], at: usize| {
        content[at] ^= 1;
        let encrypted = key.public().raw(&content).expect("still below the modulus");
        assert_eq!(
            key.decrypt_any(&encrypted, random).unwrap_err(),
            DecryptError::HashMismatch,
            "byte {at}"
        );
    };
    // The masked key, the reversed data with its padding, the hash.
    for at in [31, 32, 223, 224, 255] {
        refused(content(PAD_BY_PYTHON), at);
    }
    // The leading zero, the hash, the data. The random tail may be anything.
    for at in [0, 1, 20, 21, 120] {
        refused(content(OLD_BY_PYTHON), at);
    }
    let mut other_tail = content(OLD_BY_PYTHON);
    other_tail[121] ^= 1;
    assert!(
        key.decrypt_any(
            &key.public().raw(&other_tail).unwrap(),
            &mut Stream::seeded(7)
        )
        .is_ok()
    );
}

#[test]
fn another_key_does_not_open() {
    let other = RsaPrivateKey::generate(&mut Stream::seeded(8));
    let error = other
        .decrypt_any(
            &other_range(&other, &hex(PAD_BY_PYTHON)),
            &mut Stream::seeded(9),
        )
        .unwrap_err();
    assert_eq!(error, DecryptError::HashMismatch);
}

#[test]
fn wrong_lengths_and_numbers_not_below_the_modulus_are_refused() {
    let (key, random) = (key(), &mut Stream::seeded(10));
    for len in [0, 1, 255, 257, 512] {
        assert_eq!(
            key.decrypt_any(&vec![1; len], random).unwrap_err(),
            DecryptError::NotBelowModulus { len }
        );
    }
    for number in [key.public().modulus(), [0xff; RSA_LEN]] {
        let error = key.decrypt_any(&number, random).unwrap_err();
        assert_eq!(error, DecryptError::NotBelowModulus { len: 256 });
        assert!(key.public().raw(&number).is_none());
    }
    // Fixed points of the raw operation.
    let mut tiny = [0; RSA_LEN];
    assert_eq!(
        key.decrypt_any(&tiny, random).unwrap_err(),
        DecryptError::HashMismatch
    );
    tiny[255] = 1;
    assert_eq!(
        key.decrypt_any(&tiny, random).unwrap_err(),
        DecryptError::HashMismatch
    );
}

#[test]
fn data_that_does_not_fit_is_refused() {
    let (key, random) = (key(), &mut Stream::seeded(11));
    let key = key.public();
    assert_eq!(
        key.encrypt_pad(&[0; 145], random),
        Err(DataTooLong { len: 145, max: 144 })
    );
    assert_eq!(
        key.encrypt_old(&[0; 236], random),
        Err(DataTooLong { len: 236, max: 235 })
    );
    assert!(key.encrypt_old(&[0; 235], random).is_ok());
}

/// Makes the number smaller than the other key's modulus, so that the hash is what fails.
fn other_range(key: &RsaPrivateKey, encrypted: &[u8]) -> Vec<u8> {
    let mut encrypted = encrypted.to_vec();
    encrypted[0] = key.public().modulus()[0] - 1;
    encrypted
}

/// The bytes 9, 14, 19, ... as the Python side drew them.
struct Steps(usize);

impl Random for Steps {
    fn fill(&mut self, out: &mut [u8]) {
        for byte in out {
            *byte = (5 * self.0 + 9) as u8;
            self.0 += 1;
        }
    }
}

fn key() -> RsaPrivateKey {
    RsaPrivateKey::from_pem(include_str!("kit/rsa_private_key.pem")).unwrap()
}

fn data() -> Vec<u8> {
    (0..100).collect()
}

const PRODUCTION_KEY: &str = include_str!("kit/telegram_production_key.pem");
const GOTD: &str = "
    bf68719e836806b040cd261ecaf66eb3c4ba19f3bbea3031b2e6cf29167bab647201d101b291dc5b716a42e789a38d94
    7fe59e9bcce8f30ef46a946743ea8b6babbce7fc0afc46b802aa453e83471d82a4dfad83f971f350b4b4fb474cd1c48f
    df427e4b5fecce9ec3178ae7dac3985856fdefa21d6fdc5e0e0fd8a57bc4f51580d637d372be8d87c9aa3fde8e6f8287
    bcb3be846aadcdd59465375479e248f62ed438f9804fbe36d41ca906243a5f740f3937949aa149ba8a8b8e68b3f3e1e3
    cd3f946387520e21eee55845e1f015a919a22f6a72bfaecd2cae946c91983b41f9ffabe97963bbde8f30eaf5fd3c5b8c
    ecab8711bd269e441b6084f385726ff0
";
const PAD_BY_PYTHON: &str = "
    acb5d76b658982a71023211d3e54923eeb8ecc34935398b27a1479334c1f33269195cb9cd1bd9d8527fb9f1d54fa600b
    67bd065e26c0f570bc63d5c2c93b4f2461d0e14a34bcd65ec3e6b80e262143877933a8947a9ad1c9b98b339d3eed9ad6
    df1b388ac91681ec0fc94b82b241b663477acda97259eeb00cd414b5bfd373e00d530b4aa17387bec50c5955609fc413
    5bdacae35d608b320c07d8533254c9fde313a1944807ac904f86e812bf9ca7a65127b7858b964667ecc40dbf5507cc82
    3e41db03831c65dfa39dfe6bccf93d42aa9b7e7725e634e33657a770905ef96d1bafbf0f1f360504a865e9ca7567a539
    571633145f24f530eb8ce0c524dbd2fd
";
const OLD_BY_PYTHON: &str = "
    44b8e90f27bad86ba74118a3b41ed95752540ee8fd4dbb57d69cbeb483717c894ddedb1023b570b279773a66e167b57e
    14f4b093e1c9229c0b7fff71d86a2670d1facd703541b9b319c5153b46b236666dcd12b7f71313ebed2483b968184be1
    6ffbab1f8b5e80382d0beb0ca63683b165a9a2262a4b706892fd8cfddbc8bb1b860b7f3768306e784f5b302a9d5aab04
    3a7bf69ed31b26cb447de704505f9d1d1815b6064e36cfa777a1ce58c720efab7964739dc4063c2f980e67b6be4f2838
    bf469ac85b3e6b9d19de342469abee62ed501842735024d9a3b166a11f6805243159e1084386885cf50cc6891e181f73
    cf6f1e1bd9125d9fa76b26d62bea5169
";
