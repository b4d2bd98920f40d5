//! Replies leave in the caller's layer; requests may come in it.

use bytes::Bytes;
use heliogram_server::{PushKind, in_layer};
use heliogram_tl::api::{self, InvokeWithLayer, TypeInputUser, account, messages, updates, users};
use heliogram_tl::{Encode, LAYER, Raw, reflect};

use crate::world::*;

const PHONE: &str = "9996621201";

fn in_wrapper(layer: i32, query: Vec<u8>) -> Vec<u8> {
    let query = Raw(Bytes::from(query));
    InvokeWithLayer { layer, query }.to_bytes().unwrap()
}

fn oneself() -> Vec<u8> {
    users::GetUsers {
        id: vec![TypeInputUser::InputUserSelf],
    }
    .to_bytes()
    .unwrap()
}

/// The id of the first element of a vector.
fn first_id(body: &[u8]) -> u32 {
    u32::from_le_bytes(body[8..12].try_into().unwrap())
}

#[tokio::test]
async fn the_user_is_another_in_layer_198_than_in_230() {
    let core = in_memory();
    add_user(&core, PHONE, None).await;
    let client = minted(&core, PHONE).await;
    let new = client.send(in_wrapper(230, oneself())).await.body.unwrap();
    let old = client.send(in_wrapper(198, oneself())).await.body.unwrap();
    assert_eq!(first_id(&new), 0xb1b8_cc83);
    assert_eq!(first_id(&old), 0x4b46_c37e);
}

#[tokio::test]
async fn the_layer_is_remembered_for_the_key() {
    let directory = Directory::new();
    let key = {
        let core = directory.open();
        add_user(&core, PHONE, None).await;
        let client = minted(&core, PHONE).await;
        client.send(in_wrapper(198, oneself())).await.body.unwrap();
        let bare = client.send(oneself()).await.body.unwrap();
        assert_eq!(first_id(&bare), 0x4b46_c37e);
        client.key
    };
    let core = directory.open();
    let bare = client(&core, key).send(oneself()).await.body.unwrap();
    assert_eq!(first_id(&bare), 0x4b46_c37e, "after a restart too");
}

#[tokio::test]
async fn a_layer_newer_than_ours_is_served_as_the_newest() {
    let core = in_memory();
    add_user(&core, PHONE, None).await;
    let client = minted(&core, PHONE).await;
    let body = client.send(in_wrapper(9999, oneself())).await.body.unwrap();
    assert_eq!(first_id(&body), 0xb1b8_cc83);
}

#[tokio::test]
async fn every_answer_has_a_form_in_every_layer_we_know() {
    let core = in_memory();
    let (owner, requester) = owner_and_requester(&core, PHONE).await;
    requester.delete_account().await.unwrap_err();
    let service = api::InputUser {
        user_id: 777_000.into(),
        ..Default::default()
    };
    let peer = api::InputPeerUser {
        user_id: 777_000.into(),
        ..Default::default()
    };
    let queries = [
        users::GetFullUser {
            id: TypeInputUser::InputUserSelf,
        }
        .to_bytes(),
        users::GetFullUser {
            id: TypeInputUser::InputUser(service),
        }
        .to_bytes(),
        updates::GetState {}.to_bytes(),
        updates::GetDifference {
            pts: 1,
            date: 1,
            ..Default::default()
        }
        .to_bytes(),
        messages::GetHistory {
            peer: api::TypeInputPeer::InputPeerUser(peer),
            offset_id: 0,
            offset_date: 0,
            add_offset: 0,
            limit: 1,
            max_id: 0,
            min_id: 0,
            hash: 0,
        }
        .to_bytes(),
        messages::GetDialogs {
            exclude_pinned: false,
            folder_id: None,
            offset_date: 0,
            offset_id: 0,
            offset_peer: api::TypeInputPeer::InputPeerEmpty,
            limit: 10,
            hash: 0,
        }
        .to_bytes(),
        account::GetPassword {}.to_bytes(),
        account::GetAuthorizations {}.to_bytes(),
        account::GetAccountTTL {}.to_bytes(),
        api::help::GetConfig {}.to_bytes(),
        api::help::GetAppConfig { hash: 0 }.to_bytes(),
        api::help::GetNearestDc {}.to_bytes(),
        api::help::GetTermsOfServiceUpdate {}.to_bytes(),
        api::langpack::GetLanguages {
            lang_pack: String::new(),
        }
        .to_bytes(),
    ];
    for layer in reflect::known_layers() {
        for query in &queries {
            let query = query.clone().unwrap();
            let reply = owner.send(in_wrapper(layer, query)).await;
            assert!(
                reply.body.is_ok(),
                "layer {layer}, {:?}: {:?}",
                reply.method,
                reply.body
            );
        }
    }
    assert!(reflect::known_layers().any(|layer| layer == 198));
    assert!(reflect::known_layers().any(|layer| layer == LAYER));
}

#[tokio::test]
async fn updates_are_pushed_in_a_form_for_each_recipient() {
    let core = in_memory();
    let (owner, requester) = owner_and_requester(&core, PHONE).await;
    owner.send(in_wrapper(198, oneself())).await.body.unwrap();
    let mut pushes = core.subscribe();
    requester.delete_account().await.unwrap_err();
    let push = pushes.try_recv().unwrap();
    assert_eq!((push.to[0].key, push.to[0].layer), (owner.key, 198));
    assert!(
        push.to.iter().all(|to| to.key != requester.key),
        "never to who asked"
    );
    let PushKind::Updates(newest) = push.kind else {
        panic!("expected updates");
    };
    let old = in_layer(&newest, push.to[0].layer).unwrap();
    let user = 0x4b46_c37e_u32.to_le_bytes();
    assert!(old.windows(4).any(|window| window == user));
    assert!(!newest.windows(4).any(|window| window == user));
}
