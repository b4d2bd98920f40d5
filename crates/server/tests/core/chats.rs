//! Messages of accounts: stored, pushed, found again.

use heliogram_tl::api::{TypeInputPeer, TypeMessage, TypeUpdates, messages, updates};

use crate::world::*;

const ADA: &str = "9996621501";

fn note(text: &str, random_id: i64) -> messages::SendMessage {
    messages::SendMessage {
        no_webpage: false,
        silent: false,
        background: false,
        clear_draft: false,
        noforwards: false,
        update_stickersets_order: false,
        invert_media: false,
        allow_paid_floodskip: false,
        peer: TypeInputPeer::InputPeerSelf,
        reply_to: None,
        message: text.into(),
        random_id,
        reply_markup: None,
        entities: None,
        schedule_date: None,
        schedule_repeat_period: None,
        send_as: None,
        quick_reply_shortcut: None,
        effect: None,
        allow_paid_stars: None,
        suggested_post: None,
        rich_message: None,
    }
}

#[tokio::test]
async fn a_repeated_random_id_gets_the_first_result() {
    let core = in_memory();
    add_user(&core, ADA, None).await;
    let ada = minted(&core, ADA).await;
    let first = ada.invoke(&note("one", 7)).await.unwrap();
    let second = ada.invoke(&note("two", 7)).await.unwrap();
    let id = |updates: &TypeUpdates| match updates {
        TypeUpdates::Updates(updates) => format!("{:?}", updates.updates),
        other => panic!("{other:?}"),
    };
    assert_eq!(id(&first), id(&second));
    let state = ada.invoke(&updates::GetState {}).await.unwrap();
    assert_eq!(state.pts, 2);
    let history = messages::GetHistory {
        peer: TypeInputPeer::InputPeerSelf,
        offset_id: 0,
        offset_date: 0,
        add_offset: 0,
        limit: 100,
        max_id: 0,
        min_id: 0,
        hash: 0,
    };
    let messages::TypeMessages::Messages(found) = ada.invoke(&history).await.unwrap() else {
        panic!("expected messages.messages");
    };
    let [TypeMessage::Message(only)] = &found.messages[..] else {
        panic!("{:?}", found.messages);
    };
    assert_eq!((&only.message[..], only.out), ("one", true));
}
