//! The entities of a text: given, found, refused.

use heliogram_tl::api::{self, TypeMessageEntity as Entity};

use crate::two_people::*;

fn bold(offset: i32, length: i32) -> Entity {
    Entity::MessageEntityBold(api::MessageEntityBold { offset, length })
}

fn code(offset: i32, length: i32) -> Entity {
    Entity::MessageEntityCode(api::MessageEntityCode { offset, length })
}

fn url(offset: i32, length: i32) -> Entity {
    Entity::MessageEntityUrl(api::MessageEntityUrl { offset, length })
}

/// What becomes of the entities of a text, or why it is refused.
async fn sent(two: &Two, text: &str, given: Vec<Entity>) -> Result<Vec<Entity>, String> {
    let mut call = two.bob.note(text);
    call.entities = Some(given);
    match two.ada.invoke(&call).await {
        Ok(_) => {
            let newest = two.bob.history(&two.ada.peer).await.remove(0);
            Ok(newest.entities.unwrap_or_default())
        }
        Err(error) => Err(format!("{} {}", error.code, error.name)),
    }
}

#[tokio::test]
async fn links_are_found_beside_what_is_given_and_not_in_code() {
    let two = Two::new().await;
    let text = "🌞 https://a.com and b.com";
    assert_eq!(
        sent(&two, text, vec![bold(3, 13)]).await.unwrap(),
        [bold(3, 13), url(3, 13), url(21, 5)]
    );
    assert_eq!(
        sent(&two, text, vec![code(3, 13)]).await.unwrap(),
        [code(3, 13), url(21, 5)]
    );
}

#[tokio::test]
async fn what_reaches_out_of_a_text_is_refused_and_what_is_empty_dropped() {
    let two = Two::new().await;
    for given in [
        bold(0, 6),
        bold(-1, 2),
        bold(0, -1),
        bold(6, 1),
        // Half of the sun.
        bold(1, 2),
        bold(0, 1),
        bold(i32::MAX, i32::MAX),
    ] {
        let refused = sent(&two, "🌞day", vec![given]).await;
        assert_eq!(refused.unwrap_err(), "400 ENTITY_BOUNDS_INVALID");
    }
    let given = vec![bold(5, 0), bold(0, 5)];
    assert_eq!(sent(&two, "🌞day", given).await.unwrap(), [bold(0, 5)]);
}

#[tokio::test]
async fn a_person_can_be_mentioned_by_name() {
    let two = Two::new().await;
    let eve = Person::new(&two.core, "9996621510").await;
    let api::TypeInputPeer::InputPeerUser(peer) = eve.peer.clone() else {
        unreachable!()
    };
    let mention = |access_hash| {
        let user = api::InputUser {
            user_id: peer.user_id,
            access_hash,
        };
        Entity::InputMessageEntityMentionName(Box::new(api::InputMessageEntityMentionName {
            offset: 0,
            length: 3,
            user_id: api::TypeInputUser::InputUser(user),
        }))
    };
    two.ada.say(&two.bob, "hello").await;
    two.settle();
    let found = sent(&two, "Eve is here", vec![mention(peer.access_hash)]).await;
    assert!(
        matches!(&found.unwrap()[..], [Entity::MessageEntityMentionName(it)] if it.user_id.0 == eve.id)
    );
    let told = two.told(&[&two.bob.client]).remove(0);
    let [api::TypeUpdates::Updates(full)] = &told[..] else {
        panic!("{told:?}");
    };
    assert!(full.users.iter().any(|user| user_id(user) == eve.id));
    let refused = sent(&two, "Eve is here", vec![mention(0.into())]).await;
    assert_eq!(refused.unwrap_err(), "400 ENTITY_MENTION_USER_INVALID");
}

#[tokio::test]
async fn a_hundred_entities_are_kept_and_too_large_ones_refused() {
    let two = Two::new().await;
    let text = "x".repeat(200);
    let given = (0..150).map(|at| bold(at, 1)).collect();
    assert_eq!(sent(&two, &text, given).await.unwrap().len(), 100);
    let link = Entity::MessageEntityTextUrl(Box::new(api::MessageEntityTextUrl {
        offset: 0,
        length: 1,
        url: "y".repeat(10_000),
    }));
    let refused = sent(&two, &text, vec![link]).await;
    assert_eq!(refused.unwrap_err(), "400 ENTITIES_TOO_LONG");
}
