//! AES-256-CTR: the published vector, and that cuts do not matter.

#[path = "kit/hex.rs"]
mod hex;

use heliogram_crypto::ctr::Ctr;

use hex::hex;

#[test]
fn nist_vector_holds_however_the_stream_is_cut() {
    // NIST SP 800-38A, F.5.5 "CTR-AES256.Encrypt".
    let key = array("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
    let counter = array("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
    let plain = hex(
        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51
                     30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710",
    );
    let cipher = hex(
        "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5
                      2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6",
    );
    for cut in 1..=plain.len() {
        let mut stream = Ctr::new(&key, &counter);
        let mut data = plain.clone();
        data.chunks_mut(cut).for_each(|part| stream.apply(part));
        assert_eq!(data, cipher, "in pieces of {cut}");
    }
}

#[test]
fn counter_carries_over_all_sixteen_bytes() {
    // With the counter at its last value the second block is the keystream of counter zero.
    let mut wrapping = [0; 32];
    Ctr::new(&[7; 32], &[0xff; 16]).apply(&mut wrapping);
    let mut zero = [0; 16];
    Ctr::new(&[7; 32], &[0; 16]).apply(&mut zero);
    assert_eq!(wrapping[16..], zero);
}

fn array<const N: usize>(text: &str) -> [u8; N] {
    hex(text)
        .try_into()
        .expect("as many bytes as the array has")
}
