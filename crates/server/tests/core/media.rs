//! Photos, documents and the rest in messages.

use heliogram_tl::api::{
    self, TypeInputMedia, TypeMessageMedia, TypeUpdate, TypeUpdates, messages,
};

use crate::files::{
    as_document, as_photo, document_of, downloaded, noise, photo_of, place, png, uploaded,
};
use crate::two_people::*;
use crate::world::*;

const KIB: usize = 1 << 10;

fn send(to: &Person, media: TypeInputMedia, text: &str) -> messages::SendMedia {
    messages::SendMedia {
        silent: false,
        background: false,
        clear_draft: false,
        noforwards: false,
        update_stickersets_order: false,
        invert_media: false,
        allow_paid_floodskip: false,
        peer: to.peer.clone(),
        reply_to: None,
        media,
        message: text.into(),
        random_id: unique(),
        reply_markup: None,
        entities: None,
        schedule_date: None,
        schedule_repeat_period: None,
        send_as: None,
        quick_reply_shortcut: None,
        effect: None,
        allow_paid_stars: None,
        suggested_post: None,
    }
}

fn single(media: TypeInputMedia, text: &str) -> api::InputSingleMedia {
    api::InputSingleMedia {
        media,
        random_id: unique(),
        message: text.into(),
        entities: None,
    }
}

fn album(to: &Person, multi_media: Vec<api::InputSingleMedia>) -> messages::SendMultiMedia {
    messages::SendMultiMedia {
        silent: false,
        background: false,
        clear_draft: false,
        noforwards: false,
        update_stickersets_order: false,
        invert_media: false,
        allow_paid_floodskip: false,
        peer: to.peer.clone(),
        reply_to: None,
        multi_media,
        schedule_date: None,
        send_as: None,
        quick_reply_shortcut: None,
        effect: None,
        allow_paid_stars: None,
    }
}

/// A document of these bytes, on its way.
async fn a_document(by: &Person, bytes: &[u8]) -> TypeInputMedia {
    as_document(uploaded(&by.client, bytes, 64 * KIB, "notes.bin").await)
}

fn again(document: &api::Document) -> TypeInputMedia {
    TypeInputMedia::InputMediaDocument(Box::new(api::InputMediaDocument {
        spoiler: false,
        id: api::TypeInputDocument::InputDocument(Box::new(api::InputDocument {
            id: document.id,
            access_hash: document.access_hash,
            file_reference: document.file_reference.clone(),
        })),
        video_cover: None,
        video_timestamp: None,
        ttl_seconds: None,
        query: None,
    }))
}

fn media_of(message: &api::Message) -> &TypeMessageMedia {
    message.media.as_deref().expect("a message with media")
}

/// The messages that somebody is told of.
fn new_messages(updates: &[TypeUpdate]) -> Vec<api::Message> {
    let mut found = Vec::new();
    for update in updates {
        if let TypeUpdate::UpdateNewMessage(new) = update
            && let api::TypeMessage::Message(message) = &new.message
        {
            found.push(api::Message::clone(message));
        }
    }
    found
}

fn answered(updates: TypeUpdates) -> Vec<api::Message> {
    new_messages(&crate::two_people::single(&updates))
}

#[tokio::test]
async fn a_document_reaches_the_other_who_can_download_it() {
    let two = Two::new().await;
    let bytes = noise(1, 150 * KIB);
    let call = send(&two.bob, a_document(&two.ada, &bytes).await, "for you");
    let sent = answered(two.ada.invoke(&call).await.unwrap());
    assert_eq!((sent.len(), &*sent[0].message), (1, "for you"));
    let [_, told] = two.told_both();
    let told = new_messages(&told);
    let document = document_of(media_of(&told[0]));
    assert_eq!(downloaded(&two.bob.client, &place(&document)).await, bytes);
    assert_eq!(document.attributes.len(), 1);
    let missed = two.bob.missed(1).await;
    let missed = document_of(media_of(&missed.new[0]));
    assert_eq!(downloaded(&two.bob.client, &place(&missed)).await, bytes);

    // The same call once more has the same answer and no second effect.
    let repeated = answered(two.ada.invoke(&call).await.unwrap());
    assert_eq!(repeated[0].id, sent[0].id);
    assert_eq!(two.bob.history(&two.ada.peer).await.len(), 1);
}

