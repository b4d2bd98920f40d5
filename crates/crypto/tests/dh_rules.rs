//! The Diffie-Hellman checks of the security guidelines, one test per rule.
//!
//! `core.telegram.org/mtproto/security_guidelines`, "Diffie-Hellman key exchange".

#[path = "kit/hex.rs"]
mod hex;
#[path = "kit/stream.rs"]
mod stream;

use heliogram_crypto::dh::{DH_LEN, DhError, DhGroup, DhSecret, WELL_KNOWN_PRIME};

use hex::hex;
use stream::Stream;

#[test]
fn generators_pass_just_where_they_are_squares() {
    // Whether g^((p-1)/2) mod p is 1, for g = 2 to 7, by Python's pow().
    for (name, prime, squares) in [
        (
            "Telegram's prime",
            WELL_KNOWN_PRIME.to_vec(),
            [false, true, true, false, false, true],
        ),
        (
            "RFC 3526 group 14",
            hex(RFC_3526_GROUP_14),
            [true, true, true, true, true, true],
        ),
        (
            "a safe prime by openssl",
            hex(SAFE_PRIME),
            [false, true, true, false, false, false],
        ),
    ] {
        for (g, is_square) in (2..=7).zip(squares) {
            let expected = if is_square {
                Ok(())
            } else {
                Err(DhError::NotResidue { g })
            };
            assert_eq!(
                DhGroup::verify(&prime, g.into()).map(|_| ()),
                expected,
                "{name}, g = {g}"
            );
        }
    }
}

#[test]
fn generators_outside_two_to_seven_are_refused() {
    for g in [i64::MIN, -3, -1, 0, 1, 8, 9, 259, i64::MAX] {
        assert_eq!(
            DhGroup::verify(&WELL_KNOWN_PRIME, g),
            Err(DhError::GeneratorRange { g })
        );
    }
}

#[test]
fn a_prime_of_another_size_is_refused() {
    let known = WELL_KNOWN_PRIME;
    let mut short = known;
    short[0] = 0x7f;
    let long = [&[1], &known[..]].concat();
    for (prime, bits) in [
        (&short[..], 2047),
        (&long, 2049),
        (&known[1..], 2037),
        (&[], 0),
        (&[0; 256], 0),
        (&[23], 5),
    ] {
        assert_eq!(DhGroup::verify(prime, 3), Err(DhError::PrimeSize { bits }));
    }
    // Leading zeros do not change the number.
    assert!(DhGroup::verify(&[&[0, 0], &known[..]].concat(), 3).is_ok());
}

#[test]
fn a_composite_is_refused() {
    let mut next = WELL_KNOWN_PRIME;
    next[255] += 2;
    assert_eq!(DhGroup::verify(&next, 3), Err(DhError::NotPrime));
    next[255] += 1;
    assert_eq!(
        DhGroup::verify(&next, 3),
        Err(DhError::NotPrime),
        "an even number"
    );
    // A product of two primes of 1024 bits, which no small factor betrays.
    let modulus = heliogram_crypto::rsa::RsaPrivateKey::generate(&mut Stream::seeded(1))
        .public()
        .modulus();
    assert_eq!(DhGroup::verify(&modulus, 4), Err(DhError::NotPrime));
}

#[test]
fn a_prime_that_is_not_safe_is_refused() {
    assert_eq!(
        DhGroup::verify(&hex(PRIME_NOT_SAFE), 4),
        Err(DhError::NotSafePrime)
    );
}

#[test]
fn public_values_at_each_bound() {
    let group = DhGroup::well_known();
    let p = WELL_KNOWN_PRIME;
    // 2^(2048-64) has its one bit at the end of the eighth byte.
    let mut margin = [0; DH_LEN];
    margin[7] = 1;
    let below_p = |less: &[u8; DH_LEN]| minus(&p, less);
    let one = number(1);

    for (value, expected) in [
        (number(0), Err(DhError::PublicTrivial)),
        (one, Err(DhError::PublicTrivial)),
        (number(2), Err(DhError::PublicTooSmall)),
        (minus(&margin, &one), Err(DhError::PublicTooSmall)),
        (margin, Err(DhError::PublicTooSmall)),
        (plus_one(&margin), Ok(())),
        (minus(&below_p(&margin), &one), Ok(())),
        (below_p(&margin), Err(DhError::PublicTooLarge)),
        (below_p(&number(2)), Err(DhError::PublicTooLarge)),
        (below_p(&one), Err(DhError::PublicNotBelowPrime)),
        (p, Err(DhError::PublicNotBelowPrime)),
        ([0xff; DH_LEN], Err(DhError::PublicNotBelowPrime)),
    ] {
        assert_eq!(group.check_public(&value), expected);
        assert_eq!(
            group
                .shared(&value, &DhSecret::new([7; DH_LEN]))
                .map(|_| ()),
            expected
        );
    }
    assert_eq!(
        group.check_public(&[1; 257]),
        Err(DhError::PublicTooLong { len: 257 })
    );
    assert_eq!(group.check_public(&[]), Err(DhError::PublicTrivial));
}

#[test]
fn both_sides_arrive_at_one_key() {
    let mut random = Stream::seeded(5);
    for (prime, g) in [
        (WELL_KNOWN_PRIME.to_vec(), 3),
        (hex(RFC_3526_GROUP_14), 2),
        (hex(SAFE_PRIME), 4),
    ] {
        let group = DhGroup::verify(&prime, g).unwrap();
        assert_eq!(
            (group.prime().to_vec(), i64::from(group.generator())),
            (prime, g)
        );
        let (a, g_a) = group.generate(&mut random);
        let (b, g_b) = group.generate(&mut random);
        assert_ne!(g_a, g_b);
        assert_eq!(
            group.shared(&g_b, &a).unwrap(),
            group.shared(&g_a, &b).unwrap()
        );
        assert_eq!(group.public(&a), g_a);
    }
}

