//! The notice of 777000: pushed, stored, found again.

use heliogram_server::PushKind;
use heliogram_tl::Decode;
use heliogram_tl::api::{self, TypeInputPeer, TypeInputUser, messages, updates, users};

use crate::world::*;

const PHONE: &str = "9996621401";

fn history(limit: i32, offset_id: i32, add_offset: i32) -> messages::GetHistory {
    messages::GetHistory {
        peer: TypeInputPeer::InputPeerUser(api::InputPeerUser {
            user_id: 777_000.into(),
            ..Default::default()
        }),
        offset_id,
        offset_date: 0,
        add_offset,
        limit,
        max_id: 0,
        min_id: 0,
        hash: 0,
    }
}

fn text(message: &api::TypeMessage) -> &api::Message {
    match message {
        api::TypeMessage::Message(message) => message,
        other => panic!("{other:?}"),
    }
}

fn difference(pts: i32) -> updates::GetDifference {
    updates::GetDifference {
        pts,
        date: 1,
        ..Default::default()
    }
}

#[tokio::test]
async fn an_owner_who_was_away_finds_the_notice_after_a_restart() {
    let directory = Directory::new();
    let (key, pts) = {
        let core = directory.open();
        let owner = active_owner(&core, PHONE).await;
        let state = owner.invoke(&updates::GetState {}).await.unwrap();
        let requester = requester(&core, PHONE).await;
        requester.delete_account().await.unwrap_err();
        (owner.key, state.pts)
    };
    let core = directory.open();
    let owner = client(&core, key);
    let updates::TypeDifference::Difference(found) = owner.invoke(&difference(pts)).await.unwrap()
    else {
        panic!("expected updates.difference");
    };
    let notice = text(found.new_messages.last().unwrap());
    assert!(
        notice
            .message
            .contains(&format!("https://t.me/confirmphone?phone={PHONE}&hash="))
    );
    assert!(matches!(&notice.peer_id, api::TypePeer::PeerUser(peer) if peer.user_id.0 == 777_000));
    assert!(
        matches!(&found.users[..], [api::TypeUser::User(user)] if user.id.0 == 777_000 && user.verified)
    );
    assert_eq!(found.state.pts, pts + found.new_messages.len() as i32);
    let [api::TypeMessageEntity::MessageEntityUrl(link)] = &notice.entities.as_ref().unwrap()[..]
    else {
        panic!("expected one link");
    };
    let units: Vec<u16> = notice.message.encode_utf16().collect();
    let linked =
        String::from_utf16(&units[link.offset as usize..(link.offset + link.length) as usize])
            .unwrap();
    assert!(
        linked.starts_with("https://t.me/") && !linked.contains('\n'),
        "{linked}"
    );

    let rest = owner.invoke(&difference(found.state.pts)).await.unwrap();
    assert!(matches!(rest, updates::TypeDifference::DifferenceEmpty(_)));
    let messages::TypeMessages::Messages(all) = owner.invoke(&history(10, 0, 0)).await.unwrap()
    else {
        panic!("expected all messages");
    };
    assert_eq!(text(&all.messages[0]).message, notice.message);
    let dialogs = messages::GetDialogs {
        exclude_pinned: false,
        folder_id: None,
        offset_date: 0,
        offset_id: 0,
        offset_peer: TypeInputPeer::InputPeerEmpty,
        limit: 100,
        hash: 0,
    };
    let messages::TypeDialogs::Dialogs(dialogs) = owner.invoke(&dialogs).await.unwrap() else {
        panic!("expected all dialogs");
    };
    let [api::TypeDialog::Dialog(dialog)] = &dialogs.dialogs[..] else {
        panic!("expected one dialog");
    };
    assert_eq!(dialog.top_message, notice.id);
}

