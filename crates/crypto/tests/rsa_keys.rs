//! RSA keys: made, written, read, named by fingerprint.
//!
//! `kit/rsa_private_key.pem` is a key made for these tests by `openssl genrsa -traditional 2048`; it protects nothing.

#[path = "kit/stream.rs"]
mod stream;

use heliogram_crypto::rsa::{KeyFormatError, RsaPrivateKey, RsaPublicKey};

use stream::Stream;

#[test]
fn keys_written_by_openssl_are_read_and_written_back_identical() {
    let private = RsaPrivateKey::from_pem(PRIVATE).unwrap();
    assert_eq!(*private.to_pem(), PRIVATE);
    assert_eq!(private.public().to_pem(), PUBLIC);
    let public = RsaPublicKey::from_pem(PUBLIC).unwrap();
    assert_eq!(&public, private.public());
    assert_eq!(public.exponent(), 65537);
    assert_eq!(public.modulus_decimal(), MODULUS);
}

#[test]
fn fingerprints_are_those_that_servers_send() {
    let telegram = RsaPublicKey::from_pem(include_str!("kit/telegram_production_key.pem")).unwrap();
    assert_eq!(telegram.fingerprint() as u64, 0xd09d_1d85_de64_fd85);
    // By Python's hashlib from the modulus that openssl prints.
    assert_eq!(
        RsaPublicKey::from_pem(PUBLIC).unwrap().fingerprint(),
        -4486530598403180948
    );
}

#[test]
fn a_made_key_works_and_survives_storage() {
    let made = RsaPrivateKey::generate(&mut Stream::seeded(1));
    assert!(made.public().modulus()[0] >= 0x80, "2048 bits");
    let read = RsaPrivateKey::from_pem(&made.to_pem()).unwrap();
    assert_eq!(read.public(), made.public());
    assert_eq!(
        RsaPrivateKey::from_der(&made.to_der()).unwrap().to_der(),
        made.to_der()
    );

    let message = std::array::from_fn(|i| i as u8);
    let encrypted = made.public().raw(&message).unwrap();
    for seed in 0..5 {
        assert_eq!(
            *read.raw(&encrypted, &mut Stream::seeded(seed)).unwrap(),
            message
        );
    }
}

#[test]
fn two_made_keys_differ() {
    let made = |seed| {
        RsaPrivateKey::generate(&mut Stream::seeded(seed))
            .public()
            .fingerprint()
    };
    assert_ne!(made(2), made(3));
    assert_eq!(made(2), made(2));
}

#[test]
fn a_damaged_private_key_is_refused_byte_by_byte() {
    let der = RsaPrivateKey::from_pem(PRIVATE).unwrap().to_der();
    for at in (0..der.len()).step_by(7) {
        let mut damaged = der.to_vec();
        damaged[at] ^= 0x04;
        assert!(RsaPrivateKey::from_der(&damaged).is_err(), "byte {at}");
    }
    for len in 0..der.len() {
        assert!(RsaPrivateKey::from_der(&der[..len]).is_err(), "{len} bytes");
    }
    assert!(RsaPrivateKey::from_der(&[&der[..], &[0]].concat()).is_err());
}

#[test]
fn errors_say_what_is_wrong_with_the_text() {
    let read = |pem: &str| RsaPublicKey::from_pem(pem).unwrap_err();
    assert_eq!(
        read("nothing here"),
        KeyFormatError::NoPem {
            label: "RSA PUBLIC KEY"
        }
    );
    assert_eq!(
        read(PRIVATE),
        KeyFormatError::NoPem {
            label: "RSA PUBLIC KEY"
        }
    );
    assert_eq!(
        read(&PUBLIC.replace("MIIB", "M!IB")),
        KeyFormatError::Base64
    );
    assert_eq!(read(&PUBLIC.replace("MIIB", "MIIC")), KeyFormatError::Der);
    assert!(
        read("")
            .to_string()
            .contains("-----BEGIN RSA PUBLIC KEY-----")
    );
}

#[test]
fn only_odd_moduli_of_2048_bits_make_a_key() {
    let good = RsaPublicKey::from_pem(PUBLIC).unwrap().modulus();
    assert!(RsaPublicKey::new(&good, 3).is_ok());
    assert!(RsaPublicKey::new(&[&[0], &good[..]].concat(), 65537).is_ok());
    let mut even = good;
    even[255] ^= 1;
    let mut short = good;
    short[0] = 0x7f;
    let long = [&[1], &good[..]].concat();
    for bad in [&even[..], &short, &long, &good[..255], &[]] {
        assert_eq!(
            RsaPublicKey::new(bad, 65537),
            Err(KeyFormatError::NotRsa2048)
        );
    }
    for e in [0, 1, 2, 65536] {
        assert_eq!(RsaPublicKey::new(&good, e), Err(KeyFormatError::NotRsa2048));
    }
}

#[test]
fn debug_output_shows_the_fingerprint_alone() {
    let key = RsaPrivateKey::from_pem(PRIVATE).unwrap();
    let name = format!("{:016x}", key.public().fingerprint());
    assert_eq!(
        format!("{key:?}"),
        format!("RsaPrivateKey(fingerprint {name})")
    );
    assert_eq!(
        format!("{:?}", key.public()),
        format!("RsaPublicKey(fingerprint {name})")
    );
}

const PRIVATE: &str = include_str!("kit/rsa_private_key.pem");
const PUBLIC: &str = include_str!("kit/rsa_public_key.pem");
const MODULUS: &str = "\
    244745169129604672459923553330438178115244520109846657611484532582806858869193169991481979186636\
    640652920524986457590033173491773385340441500956650116992370324523917800205578064787232219078015\
    059276558249970522189430825333114322745069203207787729248447732279047404309399247476819637717426\
    751786910636787070002818765699646093817778160901057161588983823050277129046381481023269841829272\
    670595917994875376917064655834860532962291746608417684516517011091709267336047004284550984740929\
    669898750770703820619422897161189894583492553274250892530887813488829887163048766111520632352186\
    78199046288896101800587763344438486615503\
";
