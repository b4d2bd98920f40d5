//! Editing messages.

use heliogram_tl::api::{self, TypeUpdate, messages};

use crate::two_people::*;
use crate::world::*;

pub(crate) fn edit(person: &Person, id: i32, text: &str) -> messages::EditMessage {
    messages::EditMessage {
        no_webpage: false,
        invert_media: false,
        peer: person.peer.clone(),
        id,
        message: Some(text.into()),
        media: None,
        reply_markup: None,
        entities: None,
        schedule_date: None,
        schedule_repeat_period: None,
        quick_reply_shortcut_id: None,
        rich_message: None,
    }
}

#[tokio::test]
async fn both_have_the_message_as_it_is_now() {
    let two = Two::new().await;
    let own = note(&api::TypeInputPeer::InputPeerSelf, "to myself");
    two.ada.invoke(&own).await.unwrap();
    let id = two.ada.say(&two.bob, "hullo").await;
    let (of_ada, of_bob) = (two.ada.pts().await, two.bob.pts().await);
    two.settle();
    let mut change = edit(&two.bob, id, "hello");
    let bold = api::TypeMessageEntity::MessageEntityBold(api::MessageEntityBold {
        offset: 0,
        length: 5,
    });
    change.entities = Some(vec![bold.clone()]);
    let answer = two.ada.invoke(&change).await.unwrap();
    let [TypeUpdate::UpdateEditMessage(edited)] = &single(&answer)[..] else {
        panic!("{answer:?}");
    };
    assert_eq!((edited.pts, edited.pts_count), (of_ada + 1, 1));
    assert_eq!(plain(edited.message.clone()).id, id);

    let told = two.told(&[&two.ada.client, &two.bob.client]);
    assert_eq!(told[0], []);
    let [TypeUpdate::UpdateEditMessage(edited)] = &single(&told[1][0])[..] else {
        panic!("{told:?}");
    };
    assert_eq!((edited.pts, edited.pts_count), (of_bob + 1, 1));
    for (person, peer) in [(&two.ada, &two.bob.peer), (&two.bob, &two.ada.peer)] {
        let now = &person.history(peer).await[0];
        assert_eq!(now.message, "hello");
        assert_eq!(now.entities, Some(vec![bold.clone()]));
        assert!(now.edit_date.is_some() && !now.edit_hide);
    }
    let missed = two.bob.missed(of_bob).await;
    let [TypeUpdate::UpdateEditMessage(later)] = &missed.other[..] else {
        panic!("{missed:?}");
    };
    assert_eq!(later, edited);
    assert!(missed.users.contains(&two.ada.id));
}

#[tokio::test]
async fn only_what_one_wrote_can_be_edited_and_only_to_something_else() {
    let two = Two::new().await;
    let id = two.ada.say(&two.bob, "hello").await;
    let refused = async |person: &Person, call| person.error(&call).await;
    assert_eq!(
        refused(&two.ada, edit(&two.bob, id, "hello")).await,
        "400 MESSAGE_NOT_MODIFIED"
    );
    assert_eq!(
        refused(&two.bob, edit(&two.ada, 1, "mine")).await,
        "403 MESSAGE_AUTHOR_REQUIRED"
    );
    assert_eq!(
        refused(&two.ada, edit(&two.bob, 99, "nothing")).await,
        "400 MESSAGE_ID_INVALID"
    );
    // It is not of that chat.
    assert_eq!(
        refused(&two.ada, edit(&two.ada, id, "elsewhere")).await,
        "400 MESSAGE_ID_INVALID"
    );
    assert_eq!(
        refused(&two.ada, edit(&two.bob, id, " \n")).await,
        "400 MESSAGE_EMPTY"
    );
    assert_eq!(
        refused(&two.ada, edit(&two.bob, id, &"x".repeat(4097))).await,
        "400 MESSAGE_TOO_LONG"
    );
    assert_eq!(two.bob.history(&two.ada.peer).await[0].edit_date, None);
}

#[tokio::test]
async fn a_message_can_be_edited_for_two_days() {
    let two = Two::new().await;
    let id = two.ada.say(&two.bob, "hello").await;
    let own = note(&api::TypeInputPeer::InputPeerSelf, "to myself");
    let own = sent_id(&two.ada.invoke(&own).await.unwrap());
    two.core.advance_clock(2 * DAY - 60).await.unwrap();
    let call = edit(&two.bob, id, "in time");
    two.ada.invoke(&call).await.unwrap();
    two.core.advance_clock(120).await.unwrap();
    let call = edit(&two.bob, id, "too late");
    assert_eq!(two.ada.error(&call).await, "400 MESSAGE_EDIT_TIME_EXPIRED");
    two.ada
        .invoke(&edit(&two.ada, own, "my own"))
        .await
        .unwrap();
}
