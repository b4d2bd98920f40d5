//! Objects of layer 198, the layer of GramJS 2.26.22.

use bytes::Bytes;
use heliogram_tl::reflect::{self, LayerError, Type};
use heliogram_tl::{Encode, LAYER, api};

fn user() -> api::User {
    api::User {
        self_: true,
        id: 42.into(),
        access_hash: Some(7.into()),
        first_name: Some("Ada".into()),
        phone: Some("9996621234".into()),
        ..Default::default()
    }
}

#[test]
fn a_user_leaves_under_the_id_of_the_caller_s_layer() {
    let newest = Bytes::from(user().to_bytes().unwrap());
    let older = reflect::to_layer(198, Type::Object, newest.clone()).unwrap();
    assert_eq!(newest[..4], 0xb1b8_cc83_u32.to_le_bytes());
    assert_eq!(older[..4], 0x4b46_c37e_u32.to_le_bytes());
    assert_eq!(
        reflect::to_layer(LAYER, Type::Object, newest.clone()).unwrap(),
        newest
    );
}

#[test]
fn what_did_not_change_leaves_as_it_is() {
    let sent = api::auth::SentCode {
        type_: api::auth::SentCodeTypeSms { length: 5 }.into(),
        phone_code_hash: "7deac9022b73a3a888".into(),
        next_type: None,
        timeout: Some(60),
    };
    let newest = Bytes::from(sent.to_bytes().unwrap());
    assert_eq!(
        reflect::to_layer(198, Type::Object, newest.clone()).unwrap(),
        newest
    );
}

#[test]
fn what_an_older_layer_never_heard_of_is_refused_by_name() {
    let unknown = reflect::combinators()
        .iter()
        .find(|combinator| combinator.name == "auth.sentCodePaymentRequired")
        .unwrap();
    let object = reflect::random_object(unknown, &mut || 0);
    let bytes = Bytes::from(object.to_bytes().unwrap());
    assert_eq!(
        reflect::to_layer(198, Type::Object, bytes),
        Err(LayerError::Unknown {
            layer: 198,
            name: "auth.sentCodePaymentRequired"
        })
    );
}
