//! The list of chats: its order, pins, marks and drafts; pinned messages.

use heliogram_tl::api::{self, TypeInputPeer, TypeUpdate, TypeUpdates, messages};

use crate::two_people::*;

fn of(peer: &TypeInputPeer) -> api::TypeInputDialogPeer {
    api::TypeInputDialogPeer::InputDialogPeer(api::InputDialogPeer { peer: peer.clone() })
}

/// Whose chats are in the list, in its order.
async fn list(person: &Person) -> Vec<i64> {
    let call = messages::GetDialogs {
        exclude_pinned: false,
        folder_id: None,
        offset_date: 0,
        offset_id: 0,
        offset_peer: TypeInputPeer::InputPeerEmpty,
        limit: 100,
        hash: 0,
    };
    let messages::TypeDialogs::Dialogs(found) = person.invoke(&call).await.unwrap() else {
        panic!("expected all dialogs");
    };
    found.dialogs.iter().map(peer_of).collect()
}

fn peer_of(dialog: &api::TypeDialog) -> i64 {
    match dialog {
        api::TypeDialog::Dialog(dialog) => user_of(&dialog.peer),
        other => panic!("{other:?}"),
    }
}

fn draft(person: &Person, text: &str) -> messages::SaveDraft {
    messages::SaveDraft {
        no_webpage: false,
        invert_media: false,
        reply_to: None,
        peer: person.peer.clone(),
        message: text.into(),
        entities: None,
        media: None,
        effect: None,
        suggested_post: None,
        rich_message: None,
    }
}

fn pin_message(person: &Person, id: i32) -> messages::UpdatePinnedMessage {
    messages::UpdatePinnedMessage {
        silent: false,
        unpin: false,
        pm_oneside: false,
        peer: person.peer.clone(),
        id,
    }
}

#[tokio::test]
async fn the_newest_chat_is_first_but_for_pinned_ones() {
    let two = Two::new().await;
    let own = TypeInputPeer::InputPeerSelf;
    two.ada.invoke(&note(&own, "to myself")).await.unwrap();
    two.ada.say(&two.bob, "hello").await;
    assert_eq!(list(&two.ada).await, [two.bob.id, two.ada.id]);
    let phone = two.ada.elsewhere().await;
    two.settle();
    let pin = messages::ToggleDialogPin {
        pinned: true,
        peer: of(&own),
    };
    two.ada.invoke(&pin).await.unwrap();
    two.bob.say(&two.ada, "news").await;
    assert_eq!(list(&two.ada).await, [two.ada.id, two.bob.id]);
    let told = two.told(&[&two.ada.client, &phone]);
    assert_eq!(told[0].len(), 1);
    assert!(
        matches!(&single(&told[1][0])[..], [TypeUpdate::UpdateDialogPinned(pinned)] if pinned.pinned)
    );
    let call = messages::GetPinnedDialogs { folder_id: 0 };
    let pinned = two.ada.invoke(&call).await.unwrap();
    assert_eq!(
        pinned.dialogs.iter().map(peer_of).collect::<Vec<_>>(),
        [two.ada.id]
    );
    let stranger = messages::ToggleDialogPin {
        pinned: true,
        peer: of(&Person::new(&two.core, "9996621504").await.peer),
    };
    assert_eq!(two.ada.error(&stranger).await, "400 PEER_HISTORY_EMPTY");
    let unpin = messages::ToggleDialogPin {
        pinned: false,
        peer: of(&own),
    };
    two.ada.invoke(&unpin).await.unwrap();
    assert_eq!(list(&two.ada).await, [two.bob.id, two.ada.id]);
}

#[tokio::test]
async fn the_list_is_read_page_by_page() {
    let two = Two::new().await;
    let mut people = Vec::new();
    for phone in ["9996621505", "9996621506", "9996621507"] {
        let person = Person::new(&two.core, phone).await;
        person.say(&two.ada, "hello").await;
        people.insert(0, person.id);
    }
    let mut call = messages::GetDialogs {
        exclude_pinned: false,
        folder_id: None,
        offset_date: 0,
        offset_id: 0,
        offset_peer: TypeInputPeer::InputPeerEmpty,
        limit: 2,
        hash: 0,
    };
    let messages::TypeDialogs::DialogsSlice(first) = two.ada.invoke(&call).await.unwrap() else {
        panic!("expected a slice");
    };
    assert_eq!((first.count, first.dialogs.len()), (3, 2));
    let last = plain(first.messages[1].clone());
    (call.offset_id, call.offset_date) = (last.id, last.date);
    let messages::TypeDialogs::DialogsSlice(rest) = two.ada.invoke(&call).await.unwrap() else {
        panic!("expected a slice");
    };
    let both = first.dialogs.iter().chain(&rest.dialogs);
    assert_eq!(both.map(peer_of).collect::<Vec<_>>(), people);
}

#[tokio::test]
async fn one_chat_can_be_asked_for() {
    let two = Two::new().await;
    two.bob.say(&two.ada, "hello").await;
    let eve = Person::new(&two.core, "9996621508").await;
    let call = messages::GetPeerDialogs {
        peers: vec![of(&two.bob.peer), of(&eve.peer)],
    };
    let found = two.ada.invoke(&call).await.unwrap();
    let [
        api::TypeDialog::Dialog(with_bob),
        api::TypeDialog::Dialog(with_eve),
    ] = &found.dialogs[..]
    else {
        panic!("{found:?}");
    };
    assert_eq!((with_bob.top_message, with_bob.unread_count), (1, 1));
    assert_eq!(with_eve.top_message, 0);
    assert_eq!(found.state.pts, two.ada.pts().await);
    assert!(found.users.iter().any(|user| user_id(user) == eve.id));
}

