//! Who may see what: rules against people.

use heliogram_server::PushKind;
use heliogram_tl::api::account::{self, GetPrivacy, SetPrivacy};
use heliogram_tl::api::{
    self, TypeInputPeer, TypeInputPrivacyKey as Key, TypeInputPrivacyRule as Rule, TypeInputUser,
    TypePrivacyRule, TypeUpdate, TypeUserStatus, contacts, users,
};

use crate::contacts::add;
use crate::people::{input, seen};
use crate::two_people::*;
use crate::world::*;

const HOUR: i64 = 3_600;

fn set(key: Key, rules: &[Rule]) -> SetPrivacy {
    SetPrivacy {
        key,
        rules: rules.to_vec(),
    }
}

fn allow(person: &Person) -> Rule {
    Rule::InputPrivacyValueAllowUsers(api::InputPrivacyValueAllowUsers {
        users: vec![input(person)],
    })
}

fn disallow(person: &Person) -> Rule {
    Rule::InputPrivacyValueDisallowUsers(api::InputPrivacyValueDisallowUsers {
        users: vec![input(person)],
    })
}

/// Rules, and whether a stranger and a contact may.
fn matrix(person: &Person) -> Vec<(Vec<Rule>, bool, bool)> {
    use Rule::{
        InputPrivacyValueAllowAll as All, InputPrivacyValueAllowBots as Bots,
        InputPrivacyValueAllowCloseFriends as Friends, InputPrivacyValueAllowContacts as Contacts,
        InputPrivacyValueDisallowAll as Nobody, InputPrivacyValueDisallowBots as NoBots,
        InputPrivacyValueDisallowContacts as NoContacts,
    };
    vec![
        (vec![All], true, true),
        (vec![Nobody], false, false),
        (vec![Contacts], false, true),
        (vec![Contacts, Nobody], false, true),
        (vec![NoContacts, All], true, false),
        (vec![All, NoContacts], true, false),
        (vec![NoContacts], false, false),
        (vec![allow(person)], true, true),
        (vec![allow(person), Nobody], true, true),
        (vec![Nobody, allow(person)], true, true),
        (vec![allow(person), NoContacts], true, true),
        (vec![disallow(person), All], false, false),
        (vec![All, disallow(person)], false, false),
        (vec![Contacts, disallow(person)], false, false),
        (vec![Bots, Nobody], false, false),
        (vec![NoBots, All], true, true),
        (vec![Friends], false, false),
    ]
}

/// Whether Bob sees something of Ada, under each set of rules, as a stranger and as her contact.
async fn tried(key: Key, mut sees: impl AsyncFnMut(&Person, &Person) -> bool) {
    let two = Two::new().await;
    let (ada, bob) = (&two.ada, &two.bob);
    // An address book of one's own opens nothing.
    bob.invoke(&add(ada, "Ada")).await.unwrap();
    for is_contact in [false, true] {
        if is_contact {
            ada.invoke(&add(bob, "Bob")).await.unwrap();
        }
        for (rules, stranger, contact) in matrix(bob) {
            ada.invoke(&set(key, &rules)).await.unwrap();
            let expected = if is_contact { contact } else { stranger };
            let found = sees(ada, bob).await;
            assert_eq!(found, expected, "{rules:?}, a contact: {is_contact}");
        }
    }
}

#[tokio::test]
async fn a_number_is_seen_by_whom_its_owner_lets() {
    tried(Key::InputPrivacyKeyPhoneNumber, async |ada, bob| {
        seen(bob, ada).await.phone.is_some()
    })
    .await;
}

#[tokio::test]
async fn the_moment_of_being_online_is_seen_by_whom_its_owner_lets() {
    tried(Key::InputPrivacyKeyStatusTimestamp, async |ada, bob| {
        let online = account::UpdateStatus { offline: false };
        ada.invoke(&online).await.unwrap();
        match seen(bob, ada).await.status.unwrap() {
            TypeUserStatus::UserStatusOnline(_) => true,
            TypeUserStatus::UserStatusRecently(about) => {
                assert!(!about.by_me);
                false
            }
            other => panic!("{other:?}"),
        }
    })
    .await;
}

#[tokio::test]
async fn a_line_about_oneself_is_seen_by_whom_its_owner_lets() {
    tried(Key::InputPrivacyKeyAbout, async |ada, bob| {
        let about = account::UpdateProfile {
            about: Some("Poetical science".to_owned()),
            ..Default::default()
        };
        ada.invoke(&about).await.unwrap();
        let full = users::GetFullUser { id: input(ada) };
        bob.invoke(&full).await.unwrap().full_user.about.is_some()
    })
    .await;
}

#[tokio::test]
async fn a_number_finds_its_owner_for_whom_they_let() {
    tried(Key::InputPrivacyKeyAddedByPhone, async |ada, bob| {
        let resolve = contacts::ResolvePhone {
            phone: ada.phone.to_owned(),
        };
        bob.invoke(&resolve).await.is_ok()
    })
    .await;
}

