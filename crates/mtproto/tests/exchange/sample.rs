//! The messages of the key exchange that the documentation shows byte for byte, as far as a client
//! with its random numbers fixed sends and takes them.
//!
//! `core.telegram.org/mtproto/samples-auth_key` as it stood until 2024. Its server sends `g = 2`,
//! which its prime does not allow by the rules of today, so there the exchange ends.

use bytes::Bytes;
use heliogram_crypto::{Random, dh::DhError};
use heliogram_mtproto::{
    exchange::{
        client::{self, AwaitDhParams, ExchangeError, Wanted},
        plain,
    },
    ids::MsgId,
};
use heliogram_tl::{Decode, Encode, mtproto};

use crate::hex::hex;
use crate::kit::{NOW, altered, public_keys};
use crate::script::Script;
use crate::stream::Stream;

#[test]
fn packets_of_the_page_are_read_as_it_says() {
    let packet = Bytes::from(hex(RES_PQ));
    let message = plain::read(&packet).unwrap();
    assert_eq!(message.msg_id, MsgId(0x51E5_7AC9_1E83_C801));
    let res_pq = mtproto::ResPQ::from_bytes(&message.body).unwrap();
    assert_eq!(res_pq.pq[..], hex("17ED48941A08F981"));
    assert_eq!(
        res_pq.server_public_key_fingerprints,
        [0xc3b4_2b02_6ce8_6b21_u64 as i64]
    );
    let again = plain::write(message.msg_id, &res_pq.to_bytes().unwrap());
    assert_eq!(again, packet);

    let packet = Bytes::from(hex(DH_GEN_OK));
    let message = plain::read(&packet).unwrap();
    let answer = mtproto::TypeSetClientDHParamsAnswer::from_bytes(&message.body).unwrap();
    assert_eq!(
        plain::write(message.msg_id, &answer.to_bytes().unwrap()),
        packet
    );
}

#[test]
fn the_first_request_is_that_of_the_page_but_for_its_newer_name() {
    let (_, request) = client::start(Wanted::default(), &mut Script(hex(NONCE)));
    // The page sends req_pq; req_pq_multi followed it.
    assert_eq!(request[..4], hex("f18e7ebe"));
    assert_eq!(request[4..], hex(NONCE));
}

#[test]
fn the_second_request_has_the_factors_of_the_page() {
    let (_, request) = until_dh_params();
    let request = mtproto::ReqDHParams::from_bytes(&request).unwrap();
    assert_eq!(
        (&request.p[..], &request.q[..]),
        (&hex("494C553B")[..], &hex("53911073")[..])
    );
    assert_eq!(request.nonce[..], hex(NONCE));
    assert_eq!(request.server_nonce[..], hex(SERVER_NONCE));
}

#[test]
fn the_answer_of_the_page_opens_and_its_generator_is_refused() {
    let (step, _) = until_dh_params();
    let ok = mtproto::ServerDHParamsOk {
        nonce: hex(NONCE).try_into().unwrap(),
        server_nonce: hex(SERVER_NONCE).try_into().unwrap(),
        encrypted_answer: hex(ENCRYPTED_ANSWER).into(),
    };
    let answer = ok.to_bytes().unwrap().into();
    let error = step
        .handle(&answer, NOW.into(), &mut Stream::seeded(1))
        .unwrap_err();
    assert!(
        matches!(error, ExchangeError::Dh(DhError::NotResidue { g: 2 })),
        "{error}"
    );
}

/// With a key of ours offered in place of the page's, which is not published any more.
fn until_dh_params() -> (AwaitDhParams, Bytes) {
    let (step, _) = client::start(Wanted::default(), &mut Script(hex(NONCE)));
    let message = plain::read(&Bytes::from(hex(RES_PQ))).unwrap();
    let keys = public_keys();
    let answer = altered(&message.body, |res_pq: &mut mtproto::ResPQ| {
        res_pq
            .server_public_key_fingerprints
            .push(keys[0].fingerprint());
    });
    let mut random = Page(hex(NEW_NONCE), Stream::seeded(1));
    let (step, request) = step.handle(&answer, &keys, &mut random).unwrap();
    (step, request.into())
}

