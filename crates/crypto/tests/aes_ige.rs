//! AES-256-IGE: known answers, and that a batch is the same as one message after the other.

#[path = "kit/hex.rs"]
mod hex;
#[path = "kit/stream.rs"]
mod stream;

use heliogram_crypto::{
    Random,
    ige::{self, IgeKey, Job, NotWholeBlocks},
};

use hex::hex;
use stream::Stream;

#[test]
fn known_answers_of_other_implementations_hold() {
    // The 32 bytes: what Telethon gives, and pycryptodome's AES-ECB chained by hand in Python.
    let key = IgeKey {
        key: std::array::from_fn(|i| i as u8),
        iv: std::array::from_fn(|i| 32 + i as u8),
    };
    let mut data = [b'A'; 32];
    ige::encrypt(&key, &mut data).unwrap();
    assert_eq!(
        data.to_vec(),
        hex("bf7297874c7c82d813bb4ea09d70cde4deb247ac0342ef61b416dbfbb3efd30f")
    );
    ige::decrypt(&key, &mut data).unwrap();
    assert_eq!(data, [b'A'; 32]);
}

#[test]
fn a_batch_of_unequal_messages_is_each_message_alone() {
    let mut random = Stream::seeded(1);
    for lengths in [
        &[16][..],
        &[48, 16],
        &[0, 64, 16, 0, 32],
        &[16; 8],
        &[
            4096, 16, 16, 160, 0, 32, 16, 512, 16, 16, 16, 1600, 64, 48, 16, 32, 16, 8192, 16, 16,
        ],
    ] {
        let keys: Vec<IgeKey> = lengths.iter().map(|_| random_key(&mut random)).collect();
        let plain: Vec<Vec<u8>> = lengths
            .iter()
            .map(|len| random_bytes(&mut random, *len))
            .collect();

        let mut alone = plain.clone();
        for (key, data) in keys.iter().zip(&mut alone) {
            ige::encrypt(key, data).unwrap();
        }
        let mut together = plain.clone();
        ige::encrypt_many(&mut jobs(&keys, &mut together)).unwrap();
        assert_eq!(together, alone);

        ige::decrypt_many(&mut jobs(&keys, &mut together)).unwrap();
        assert_eq!(together, plain);
        for (key, data) in keys.iter().zip(&mut alone) {
            ige::decrypt(key, data).unwrap();
        }
        assert_eq!(alone, plain);
    }
}

#[test]
fn one_message_of_a_wrong_length_leaves_the_whole_batch_untouched() {
    let keys: Vec<IgeKey> = (0..3)
        .map(|seed| random_key(&mut Stream::seeded(seed)))
        .collect();
    let mut data = vec![vec![1; 32], vec![2; 33], vec![3; 16]];
    let before = data.clone();
    assert_eq!(
        ige::encrypt_many(&mut jobs(&keys, &mut data)),
        Err(NotWholeBlocks { len: 33 })
    );
    assert_eq!(
        ige::decrypt_many(&mut jobs(&keys, &mut data)),
        Err(NotWholeBlocks { len: 33 })
    );
    assert_eq!(data, before);
}

#[test]
fn an_altered_block_garbles_all_that_follows() {
    let key = random_key(&mut Stream::seeded(9));
    let mut data = vec![0; 160];
    ige::encrypt(&key, &mut data).unwrap();
    data[40] ^= 1;
    ige::decrypt(&key, &mut data).unwrap();
    assert!(data[..32].iter().all(|byte| *byte == 0));
    assert!(data[32..].chunks(16).all(|block| block != [0; 16]));
}

fn jobs<'a>(keys: &'a [IgeKey], data: &'a mut [Vec<u8>]) -> Vec<Job<'a>> {
    keys.iter()
        .zip(data)
        .map(|(key, data)| Job { key, data })
        .collect()
}

fn random_key(random: &mut Stream) -> IgeKey {
    let mut key = IgeKey {
        key: [0; 32],
        iv: [0; 32],
    };
    random.fill(&mut key.key);
    random.fill(&mut key.iv);
    key
}

fn random_bytes(random: &mut Stream, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    random.fill(&mut bytes);
    bytes
}
