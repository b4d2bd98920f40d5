//! What may stand around a query, and queries that cannot be read.

use bytes::Bytes;
use heliogram_tl::api::{
    self, InitConnection, InvokeAfterMsg, InvokeAfterMsgs, InvokeWithApnsSecret,
    InvokeWithBusinessConnection, InvokeWithGooglePlayIntegrity, InvokeWithLayer,
    InvokeWithMessagesRange, InvokeWithReCaptcha, InvokeWithTakeout, InvokeWithoutUpdates, account,
    help,
};
use heliogram_tl::{Encode, Raw};

use crate::world::*;

const PHONE: &str = "9996621701";

fn config() -> Raw {
    Raw(help::GetConfig {}.to_bytes().unwrap().into())
}

fn init(query: Raw) -> InitConnection<Raw> {
    InitConnection {
        api_id: API_ID,
        device_model: "a telescope".to_owned(),
        system_version: "1".to_owned(),
        app_version: "2".to_owned(),
        system_lang_code: "en".to_owned(),
        lang_pack: String::new(),
        lang_code: "en".to_owned(),
        proxy: Some(Box::new(api::InputClientProxy {
            address: "127.0.0.1".to_owned(),
            port: 1080,
        })),
        params: Some(Box::new(api::TypeJSONValue::JsonNull)),
        query,
    }
}

#[tokio::test]
async fn every_wrapper_is_peeled() {
    let core = in_memory();
    let client = stranger(&core);
    let query = config();
    let range = api::MessageRange {
        min_id: 1,
        max_id: 2,
    };
    let wrapped = [
        InvokeWithLayer {
            layer: 230,
            query: query.clone(),
        }
        .to_bytes(),
        init(query.clone()).to_bytes(),
        InvokeWithoutUpdates {
            query: query.clone(),
        }
        .to_bytes(),
        InvokeAfterMsg {
            msg_id: 1,
            query: query.clone(),
        }
        .to_bytes(),
        InvokeAfterMsgs {
            msg_ids: vec![1, 2],
            query: query.clone(),
        }
        .to_bytes(),
        InvokeWithMessagesRange {
            range,
            query: query.clone(),
        }
        .to_bytes(),
        InvokeWithTakeout {
            takeout_id: 1,
            query: query.clone(),
        }
        .to_bytes(),
        InvokeWithApnsSecret {
            nonce: String::new(),
            secret: String::new(),
            query: query.clone(),
        }
        .to_bytes(),
        InvokeWithGooglePlayIntegrity {
            nonce: String::new(),
            token: String::new(),
            query: query.clone(),
        }
        .to_bytes(),
        InvokeWithReCaptcha {
            token: String::new(),
            query: query.clone(),
        }
        .to_bytes(),
    ];
    for body in wrapped {
        let reply = client.send(body.unwrap()).await;
        assert!(reply.body.is_ok(), "{reply:?}");
        assert_eq!(reply.method, Some("help.getConfig"));
    }
    let business = InvokeWithBusinessConnection {
        connection_id: String::new(),
        query,
    };
    let reply = client.send(business.to_bytes().unwrap()).await;
    assert_eq!(error_of(reply.body), "400 BUSINESS_CONNECTION_NOT_ALLOWED");
}

#[tokio::test]
async fn the_connection_is_remembered_for_the_list_of_sessions() {
    for directory in [None, Some(Directory::new())] {
        let core = directory.as_ref().map_or_else(in_memory, Directory::open);
        add_user(&core, PHONE, None).await;
        let client = minted(&core, PHONE).await;
        let inner = init(config()).to_bytes().unwrap();
        let both = InvokeWithLayer {
            layer: 230,
            query: Raw(inner.into()),
        };
        let without = InvokeWithoutUpdates {
            query: Raw(both.to_bytes().unwrap().into()),
        };
        let reply = client.send(without.to_bytes().unwrap()).await;
        assert!(reply.body.is_ok() && reply.without_updates);
        let sessions = client.invoke(&account::GetAuthorizations {}).await.unwrap();
        let session = &sessions.authorizations[0];
        assert_eq!(
            (session.device_model.as_str(), session.api_id),
            ("a telescope", API_ID)
        );
        assert_eq!(session.ip, "127.0.0.1");
    }
}

#[tokio::test]
async fn a_packed_query_is_unpacked_wherever_it_stands() {
    let core = in_memory();
    // gzip_packed around help.getConfig, as zlib writes it without compression.
    let query = help::GetConfig {}.to_bytes().unwrap();
    let mut zlib = vec![0x78, 0x01, 0x01, 4, 0, !4, 0xff];
    zlib.extend_from_slice(&query);
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in &query {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    zlib.extend_from_slice(&(b << 16 | a).to_be_bytes());
    let mut packed = 0x3072_cfa1_u32.to_le_bytes().to_vec();
    packed.extend_from_slice(&Bytes::from(zlib).to_bytes().unwrap());
    let wrapped = InvokeWithLayer {
        layer: 230,
        query: Raw(packed.into()),
    };
    let reply = stranger(&core).send(wrapped.to_bytes().unwrap()).await;
    assert!(reply.body.is_ok(), "{reply:?}");
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_by_name() {
    let core = in_memory();
    let client = stranger(&core);
    let error = async |body: Vec<u8>| error_of(client.send(body).await.body);
    assert_eq!(error(vec![]).await, "400 INPUT_FETCH_ERROR");
    assert_eq!(error(vec![1, 2]).await, "400 INPUT_FETCH_ERROR");
    assert_eq!(
        error(vec![0xff; 8]).await,
        "400 INPUT_METHOD_INVALID_4294967295_0"
    );
    let constructor = 0x9972_75b5_u32.to_le_bytes().to_vec();
    assert_eq!(
        error(constructor).await,
        "400 INPUT_METHOD_INVALID_2574415285_0",
        "boolTrue is no method"
    );

    // What GramJS makes of a token without app_sandbox: the flag is set, the Bool is missing.
    let mut truncated = 0x1b3f_aa88_u32.to_le_bytes().to_vec();
    truncated.extend_from_slice(b"\x06abc0ef\0");
    truncated.extend_from_slice(&0xad25_3d78_u32.to_le_bytes());
    truncated.extend_from_slice(&0x100_u32.to_le_bytes());
    truncated.extend_from_slice(b"\x01t\0\0");
    assert_eq!(
        error(truncated).await,
        "400 INPUT_FETCH_ERROR",
        "before any 401"
    );

    let mut trailing = help::GetConfig {}.to_bytes().unwrap();
    trailing.extend_from_slice(&[0; 4]);
    assert_eq!(error(trailing).await, "400 INPUT_FETCH_ERROR");

    let mut nested = config();
    for _ in 0..20 {
        nested = Raw(InvokeWithoutUpdates { query: nested }
            .to_bytes()
            .unwrap()
            .into());
    }
    assert_eq!(error(nested.0.to_vec()).await, "400 INPUT_FETCH_ERROR");
}