/// new_nonce first, anything after it.
struct Page(Vec<u8>, Stream);

impl Random for Page {
    fn fill(&mut self, out: &mut [u8]) {
        if self.0.is_empty() {
            self.1.fill(out);
        } else {
            out.copy_from_slice(&std::mem::take(&mut self.0));
        }
    }
}

const NONCE: &str = "3E0549828CCA27E966B301A48FECE2FC";
const SERVER_NONCE: &str = "A5CF4D33F4A11EA877BA4AA573907330";
const NEW_NONCE: &str = "311C85DB234AA2640AFC4A76A735CF5B1F0FD68BD17FA181E1229AD867CC024D";
const RES_PQ: &str = "
    00 00 00 00 00 00 00 00 01 C8 83 1E C9 7A E5 51
    40 00 00 00 63 24 16 05 3E 05 49 82 8C CA 27 E9
    66 B3 01 A4 8F EC E2 FC A5 CF 4D 33 F4 A1 1E A8
    77 BA 4A A5 73 90 73 30 08 17 ED 48 94 1A 08 F9
    81 00 00 00 15 C4 B5 1C 01 00 00 00 21 6B E8 6C
    02 2B B4 C3
";
const DH_GEN_OK: &str = "
    00 00 00 00 00 00 00 00 01 30 AA C5 CE 7A E5 51
    34 00 00 00 34 F7 CB 3B 3E 05 49 82 8C CA 27 E9
    66 B3 01 A4 8F EC E2 FC A5 CF 4D 33 F4 A1 1E A8
    77 BA 4A A5 73 90 73 30 CC EB C0 21 72 66 E1 ED
    EC 7F B0 A0 EE D6 C2 20
";
const ENCRYPTED_ANSWER: &str = "
    28A92FE20173B347A8BB324B5FAB2667C9A8BBCE6468D5B509A4CBDDC186240AC912CF7006AF8926DE606A2E74C0493C
    AA57741E6C82451F54D3E068F5CCC49B4444124B9666FFB405AAB564A3D01E67F6E912867C8D20D9882707DC330B17B4
    E0DD57CB53BFAAFA9EF5BE76AE6C1B9B6C51E2D6502A47C883095C46C81E3BE25F62427B585488BB3BF239213BF48EB8
    FE34C9A026CC8413934043974DB03556633038392CECB51F94824E140B98637730A4BE79A8F9DAFA39BAE81E1095849E
    A4C83467C92A3A17D997817C8A7AC61C3FF414DA37B7D66E949C0AEC858F048224210FCC61F11C3A910B431CCBD104CC
    CC8DC6D29D4A5D133BE639A4C32BBFF153E63ACA3AC52F2E4709B8AE01844B142C1EE89D075D64F69A399FEB04E656FE
    3675A6F8F412078F3D0B58DA15311C1A9F8E53B3CD6BB5572C294904B726D0BE337E2E21977DA26DD6E33270251C2CA2
    9DFCC70227F0755F84CFDA9AC4B8DD5F84F1D1EB36BA45CDDC70444D8C213E4BD8F63B8AB95A2D0B4180DC91283DC063
    ACFB92D6A4E407CDE7C8C69689F77A007441D4A6A8384B666502D9B77FC68B5B43CC607E60A146223E110FCB43BC3C94
    2EF981930CDC4A1D310C0B64D5E55D308D863251AB90502C3E46CC599E886A927CDA963B9EB16CE62603B68529EE98F9
    F5206419E03FB458EC4BD9454AA8F6BA777573CC54B328895B1DF25EAD9FB4CD5198EE022B2B81F388D281D5E5BC5801
    07CA01A50665C32B552715F335FD76264FAD00DDD5AE45B94832AC79CE7C511D194BC42B70EFA850BB15C2012C5215CA
    BFE97CE66B8D8734D0EE759A638AF013
";
