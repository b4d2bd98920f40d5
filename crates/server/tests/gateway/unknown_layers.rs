//! Clients ahead of the server: a layer nobody has published, and constructors of it.

use heliogram::{Transport, api};
use heliogram_campaigns::Raw;
use heliogram_tl::api::{InitConnection, InvokeWithLayer};
use heliogram_tl::{Decode as _, Encode as _, LAYER};

use crate::world::*;

/// An id that no layer has.
const UNKNOWN: u32 = 0xfeed_f00d;

fn in_layer(layer: i32, query: Vec<u8>) -> Vec<u8> {
    let call = InvokeWithLayer {
        layer,
        query: InitConnection {
            api_id: 12345,
            device_model: "trial".into(),
            system_version: "linux".into(),
            app_version: "1.0".into(),
            system_lang_code: "en".into(),
            lang_pack: String::new(),
            lang_code: "en".into(),
            proxy: None,
            params: None,
            query: heliogram_tl::Raw(query.into()),
        },
    };
    call.to_bytes().unwrap()
}

async fn ask(raw: &mut Raw, body: &[u8]) -> Result<bytes::Bytes, String> {
    let call = raw.send(body).unwrap();
    let answer = raw.answer_to(call, body).await.unwrap();
    answer.map_err(|error| format!("{} {}", error.code, error.name))
}

#[tokio::test]
async fn a_layer_that_nobody_has_published_is_served_as_the_newest() {
    let (server, target) = server().await;
    let mut raw = Raw::exchange(&target, Transport::default()).await.unwrap();
    for layer in [LAYER + 2, 999, i32::MAX] {
        let body = in_layer(layer, api::help::GetConfig {}.to_bytes().unwrap());
        let answer = ask(&mut raw, &body).await.unwrap();
        api::Config::from_bytes(&answer).unwrap();
    }
    server.stop().await;
}

#[tokio::test]
async fn a_constructor_that_nobody_knows_is_named_and_the_connection_lives_on() {
    let (server, target) = server().await;
    let mut raw = Raw::exchange(&target, Transport::default()).await.unwrap();
    let mut unknown_method = UNKNOWN.to_le_bytes().to_vec();
    unknown_method.extend_from_slice(&[7; 12]);
    // auth.sendCode with settings of a later layer.
    let mut unknown_field = 0xa677_244f_u32.to_le_bytes().to_vec();
    unknown_field.extend_from_slice(b"\x0a9996621234\0");
    unknown_field.extend_from_slice(&12345_u32.to_le_bytes());
    unknown_field.extend_from_slice(b"\x04hash\0\0\0");
    unknown_field.extend_from_slice(&UNKNOWN.to_le_bytes());
    unknown_field.extend_from_slice(&[0; 4]);
    for layer in [158, 198, LAYER, 999] {
        let answer = ask(&mut raw, &in_layer(layer, unknown_method.clone())).await;
        let expected = format!("400 INPUT_METHOD_INVALID_{UNKNOWN}_0");
        assert_eq!(answer.unwrap_err(), expected, "in {layer}");
        let answer = ask(&mut raw, &in_layer(layer, unknown_field.clone())).await;
        let expected = format!("400 INPUT_FETCH_ERROR_{UNKNOWN}");
        assert_eq!(answer.unwrap_err(), expected, "in {layer}");
        let body = in_layer(layer, api::help::GetConfig {}.to_bytes().unwrap());
        let answer = ask(&mut raw, &body).await.unwrap();
        api::Config::from_bytes(&answer).unwrap();
    }
    server.stop().await;
}

#[tokio::test]
async fn a_call_of_an_old_layer_that_the_newest_has_no_form_of_is_refused_by_name() {
    let (server, target) = server().await;
    let mut raw = Raw::exchange(&target, Transport::default()).await.unwrap();
    // messages.getAllChats, in layer 158 only.
    let mut call = 0x875f_74be_u32.to_le_bytes().to_vec();
    call.extend_from_slice(&0x1cb5_c415_u32.to_le_bytes());
    call.extend_from_slice(&[0; 4]);
    let answer = ask(&mut raw, &in_layer(158, call.clone())).await;
    let expected = format!("400 NOT_IN_LAYER_{LAYER}_messages.getAllChats");
    assert_eq!(answer.unwrap_err(), expected);
    let answer = ask(&mut raw, &in_layer(LAYER, call)).await;
    let expected = format!("400 INPUT_METHOD_INVALID_{}_0", 0x875f_74be_u32);
    assert_eq!(answer.unwrap_err(), expected);
    server.stop().await;
}