#[tokio::test]
async fn at_first_all_is_open_but_the_number_which_contacts_see() {
    let two = Two::new().await;
    let (ada, bob) = (&two.ada, &two.bob);
    assert!(seen(bob, ada).await.phone.is_none());
    ada.invoke(&add(bob, "Bob")).await.unwrap();
    assert_eq!(seen(bob, ada).await.phone.as_deref(), Some(ADA));
    let rules = async |key| ada.invoke(&GetPrivacy { key }).await.unwrap().rules;
    for key in [
        Key::InputPrivacyKeyPhoneNumber,
        Key::InputPrivacyKeyPhoneP2P,
        Key::InputPrivacyKeyBirthday,
    ] {
        assert!(matches!(
            &rules(key).await[..],
            [TypePrivacyRule::PrivacyValueAllowContacts]
        ));
    }
    for key in [
        Key::InputPrivacyKeyStatusTimestamp,
        Key::InputPrivacyKeyChatInvite,
        Key::InputPrivacyKeyPhoneCall,
        Key::InputPrivacyKeyForwards,
        Key::InputPrivacyKeyProfilePhoto,
        Key::InputPrivacyKeyAddedByPhone,
        Key::InputPrivacyKeyVoiceMessages,
        Key::InputPrivacyKeyAbout,
    ] {
        assert!(matches!(
            &rules(key).await[..],
            [TypePrivacyRule::PrivacyValueAllowAll]
        ));
    }
}

#[tokio::test]
async fn a_hidden_moment_is_known_about() {
    let two = Two::new().await;
    let (ada, bob) = (&two.ada, &two.bob);
    two.core.freeze_clock().await.unwrap();
    let nobody = [Rule::InputPrivacyValueDisallowAll];
    let hide = set(Key::InputPrivacyKeyStatusTimestamp, &nobody);
    ada.invoke(&hide).await.unwrap();
    let offline = account::UpdateStatus { offline: true };
    ada.invoke(&offline).await.unwrap();
    let word = async || match seen(bob, ada).await.status.unwrap() {
        TypeUserStatus::UserStatusRecently(_) => "recently",
        TypeUserStatus::UserStatusLastWeek(_) => "within a week",
        TypeUserStatus::UserStatusLastMonth(_) => "within a month",
        TypeUserStatus::UserStatusEmpty => "long ago",
        other => panic!("{other:?}"),
    };
    let mut passed = 0;
    for (at, expected) in [
        (0, "recently"),
        (3 * DAY - 1, "recently"),
        (3 * DAY, "within a week"),
        (7 * DAY - 1, "within a week"),
        (7 * DAY, "within a month"),
        (30 * DAY - 1, "within a month"),
        (30 * DAY, "long ago"),
    ] {
        two.core.advance_clock(at - passed).await.unwrap();
        passed = at;
        assert_eq!(word().await, expected, "after {at} s");
    }
}

#[tokio::test]
async fn whoever_hides_does_not_see_either() {
    let two = Two::new().await;
    let (ada, bob) = (&two.ada, &two.bob);
    let online = account::UpdateStatus { offline: false };
    bob.invoke(&online).await.unwrap();
    let hide = |rules: &[Rule]| set(Key::InputPrivacyKeyStatusTimestamp, rules);
    ada.invoke(&hide(&[disallow(bob), Rule::InputPrivacyValueAllowAll]))
        .await
        .unwrap();
    assert!(matches!(
        seen(ada, bob).await.status,
        Some(TypeUserStatus::UserStatusRecently(about)) if about.by_me
    ));
    bob.invoke(&hide(&[Rule::InputPrivacyValueDisallowAll]))
        .await
        .unwrap();
    assert!(matches!(
        seen(ada, bob).await.status,
        Some(TypeUserStatus::UserStatusRecently(about)) if !about.by_me
    ));
    assert!(matches!(
        ada.client.me().await.unwrap().status,
        Some(TypeUserStatus::UserStatusOffline(_))
    ));
}

#[tokio::test]
async fn rules_are_told_to_the_other_sessions_and_name_their_people() {
    let two = Two::new().await;
    let (ada, bob) = (&two.ada, &two.bob);
    let elsewhere = ada.elsewhere().await;
    two.settle();
    let rules = [Rule::InputPrivacyValueDisallowAll, allow(bob)];
    let answer = ada
        .invoke(&set(Key::InputPrivacyKeyForwards, &rules))
        .await
        .unwrap();
    let in_order = |rules: &[TypePrivacyRule]| {
        matches!(
            rules,
            [TypePrivacyRule::PrivacyValueAllowUsers(named), TypePrivacyRule::PrivacyValueDisallowAll]
                if named.users == [bob.id]
        )
    };
    assert!(in_order(&answer.rules), "{answer:?}");
    assert_eq!(
        answer.users.iter().map(user_id).collect::<Vec<_>>(),
        [bob.id]
    );
    let told = two.told(&[&ada.client, &elsewhere, &bob.client]);
    assert!(told[0].is_empty() && told[2].is_empty());
    assert!(matches!(
        &single(&told[1][0])[..],
        [TypeUpdate::UpdatePrivacy(update)] if in_order(&update.rules)
    ));
    let get = GetPrivacy {
        key: Key::InputPrivacyKeyForwards,
    };
    let got = ada.invoke(&get).await.unwrap();
    assert!(in_order(&got.rules) && got.users.len() == 1);
}

