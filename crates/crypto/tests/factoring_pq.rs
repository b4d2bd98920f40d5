//! The proof of work: every pq a server may send is split, and nothing else is.

#[path = "kit/stream.rs"]
mod stream;

use heliogram_crypto::factor::{FactorError, Factors};

use stream::Stream;

#[test]
fn pqs_seen_on_the_wire_are_split() {
    // From the documentation's samples and from other libraries' tests.
    for (pq, p, q) in [
        (0x17ED48941A08F981, 0x494C553B, 0x53911073),
        (1470626929934143021, 1206429347, 1218991343),
        (2363612107535801713, 1518968219, 1556064227),
    ] {
        assert_eq!(Factors::of(pq), Ok(Factors { p, q }));
    }
}

#[test]
fn what_a_server_makes_a_client_splits() {
    let mut random = Stream::seeded(3);
    for _ in 0..500 {
        let made = Factors::generate(&mut random);
        assert!(made.p < made.q && made.product() >> 62 == 0);
        assert_eq!(Factors::of_bytes(&made.product().to_be_bytes()), Ok(made));
    }
}

#[test]
fn products_of_unequal_and_of_largest_primes_are_split() {
    for (p, q) in [
        (2, 3),
        (2, 4611686018427387847),
        (3, 3074457345618258599),
        (65537, 140735340904441),
        (2147483629, 2147483647),
        (3037000493, 3037000453),
    ] {
        let split = Factors {
            p: p.min(q),
            q: p.max(q),
        };
        assert_eq!(Factors::of(p * q), Ok(split));
    }
}

#[test]
fn what_is_not_a_product_of_two_different_primes_is_refused() {
    let square_of_a_prime = 1229739323 * 1229739323;
    let three_primes = 1000003 * 1000033 * 1000037;
    let prime = 4611686018427387847;
    for pq in [
        0,
        1,
        2,
        3,
        4,
        8,
        9,
        30,
        square_of_a_prime,
        three_primes,
        prime,
        3 * 3 * 1000003,
    ] {
        assert_eq!(Factors::of(pq), Err(FactorError::NotTwoPrimes { pq }));
    }
}

#[test]
fn more_than_63_bits_are_refused() {
    assert_eq!(Factors::of(1 << 63), Err(FactorError::TooLong { len: 8 }));
    assert_eq!(
        Factors::of_bytes(&[1; 9]),
        Err(FactorError::TooLong { len: 9 })
    );
    assert_eq!(
        Factors::of_bytes(&[]),
        Err(FactorError::NotTwoPrimes { pq: 0 })
    );
    let padded = [&[0; 5][..], &15u64.to_be_bytes()].concat();
    assert_eq!(Factors::of_bytes(&padded), Ok(Factors { p: 3, q: 5 }));
}