#[test]
fn public_value_is_that_of_python() {
    // pow(3, a, p) with a = bytes((11*i+3) & 255 for i in range(256)), big-endian.
    let secret = DhSecret::new(std::array::from_fn(|i| (11 * i + 3) as u8));
    let public = DhGroup::well_known().public(&secret);
    assert_eq!(public.to_vec(), hex(PUBLIC_BY_PYTHON));
}

#[test]
fn a_secret_that_would_give_a_weak_public_value_is_drawn_again() {
    /// A broken source: the exponent 2 first, so that the public value is 9, then good bytes.
    struct WeakFirst(bool, Stream);
    impl heliogram_crypto::Random for WeakFirst {
        fn fill(&mut self, out: &mut [u8]) {
            if std::mem::replace(&mut self.0, false) {
                out.copy_from_slice(&number(2));
            } else {
                heliogram_crypto::Random::fill(&mut self.1, out);
            }
        }
    }
    let group = DhGroup::well_known();
    let (_, public) = group.generate(&mut WeakFirst(true, Stream::seeded(6)));
    let (_, expected) = group.generate(&mut Stream::seeded(6));
    assert_eq!(public, expected);
}

#[test]
fn errors_name_the_rule_and_the_value() {
    let message = DhGroup::verify(&WELL_KNOWN_PRIME, 2)
        .unwrap_err()
        .to_string();
    assert_eq!(
        message,
        "g = 2 is not a quadratic residue modulo dh_prime; do not use this server"
    );
}

fn number(n: u8) -> [u8; DH_LEN] {
    let mut bytes = [0; DH_LEN];
    bytes[255] = n;
    bytes
}

fn plus_one(a: &[u8; DH_LEN]) -> [u8; DH_LEN] {
    let mut sum = *a;
    assert_eq!(sum[255], 0);
    sum[255] = 1;
    sum
}

/// `a - b`, for the bounds alone.
fn minus(a: &[u8; DH_LEN], b: &[u8; DH_LEN]) -> [u8; DH_LEN] {
    let (mut difference, mut borrow) = ([0; DH_LEN], 0);
    for i in (0..DH_LEN).rev() {
        let digit = i16::from(a[i]) - i16::from(b[i]) - borrow;
        (difference[i], borrow) = (digit.rem_euclid(256) as u8, i16::from(digit < 0));
    }
    assert_eq!(borrow, 0);
    difference
}

const RFC_3526_GROUP_14: &str = "
    FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD
    EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED
    EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F
    83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B
    E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510
    15728E5A8AACAA68FFFFFFFFFFFFFFFF
";
const SAFE_PRIME: &str = "
    F8F7D2538C489EAE63C1A149D9EED0EB55E9941D291ED6AEB5D0BC3E190B8EBF50A74B2458E7782FAB2AC654D6FCB6E3
    51281CE4FFF4C3F571F65ABA7940FF3D46F29F2BFE73E5C8AEF2CDB613E56215A617970D4B4ACA5ABC3F0B7662EC56E0
    B79B12EF068BA7C3DB99E8E2533549323D47B90600D292AF6823CFE0C4F0B716D4BD6DA45E1960DB06F02636A47A2FAC
    DD0AF90B5D40EE7927429CC9BDBC72657CE70FFF092E62690FBEC4E635D100CA0E53FF9BCCDF41447C4C4E71022335CE
    36D1C0DE2C485BFD456B70C1AC2054AA65DD7B289D67A9B593DE8EEAE1223593E49A07D3AC2DE913EBEA9DD2D2A03712
    57319B0FC55EBFAF295F7FC888EE7FF3
";
const PRIME_NOT_SAFE: &str = "
    D73D0B5E257DE48BE2134C5E7A6F69D8ADE40A830E83DC1BCB43C65F9209E026C79934800D0AB244069D6B126FC9FF29
    AB2245D68CC9F50A5A621075FE5DEDCB94A5BACDF51449D55130098FC0A7DA6B250875ADEA7868A826D6A589562E1C5A
    A68C590ADED44A5F84D4BE5068EA7B60EB67BA16A0CA8A381650226F8D24EF9741B904523344D306479362C2AE7B6A40
    8B3C98A5C0EFD6B60BEC86D21817FE7F8DC3248353D4AF03D0B99B8EDE52F266156E4558FC40F4D69A13A735ED14A4CF
    5C54103F4ACDD6F73804A1B36733547E6AFC8A6B3026DAE5EAAC8621D763646DDE079D0CDD4D7B339875B0541EC82B20
    F819765EBC762D0869D7BAD9FF68399B
";
const PUBLIC_BY_PYTHON: &str = "
    57E3C0714A76C837C6DFBD2B621A20E1605FB697CBF58902691895EA5BDED9CB2C02B88EADB2DC04D89715D0FC8D70F7
    9022DD23DB5E4D45FD6EB36BE0AF9461ADDEE9A093A2F88AB6EA123CF92343C4FC20DF818E82A753CD3717F78F38A346
    81023CDC9E18B7BEEC803C3296437B46FA07A4200D617963994798C83CE6912E52C682BF708EF048E654DABF2254D315
    0204F99BF154F5EC3215919C60C5C3A68DD21928331553FF03FF303DACA96B8439E1E6D5FB3F29E68714395E5C005BDB
    3D605C68BC3E209E1C8F44F4EEEFA8A92929AD314E7E9D263C3CAA782252EA969BE376010782DEE6C8D043F835FBB2CF
    07D163171303D64F3AAA75603AB05A67
";