#[tokio::test]
async fn a_session_that_is_there_is_told_at_once() {
    let core = in_memory();
    let (owner, requester) = owner_and_requester(&core, PHONE).await;
    let mut pushes = core.subscribe();
    requester.delete_account().await.unwrap_err();
    let push = pushes.try_recv().unwrap();
    assert_eq!(
        push.to.iter().map(|to| to.key).collect::<Vec<_>>(),
        [owner.key]
    );
    let PushKind::Updates(bytes) = push.kind else {
        panic!("expected updates");
    };
    let api::TypeUpdates::Updates(updates) = api::TypeUpdates::from_bytes(&bytes).unwrap() else {
        panic!("expected updates");
    };
    let api::TypeUpdate::UpdateNewMessage(new) = &updates.updates[0] else {
        panic!("expected updateNewMessage");
    };
    assert_eq!(new.pts_count, 1);
    assert_eq!(
        new.pts,
        owner.invoke(&updates::GetState {}).await.unwrap().pts
    );
}

#[tokio::test]
async fn the_errors_of_get_difference_and_long_gaps() {
    let core = in_memory();
    add_user(&core, PHONE, None).await;
    let owner = minted(&core, PHONE).await;
    assert_eq!(
        owner.error(&difference(0)).await,
        "400 PERSISTENT_TIMESTAMP_EMPTY"
    );
    assert_eq!(
        owner.error(&difference(-1)).await,
        "400 PERSISTENT_TIMESTAMP_INVALID"
    );
    for _ in 0..3 {
        stranger(&core)
            .send_code(PHONE, Default::default())
            .await
            .unwrap();
    }
    let call = updates::GetDifference {
        pts_limit: Some(2),
        ..difference(1)
    };
    let updates::TypeDifference::DifferenceSlice(slice) = owner.invoke(&call).await.unwrap() else {
        panic!("expected a slice");
    };
    assert_eq!(
        (slice.new_messages.len(), slice.intermediate_state.pts),
        (2, 3)
    );
    let updates::TypeDifference::Difference(rest) = owner.invoke(&difference(3)).await.unwrap()
    else {
        panic!("expected the rest");
    };
    assert_eq!(rest.new_messages.len(), 1);
}

#[tokio::test]
async fn history_is_paged() {
    let core = in_memory();
    add_user(&core, PHONE, None).await;
    let owner = minted(&core, PHONE).await;
    for _ in 0..5 {
        stranger(&core)
            .send_code(PHONE, Default::default())
            .await
            .unwrap();
    }
    let ids = async |call| match owner.invoke(&call).await.unwrap() {
        messages::TypeMessages::MessagesSlice(slice) => {
            assert_eq!(slice.count, 5);
            slice
                .messages
                .iter()
                .map(|message| text(message).id)
                .collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(ids(history(2, 0, 0)).await, [5, 4]);
    assert_eq!(ids(history(2, 4, 0)).await, [3, 2]);
    assert_eq!(ids(history(2, 4, -1)).await, [4, 3]);
    assert_eq!(
        ids(messages::GetHistory {
            min_id: 2,
            max_id: 5,
            ..history(9, 0, 0)
        })
        .await,
        [4, 3]
    );
    let stranger = messages::GetHistory {
        peer: TypeInputPeer::InputPeerChat(Default::default()),
        ..history(1, 0, 0)
    };
    assert_eq!(owner.error(&stranger).await, "400 PEER_ID_INVALID");
}

#[tokio::test]
async fn the_service_account_and_oneself_have_a_full_form() {
    let core = in_memory();
    let id = add_user(&core, PHONE, None).await;
    let owner = minted(&core, PHONE).await;
    let full = |id| users::GetFullUser { id };
    let own = owner
        .invoke(&full(TypeInputUser::InputUserSelf))
        .await
        .unwrap();
    assert_eq!(own.full_user.id.0, id);
    let service = api::InputUser {
        user_id: 777_000.into(),
        ..Default::default()
    };
    let service = owner
        .invoke(&full(TypeInputUser::InputUser(service)))
        .await
        .unwrap();
    assert_eq!(service.full_user.id.0, 777_000);
    assert_eq!(
        owner.error(&full(TypeInputUser::InputUserEmpty)).await,
        "400 USER_ID_INVALID"
    );
    let other = add_user(&core, "9996621402", None).await;
    let guess = api::InputUser {
        user_id: other.into(),
        access_hash: 1.into(),
    };
    let call = users::GetUsers {
        id: vec![TypeInputUser::InputUser(guess)],
    };
    assert!(matches!(
        &owner.invoke(&call).await.unwrap()[..],
        [api::TypeUser::UserEmpty(_)]
    ));
}