#[tokio::test]
async fn a_reference_that_expired_is_renewed_by_asking_for_the_message_again() {
    let two = Two::new().await;
    let call = send(&two.bob, a_document(&two.ada, b"hello").await, "");
    two.ada.invoke(&call).await.unwrap();
    let before = document_of(media_of(&two.bob.history(&two.ada.peer).await[0]));
    two.core.advance_clock(DAY).await.unwrap();
    let get = |document: &api::Document| api::upload::GetFile {
        precise: false,
        cdn_supported: false,
        location: place(document),
        offset: 0,
        limit: 4_096,
    };
    assert_eq!(
        two.bob.error(&get(&before)).await,
        "400 FILE_REFERENCE_EXPIRED"
    );
    let late = send(&two.ada, again(&before), "");
    assert_eq!(two.bob.error(&late).await, "400 FILE_REFERENCE_EXPIRED");
    let late = album(&two.ada, vec![single(again(&before), "")]);
    assert_eq!(two.bob.error(&late).await, "400 FILE_REFERENCE_0_EXPIRED");
    let message = two.bob.history(&two.ada.peer).await.remove(0);
    let id = api::TypeInputMessage::InputMessageID(api::InputMessageID { id: message.id });
    let found = two
        .bob
        .invoke(&messages::GetMessages { id: vec![id] })
        .await;
    let found = messages_of(found.unwrap());
    let after = document_of(media_of(&found[0]));
    assert_ne!(after.file_reference, before.file_reference);
    assert_eq!(
        (after.id, after.access_hash),
        (before.id, before.access_hash)
    );
    assert_eq!(downloaded(&two.bob.client, &place(&after)).await, b"hello");
    // And sent on by whoever has it.
    let back = send(&two.ada, again(&after), "thanks");
    let sent = answered(two.bob.invoke(&back).await.unwrap());
    assert_eq!(document_of(media_of(&sent[0])).id, before.id);
}

#[tokio::test]
async fn an_album_comes_together_and_once() {
    let two = Two::new().await;
    let first = uploaded(&two.ada.client, &png(640, 480), KIB, "a.png").await;
    let second = uploaded(&two.ada.client, &png(480, 640), KIB, "b.png").await;
    let media = vec![single(as_photo(first), "one"), single(as_photo(second), "")];
    let call = album(&two.bob, media);
    let sent = answered(two.ada.invoke(&call).await.unwrap());
    let told = two.told(&[&two.bob.client]).remove(0);
    assert_eq!(told.len(), 1, "both in one message of the server");
    let told = new_messages(&crate::two_people::single(&told[0]));
    assert_eq!((sent.len(), told.len()), (2, 2));
    for messages in [&sent, &told] {
        assert_eq!(messages[0].grouped_id, messages[1].grouped_id);
        assert!(messages[0].grouped_id.is_some());
        assert_ne!(
            photo_of(media_of(&messages[0])).id,
            photo_of(media_of(&messages[1])).id
        );
    }
    assert_eq!((&*told[0].message, &*told[1].message), ("one", ""));
    let repeated = answered(two.ada.invoke(&call).await.unwrap());
    let ids = |messages: &[api::Message]| messages.iter().map(|it| it.id).collect::<Vec<_>>();
    assert_eq!(ids(&repeated), ids(&sent));
    assert_eq!(two.bob.history(&two.ada.peer).await.len(), 2);

    let more = messages::SendMultiMedia {
        multi_media: [
            call.multi_media.clone(),
            vec![single(TypeInputMedia::InputMediaEmpty, "")],
        ]
        .concat(),
        ..call.clone()
    };
    assert_eq!(two.ada.error(&more).await, "500 RANDOM_ID_DUPLICATE");
    let none = album(&two.bob, Vec::new());
    assert_eq!(two.ada.error(&none).await, "400 MEDIA_EMPTY");
    let wrong = album(&two.bob, vec![single(TypeInputMedia::InputMediaEmpty, "")]);
    assert_eq!(two.ada.error(&wrong).await, "400 MEDIA_INVALID");
    let many = (0..11)
        .map(|_| single(TypeInputMedia::InputMediaEmpty, ""))
        .collect();
    assert_eq!(
        two.ada.error(&album(&two.bob, many)).await,
        "400 MULTI_MEDIA_TOO_LONG"
    );
    let mut unnamed = single(TypeInputMedia::InputMediaEmpty, "");
    unnamed.random_id = 0;
    assert_eq!(
        two.ada.error(&album(&two.bob, vec![unnamed])).await,
        "400 RANDOM_ID_EMPTY"
    );
}

#[tokio::test]
async fn captions_have_a_bound_and_media_can_be_edited() {
    let two = Two::new().await;
    let long = "x".repeat(1_025);
    let call = send(&two.bob, a_document(&two.ada, b"one").await, &long);
    assert_eq!(two.ada.error(&call).await, "400 MEDIA_CAPTION_TOO_LONG");
    let call = send(&two.bob, a_document(&two.ada, b"one").await, "caption");
    let sent = answered(two.ada.invoke(&call).await.unwrap());
    let edit = messages::EditMessage {
        no_webpage: false,
        invert_media: false,
        peer: two.bob.peer.clone(),
        id: sent[0].id,
        message: None,
        media: Some(Box::new(a_document(&two.ada, b"two").await)),
        reply_markup: None,
        entities: None,
        schedule_date: None,
        schedule_repeat_period: None,
        quick_reply_shortcut_id: None,
        rich_message: None,
    };
    two.ada.invoke(&edit).await.unwrap();
    let seen = two.bob.history(&two.ada.peer).await.remove(0);
    assert_eq!(seen.message, "caption");
    let document = document_of(media_of(&seen));
    assert_eq!(downloaded(&two.bob.client, &place(&document)).await, b"two");
}