#[tokio::test]
async fn a_chat_can_be_marked_as_unread() {
    let two = Two::new().await;
    two.bob.say(&two.ada, "hello").await;
    let call = messages::MarkDialogUnread {
        unread: true,
        parent_peer: None,
        peer: of(&two.bob.peer),
    };
    two.ada.invoke(&call).await.unwrap();
    assert!(two.ada.dialog(&two.bob).await.unwrap().unread_mark);
    let marks = messages::GetDialogUnreadMarks { parent_peer: None };
    assert_eq!(two.ada.invoke(&marks).await.unwrap().len(), 1);
    let read = messages::ReadHistory {
        peer: two.bob.peer.clone(),
        max_id: 0,
    };
    two.ada.invoke(&read).await.unwrap();
    assert!(!two.ada.dialog(&two.bob).await.unwrap().unread_mark);
}

#[tokio::test]
async fn drafts_are_kept_for_all_sessions_until_they_are_sent() {
    let two = Two::new().await;
    let phone = two.ada.elsewhere().await;
    two.settle();
    two.ada.invoke(&draft(&two.bob, "dear B")).await.unwrap();
    let told = two.told(&[&two.ada.client, &phone]);
    assert_eq!(told[0], []);
    let [TypeUpdate::UpdateDraftMessage(kept)] = &single(&told[1][0])[..] else {
        panic!("{told:?}");
    };
    assert!(
        matches!(&kept.draft, api::TypeDraftMessage::DraftMessage(draft) if draft.message == "dear B")
    );
    // There is nothing to be listed yet.
    assert_eq!(list(&two.ada).await, [0_i64; 0]);
    let TypeUpdates::Updates(all) = phone.invoke(&messages::GetAllDrafts {}).await.unwrap() else {
        panic!("expected updates");
    };
    assert_eq!(all.updates.len(), 1);
    two.bob.say(&two.ada, "hello").await;
    assert!(two.ada.dialog(&two.bob).await.unwrap().draft.is_some());

    let mut send = two.bob.note("dear Bob");
    send.clear_draft = true;
    two.settle();
    two.ada.invoke(&send).await.unwrap();
    assert_eq!(two.ada.dialog(&two.bob).await.unwrap().draft, None);
    let told = two.told(&[&two.ada.client, &phone]);
    assert_eq!(told[0], []);
    let cleared = told[1].iter().flat_map(single).any(|update| {
        matches!(update, TypeUpdate::UpdateDraftMessage(gone)
            if matches!(gone.draft, api::TypeDraftMessage::DraftMessageEmpty(_)))
    });
    assert!(cleared, "{told:?}");
}

#[tokio::test]
async fn a_message_is_pinned_for_both_with_a_note_or_for_oneself() {
    let two = Two::new().await;
    two.ada.say(&two.bob, "one").await;
    two.ada.say(&two.bob, "two").await;
    let (of_ada, of_bob) = (two.ada.pts().await, two.bob.pts().await);
    two.settle();
    let answer = two.ada.invoke(&pin_message(&two.bob, 1)).await.unwrap();
    let [
        TypeUpdate::UpdatePinnedMessages(pinned),
        TypeUpdate::UpdateNewMessage(note),
    ] = &single(&answer)[..]
    else {
        panic!("{answer:?}");
    };
    assert_eq!((pinned.pts, note.pts), (of_ada + 1, of_ada + 2));
    let [_, of_bob_told] = two.told_both();
    let [
        TypeUpdate::UpdatePinnedMessages(pinned),
        TypeUpdate::UpdateNewMessage(note),
    ] = &of_bob_told[..]
    else {
        panic!("{of_bob_told:?}");
    };
    assert_eq!((pinned.pts, note.pts), (of_bob + 1, of_bob + 2));
    assert_eq!((&pinned.messages[..], pinned.pinned), (&[1][..], true));
    assert!(
        matches!(&note.message, api::TypeMessage::MessageService(note)
            if note.action == api::TypeMessageAction::MessageActionPinMessage)
    );
    assert_eq!(
        two.ada.error(&pin_message(&two.bob, 1)).await,
        "400 CHAT_NOT_MODIFIED"
    );
    let mut alone = pin_message(&two.ada, 2);
    alone.pm_oneside = true;
    two.bob.invoke(&alone).await.unwrap();
    let pts = two.ada.pts().await;
    let unpin = messages::UnpinAllMessages {
        peer: two.bob.peer.clone(),
        top_msg_id: None,
        saved_peer_id: None,
    };
    let affected = two.ada.invoke(&unpin).await.unwrap();
    assert_eq!((affected.pts, affected.pts_count), (pts + 1, 1));
    let of_bob = two.bob.invoke(&history(&two.ada.peer)).await.unwrap();
    let messages::TypeMessages::Messages(of_bob) = of_bob else {
        panic!("{of_bob:?}");
    };
    let pins: Vec<bool> = of_bob
        .messages
        .into_iter()
        .filter(|message| matches!(message, api::TypeMessage::Message(_)))
        .map(|message| plain(message).pinned)
        .collect();
    assert_eq!(pins, [true, false]);
}