#[tokio::test]
async fn a_contact_may_be_shown_the_number_as_an_exception() {
    let two = Two::new().await;
    let (ada, bob) = (&two.ada, &two.bob);
    let rules = [Rule::InputPrivacyValueDisallowAll, disallow(bob)];
    ada.invoke(&set(Key::InputPrivacyKeyPhoneNumber, &rules))
        .await
        .unwrap();
    ada.invoke(&add(bob, "Bob")).await.unwrap();
    assert!(seen(bob, ada).await.phone.is_none());
    let mut pushes = two.core.subscribe();
    let except = contacts::AddContact {
        add_phone_privacy_exception: true,
        ..add(bob, "Bob")
    };
    ada.invoke(&except).await.unwrap();
    assert_eq!(seen(bob, ada).await.phone.as_deref(), Some(ADA));
    assert!(matches!(
        pushes.try_recv().unwrap().kind,
        PushKind::Updates(_)
    ));
}

#[tokio::test]
async fn what_privacy_refuses() {
    use Rule::{
        InputPrivacyValueAllowAll as All, InputPrivacyValueAllowBots as Bots,
        InputPrivacyValueAllowContacts as Contacts, InputPrivacyValueAllowPremium as Premium,
        InputPrivacyValueDisallowAll as Nobody, InputPrivacyValueDisallowBots as NoBots,
        InputPrivacyValueDisallowContacts as NoContacts,
    };
    let two = Two::new().await;
    let (ada, bob) = (&two.ada, &two.bob);
    for key in [
        Key::InputPrivacyKeyNoPaidMessages,
        Key::InputPrivacyKeyStarGiftsAutoSave,
        Key::InputPrivacyKeySavedMusic,
    ] {
        let get = GetPrivacy { key };
        assert_eq!(ada.error(&get).await, "400 PRIVACY_KEY_INVALID");
        assert_eq!(
            ada.error(&set(key, &[All])).await,
            "400 PRIVACY_KEY_INVALID"
        );
    }
    let guess = TypeInputUser::InputUser(api::InputUser {
        user_id: bob.id.into(),
        access_hash: 1.into(),
    });
    let named = |users: Vec<TypeInputUser>| {
        Rule::InputPrivacyValueAllowUsers(api::InputPrivacyValueAllowUsers { users })
    };
    let chats =
        Rule::InputPrivacyValueAllowChatParticipants(api::InputPrivacyValueAllowChatParticipants {
            chats: vec![1],
        });
    let key = || Key::InputPrivacyKeyAbout;
    for rules in [
        vec![],
        vec![All, Nobody],
        vec![Contacts, NoContacts],
        vec![Bots, NoBots],
        vec![All, All],
        vec![allow(bob), disallow(bob)],
        vec![named(vec![guess])],
        vec![chats],
        vec![Premium],
    ] {
        assert_eq!(
            ada.error(&set(key(), &rules)).await,
            "400 PRIVACY_VALUE_INVALID",
            "{rules:?}"
        );
    }
    let many = named(vec![TypeInputUser::InputUserSelf; 1001]);
    assert_eq!(
        ada.error(&set(key(), &[many])).await,
        "400 PRIVACY_TOO_LONG"
    );
    let twice = named(vec![input(bob), input(bob)]);
    assert!(ada.invoke(&set(key(), &[twice])).await.is_ok());
    let invite = set(Key::InputPrivacyKeyChatInvite, &[Premium]);
    assert!(ada.invoke(&invite).await.is_ok());
}

#[tokio::test]
async fn what_is_hidden_is_hidden_after_a_restart_and_gone_with_the_account() {
    let directory = Directory::new();
    let (ada_key, bob_key, peer) = {
        let two = Two::of(directory.open()).await;
        let nobody = [Rule::InputPrivacyValueDisallowAll];
        let hide = set(Key::InputPrivacyKeyAddedByPhone, &nobody);
        two.ada.invoke(&hide).await.unwrap();
        let block = contacts::Block {
            my_stories_from: false,
            id: two.bob.peer.clone(),
        };
        two.ada.invoke(&block).await.unwrap();
        two.core.advance_clock(HOUR).await.unwrap();
        (two.ada.client.key, two.bob.client.key, two.ada.peer)
    };
    let core = directory.open();
    let (ada, bob) = (client(&core, ada_key), client(&core, bob_key));
    let resolve = contacts::ResolvePhone {
        phone: ADA.to_owned(),
    };
    assert_eq!(bob.error(&resolve).await, "400 PHONE_NOT_OCCUPIED");
    assert_eq!(
        bob.error(&note(&peer, "Hello")).await,
        "403 USER_IS_BLOCKED"
    );
    ada.delete_account().await.unwrap();
    add_user(&core, ADA, None).await;
    assert!(bob.invoke(&resolve).await.is_ok(), "somebody else's number");
    assert!(!matches!(peer, TypeInputPeer::InputPeerEmpty));
}