#[tokio::test]
async fn what_needs_no_file_is_in_the_message() {
    let two = Two::new().await;
    let contact = TypeInputMedia::InputMediaContact(Box::new(api::InputMediaContact {
        phone_number: format!("+{BOB}"),
        first_name: "Bob".into(),
        last_name: String::new(),
        vcard: String::new(),
    }));
    let sent = answered(two.ada.invoke(&send(&two.bob, contact, "")).await.unwrap());
    match media_of(&sent[0]) {
        TypeMessageMedia::MessageMediaContact(contact) => assert_eq!(contact.user_id.0, two.bob.id),
        other => panic!("{other:?}"),
    }
    for (emoticon, faces) in [("🎲", 6), ("🎰", 64)] {
        let dice = api::InputMediaDice {
            emoticon: emoticon.into(),
        };
        let call = send(&two.bob, TypeInputMedia::InputMediaDice(dice), "");
        let sent = answered(two.ada.invoke(&call).await.unwrap());
        match media_of(&sent[0]) {
            TypeMessageMedia::MessageMediaDice(dice) => assert!((1..=faces).contains(&dice.value)),
            other => panic!("{other:?}"),
        }
    }
    let dice = TypeInputMedia::InputMediaDice(api::InputMediaDice {
        emoticon: "🥖".into(),
    });
    assert_eq!(
        two.ada.error(&send(&two.bob, dice, "")).await,
        "400 EMOTICON_INVALID"
    );
    let empty = send(&two.bob, TypeInputMedia::InputMediaEmpty, "");
    assert_eq!(two.ada.error(&empty).await, "400 MEDIA_EMPTY");
}

#[tokio::test]
async fn a_snapshot_brings_files_along_to_another_world() {
    let directory = Directory::new();
    let two = Two::new().await;
    let bytes = noise(1, 300 * KIB);
    let call = send(&two.bob, a_document(&two.ada, &bytes).await, "");
    two.ada.invoke(&call).await.unwrap();
    let large = noise(2, 9 << 20);
    let file = uploaded(&two.ada.client, &large, 512 * KIB, "large.bin").await;
    two.ada
        .invoke(&send(&two.bob, as_document(file), ""))
        .await
        .unwrap();
    let snapshot = two.core.snapshot().await.unwrap();
    assert!(snapshot.len() < 1 << 20, "{} bytes", snapshot.len());

    let documents = async |client: &Client| {
        let found = client.invoke(&history(&two.ada.peer)).await.unwrap();
        let messages = messages_of(found);
        [
            document_of(media_of(&messages[1])),
            document_of(media_of(&messages[0])),
        ]
    };
    for core in [directory.open(), in_memory()] {
        core.restore(snapshot.clone()).await.unwrap();
        let bob = client(&core, two.bob.client.key);
        let [small, missing] = documents(&bob).await;
        assert_eq!(downloaded(&bob, &place(&small)).await, bytes);
        let get = api::upload::GetFile {
            precise: false,
            cdn_supported: false,
            location: place(&missing),
            offset: 0,
            limit: 4_096,
        };
        assert_eq!(bob.error(&get).await, "400 FILE_ID_INVALID");
    }
    // The world it was taken of still knows the large one, even when it began anew meanwhile.
    two.core.reset().await.unwrap();
    two.core.restore(snapshot).await.unwrap();
    let [small, found] = documents(&two.bob.client).await;
    assert_eq!(downloaded(&two.bob.client, &place(&small)).await, bytes);
    assert_eq!(downloaded(&two.bob.client, &place(&found)).await, large);
}

#[tokio::test]
async fn a_world_that_is_reset_keeps_no_file() {
    let directory = Directory::new();
    let two = Two::of(directory.open()).await;
    let call = send(&two.bob, a_document(&two.ada, b"hello").await, "");
    two.ada.invoke(&call).await.unwrap();
    let unfinished = crate::files::part(1, 0, b"hello");
    two.ada.invoke(&unfinished).await.unwrap();
    let count = |folder: &str| {
        let entries = std::fs::read_dir(directory.0.join(folder)).unwrap();
        entries
            .filter(|entry| entry.as_ref().unwrap().path().is_file())
            .count()
    };
    assert_eq!((count("files"), count("files/uploads")), (1, 3));
    two.core.reset().await.unwrap();
    assert_eq!((count("files"), count("files/uploads")), (0, 0));
}
