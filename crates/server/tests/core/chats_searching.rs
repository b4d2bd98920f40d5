//! Messages by their ids, and by what they are.

use heliogram_tl::api::{self, TypeInputMessage, TypeMessagesFilter, messages};

use crate::two_people::*;

fn search(person: &Person, q: &str, filter: TypeMessagesFilter) -> messages::Search {
    messages::Search {
        peer: person.peer.clone(),
        q: q.into(),
        from_id: None,
        saved_peer_id: None,
        saved_reaction: None,
        top_msg_id: None,
        filter,
        min_date: 0,
        max_date: 0,
        offset_id: 0,
        add_offset: 0,
        limit: 100,
        max_id: 0,
        min_id: 0,
        hash: 0,
    }
}

const ANY: TypeMessagesFilter = TypeMessagesFilter::InputMessagesFilterEmpty;

async fn ids(person: &Person, call: &messages::Search) -> Vec<i32> {
    let found = messages_of(person.invoke(call).await.unwrap());
    found.iter().map(|message| message.id).collect()
}

#[tokio::test]
async fn messages_are_found_by_their_ids_and_only_ones_own() {
    let two = Two::new().await;
    two.ada.say(&two.bob, "question").await;
    let mut answer = two.ada.note("answer");
    answer.reply_to = in_reply_to(1);
    two.bob.invoke(&answer).await.unwrap();
    let by_id = |id| TypeInputMessage::InputMessageID(api::InputMessageID { id });
    let answered = TypeInputMessage::InputMessageReplyTo(api::InputMessageReplyTo { id: 2 });
    let call = messages::GetMessages {
        id: vec![by_id(2), by_id(3), answered],
    };
    let messages::TypeMessages::Messages(found) = two.bob.invoke(&call).await.unwrap() else {
        panic!("expected messages.messages");
    };
    let [
        api::TypeMessage::Message(two_),
        api::TypeMessage::MessageEmpty(none),
        api::TypeMessage::Message(one),
    ] = &found.messages[..]
    else {
        panic!("{found:?}");
    };
    assert_eq!((&two_.message[..], none.id), ("answer", 3));
    assert_eq!(one.message, "question");
    assert_eq!(found.users.len(), 2);
}

#[tokio::test]
async fn messages_are_found_by_their_words() {
    let two = Two::new().await;
    two.ada.say(&two.bob, "The Sun is up").await;
    two.bob.say(&two.ada, "a sunny day, ÄRGER aside").await;
    two.ada.say(&two.bob, "unsung").await;
    for (words, expected) in [
        ("sun", &[2, 1][..]),
        ("SUN up", &[1]),
        ("ärg", &[2]),
        ("", &[3, 2, 1]),
        ("moon", &[]),
    ] {
        assert_eq!(ids(&two.ada, &search(&two.bob, words, ANY)).await, expected);
    }
    let mut from = search(&two.bob, "sun", ANY);
    from.from_id = Some(Box::new(two.bob.peer.clone()));
    assert_eq!(ids(&two.ada, &from).await, [2]);
    let mut page = search(&two.bob, "", ANY);
    (page.offset_id, page.limit) = (3, 1);
    let messages::TypeMessages::MessagesSlice(found) = two.ada.invoke(&page).await.unwrap() else {
        panic!("expected a slice");
    };
    assert_eq!((found.count, found.messages.len()), (3, 1));
    assert_eq!(ids(&two.ada, &page).await, [2]);
}

#[tokio::test]
async fn messages_are_found_by_their_kind() {
    let two = Two::new().await;
    two.ada.say(&two.bob, "look at https://example.com").await;
    two.ada.say(&two.bob, "plain").await;
    let pin = messages::UpdatePinnedMessage {
        silent: true,
        unpin: false,
        pm_oneside: true,
        peer: two.bob.peer.clone(),
        id: 2,
    };
    two.ada.invoke(&pin).await.unwrap();
    let url = TypeMessagesFilter::InputMessagesFilterUrl;
    let pinned = TypeMessagesFilter::InputMessagesFilterPinned;
    let photos = TypeMessagesFilter::InputMessagesFilterPhotos;
    assert_eq!(ids(&two.ada, &search(&two.bob, "", url.clone())).await, [1]);
    assert_eq!(
        ids(&two.ada, &search(&two.bob, "", pinned.clone())).await,
        [2]
    );
    assert_eq!(
        ids(&two.bob, &search(&two.ada, "", pinned.clone())).await,
        [0; 0]
    );
    let call = messages::GetSearchCounters {
        peer: two.bob.peer.clone(),
        saved_peer_id: None,
        top_msg_id: None,
        filters: vec![url, pinned, photos],
    };
    let counters = two.ada.invoke(&call).await.unwrap();
    let counts: Vec<i32> = counters.iter().map(|counter| counter.count).collect();
    assert_eq!(counts, [1, 1, 0]);
}
