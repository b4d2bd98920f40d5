//! Accounts as others find, name and see them.

use heliogram_server::{Fixtures, NewUser};
use heliogram_tl::api::contacts;
use heliogram_tl::api::{self, TypeInputPeer, TypeInputUser, TypeUpdate, TypeUser, account, users};

use crate::contacts::{add, book, import};
use crate::two_people::*;
use crate::world::*;

/// How others name a person.
pub(crate) fn input(person: &Person) -> TypeInputUser {
    let TypeInputPeer::InputPeerUser(peer) = &person.peer else {
        panic!("{:?}", person.peer);
    };
    TypeInputUser::InputUser(api::InputUser {
        user_id: peer.user_id,
        access_hash: peer.access_hash,
    })
}

/// A person as another sees them.
pub(crate) async fn seen(viewer: &Person, person: &Person) -> api::User {
    let id = vec![input(person)];
    let users = viewer.invoke(&users::GetUsers { id }).await.unwrap();
    shown(users)
}

/// A person, as an answer that names one shows them.
pub(crate) fn shown(users: Vec<TypeUser>) -> api::User {
    match &users[..] {
        [TypeUser::User(user)] => (**user).clone(),
        other => panic!("{other:?}"),
    }
}

fn update_username(username: &str) -> account::UpdateUsername {
    account::UpdateUsername {
        username: username.to_owned(),
    }
}

fn resolve(username: &str) -> contacts::ResolveUsername {
    contacts::ResolveUsername {
        username: username.to_owned(),
        referer: None,
    }
}

fn resolve_phone(phone: &str) -> contacts::ResolvePhone {
    contacts::ResolvePhone {
        phone: phone.to_owned(),
    }
}

#[tokio::test]
async fn a_user_name_is_one_persons_and_is_found_in_any_case() {
    let two = Two::new().await;
    let (ada, bob) = (&two.ada, &two.bob);
    let TypeUser::User(own) = ada.invoke(&update_username("Ada_L")).await.unwrap() else {
        panic!("expected oneself");
    };
    assert_eq!(own.username.as_deref(), Some("Ada_L"));
    let found = bob.invoke(&resolve("ada_l")).await.unwrap();
    assert_eq!(user_of(&found.peer), ada.id);
    let found = shown(found.users);
    assert_eq!(found.username.as_deref(), Some("Ada_L"));
    assert!(!found.self_ && found.access_hash.is_some());

    let check = |name: &str| account::CheckUsername {
        username: name.to_owned(),
    };
    assert_eq!(bob.error(&check("ADA_L")).await, "400 USERNAME_OCCUPIED");
    assert_eq!(
        bob.error(&update_username("ADA_L")).await,
        "400 USERNAME_OCCUPIED"
    );
    assert_eq!(ada.invoke(&check("ada_l")).await, Ok(true));
    assert_eq!(bob.invoke(&check("bob_b")).await, Ok(true));
    assert_eq!(
        ada.error(&update_username("Ada_L")).await,
        "400 USERNAME_NOT_MODIFIED"
    );
    ada.invoke(&update_username("ada_l")).await.unwrap();
    for bad in ["ab", "1adal", "ada.l", "ada__l", "adal_", &"a".repeat(33)] {
        assert_eq!(bob.error(&check(bad)).await, "400 USERNAME_INVALID");
        assert_eq!(
            bob.error(&update_username(bad)).await,
            "400 USERNAME_INVALID"
        );
    }
    assert_eq!(bob.error(&check("")).await, "400 USERNAME_INVALID");
    for call in [check("bobb"), check("b0_b")] {
        assert_eq!(bob.error(&call).await, "400 USERNAME_PURCHASE_AVAILABLE");
    }
    assert_eq!(
        bob.error(&update_username("bobb")).await,
        "400 USERNAME_PURCHASE_AVAILABLE"
    );

    for bad in ["@ada_l", "ada", "", "ada-l"] {
        assert_eq!(bob.error(&resolve(bad)).await, "400 USERNAME_INVALID");
    }
    let recommended = contacts::ResolveUsername {
        referer: Some("nobody".to_owned()),
        ..resolve("ada_l")
    };
    assert_eq!(bob.error(&recommended).await, "400 STARREF_EXPIRED");
    ada.invoke(&update_username("")).await.unwrap();
    assert_eq!(
        bob.error(&resolve("ada_l")).await,
        "400 USERNAME_NOT_OCCUPIED"
    );
    assert_eq!(
        ada.error(&update_username("")).await,
        "400 USERNAME_NOT_MODIFIED"
    );
    bob.invoke(&update_username("ADA_L")).await.unwrap();
}

#[tokio::test]
async fn a_deleted_account_gives_its_name_and_keeps_its_place_in_address_books() {
    let two = Two::new().await;
    let (ada, bob) = (&two.ada, &two.bob);
    ada.invoke(&update_username("Ada_L")).await.unwrap();
    bob.invoke(&add(ada, "Ada of the library")).await.unwrap();
    ada.invoke(&add(bob, "Bob")).await.unwrap();
    two.core.delete_user(ada.id).await.unwrap();
    assert_eq!(
        bob.error(&resolve("ada_l")).await,
        "400 USERNAME_NOT_OCCUPIED"
    );
    let user = seen(bob, ada).await;
    assert!(user.deleted && user.contact && !user.mutual_contact);
    assert!(user.first_name.is_none() && user.phone.is_none() && user.status.is_none());
    assert_eq!(bob.error(&add(ada, "Ada")).await, "400 CONTACT_ID_INVALID");
    assert_eq!(book(bob).await.contacts.len(), 1);
}

#[tokio::test]
async fn a_profile_changes_for_everybody_who_knows_it() {
    let two = Two::new().await;
    let (ada, bob) = (&two.ada, &two.bob);
    let elsewhere = ada.elsewhere().await;
    let change = |first: &str, last: &str, about: &str| account::UpdateProfile {
        first_name: Some(first.to_owned()),
        last_name: Some(last.to_owned()),
        about: Some(about.to_owned()),
    };
    for bad in ["", "  ", &"a".repeat(65)] {
        assert_eq!(
            ada.error(&change(bad, "", "")).await,
            "400 FIRSTNAME_INVALID"
        );
    }
    assert_eq!(
        ada.error(&change("Ada", "", &"a".repeat(71))).await,
        "400 ABOUT_TOO_LONG"
    );
    bob.invoke(&add(ada, "Countess")).await.unwrap();
    two.settle();

    let call = change("Augusta", "King", "Poetical science");
    let TypeUser::User(own) = ada.invoke(&call).await.unwrap() else {
        panic!("expected oneself");
    };
    assert_eq!(
        (own.first_name.as_deref(), own.last_name.as_deref()),
        (Some("Augusta"), Some("King"))
    );
    let told = two.told(&[&ada.client, &elsewhere, &bob.client]);
    let names = |of: usize| -> Vec<String> {
        let updates = told[of].iter().flat_map(single);
        let name = |update| match update {
            TypeUpdate::UpdateUserName(name) => Some(name.first_name.clone()),
            _ => None,
        };
        updates.filter_map(name).collect()
    };
    assert!(told[0].is_empty(), "the caller has its answer");
    assert_eq!(names(1), ["Augusta"]);
    assert_eq!(names(2), ["Countess"], "whom Bob has under another name");
    assert!(
        told[1]
            .iter()
            .flat_map(single)
            .any(|update| matches!(update, TypeUpdate::UpdateUser(_)))
    );
    let full = users::GetFullUser { id: input(ada) };
    let full = bob.invoke(&full).await.unwrap();
    assert_eq!(full.full_user.about.as_deref(), Some("Poetical science"));
    assert_eq!(shown(full.users).first_name.as_deref(), Some("Countess"));
    assert!(!full.full_user.settings.add_contact);
}

#[tokio::test]
async fn people_are_named_by_their_hash_by_a_contact_or_by_a_message() {
    let two = Two::new().await;
    let (ada, bob) = (&two.ada, &two.bob);
    let get = |id: TypeInputUser| users::GetUsers { id: vec![id] };
    let with_hash = |hash: i64| {
        TypeInputUser::InputUser(api::InputUser {
            user_id: bob.id.into(),
            access_hash: hash.into(),
        })
    };
    let by_message = |peer: &TypeInputPeer, msg_id: i32| {
        TypeInputUser::InputUserFromMessage(Box::new(api::InputUserFromMessage {
            peer: peer.clone(),
            msg_id,
            user_id: bob.id.into(),
        }))
    };
    for hash in [0, 1] {
        let found = ada.invoke(&get(with_hash(hash))).await.unwrap();
        assert!(matches!(&found[..], [TypeUser::UserEmpty(it)] if it.id.0 == bob.id));
    }
    let full = users::GetFullUser { id: with_hash(1) };
    assert_eq!(ada.error(&full).await, "400 USER_ID_INVALID");

    let message = ada.say(bob, "Hello").await;
    let found = ada.invoke(&get(by_message(&bob.peer, message))).await;
    assert_eq!(shown(found.unwrap()).id.0, bob.id);
    let nowhere = by_message(&bob.peer, message + 1);
    let elsewhere = by_message(&TypeInputPeer::InputPeerSelf, message);
    for id in [nowhere, elsewhere] {
        assert_eq!(ada.error(&get(id.clone())).await, "400 MSG_ID_INVALID");
        let full = users::GetFullUser { id };
        assert_eq!(ada.error(&full).await, "400 MSG_ID_INVALID");
    }
    let channel = TypeInputPeer::InputPeerChannel(Default::default());
    let in_channel = by_message(&channel, 1);
    assert_eq!(
        ada.error(&get(in_channel.clone())).await,
        "400 CHANNEL_INVALID"
    );
    let full = users::GetFullUser { id: in_channel };
    assert_eq!(ada.error(&full).await, "400 CHANNEL_INVALID");
    let nobody = by_message(&TypeInputPeer::InputPeerEmpty, 1);
    assert_eq!(ada.error(&get(nobody)).await, "400 PEER_ID_INVALID");

    ada.invoke(&add(bob, "Bob")).await.unwrap();
    let found = ada.invoke(&get(with_hash(0))).await.unwrap();
    assert_eq!(shown(found).id.0, bob.id, "a contact needs no hash");

    let robot = bot(&two.core).await;
    let by_bot = get(by_message(&bob.peer, 1));
    assert_eq!(robot.error(&by_bot).await, "400 FROM_MESSAGE_BOT_DISABLED");
    let found = robot.invoke(&get(with_hash(0))).await.unwrap();
    assert!(matches!(&found[..], [TypeUser::UserEmpty(_)]));
    let me = robot.me().await.unwrap();
    let robot_peer = two.core.user(me.id.0).await.unwrap().input_peer();
    bob.invoke(&note(&robot_peer, "Hello, robot"))
        .await
        .unwrap();
    let found = shown(robot.invoke(&get(with_hash(0))).await.unwrap());
    assert_eq!(found.id.0, bob.id, "a bot needs none for who wrote to it");
    assert!(found.phone.is_none() && found.status.is_none());
}

#[tokio::test]
async fn people_are_searched_by_the_beginning_of_a_name() {
    let two = Two::new().await;
    let (ada, bob) = (&two.ada, &two.bob);
    let make = async |first_name: &str, last_name: &str, username: &str, bot: bool| {
        let new = NewUser {
            phone: if bot {
                String::new()
            } else {
                format!("99966215{:02}", 10 + unique() % 80)
            },
            first_name: first_name.to_owned(),
            last_name: Some(last_name.to_owned()),
            username: Some(username.to_owned()).filter(|name| !name.is_empty()),
            bot,
            ..NewUser::default()
        };
        two.core.create_user(new).await.unwrap().id
    };
    let grace = make("Grace", "Hopper", "Amazing_Grace", false).await;
    let graham = make("Graham", "Bell", "", true).await;
    let anna = make("Änne", "Müller", "", false).await;
    let search = |q: &str| contacts::Search {
        broadcasts: false,
        bots: false,
        q: q.to_owned(),
        limit: 10,
    };
    for empty in ["", "  ", "@"] {
        assert_eq!(ada.error(&search(empty)).await, "400 SEARCH_QUERY_EMPTY");
    }
    for short in ["gr", "@gr"] {
        assert_eq!(ada.error(&search(short)).await, "400 QUERY_TOO_SHORT");
    }
    let find = async |call: contacts::Search| {
        let found = ada.invoke(&call).await.unwrap();
        let ids = |peers: &[api::TypePeer]| peers.iter().map(user_of).collect::<Vec<_>>();
        assert_eq!(
            found.users.len(),
            found.results.len() + found.my_results.len()
        );
        (ids(&found.my_results), ids(&found.results))
    };
    assert_eq!(find(search("gra")).await, (vec![], vec![grace, graham]));
    assert_eq!(find(search("@amazing_g")).await, (vec![], vec![grace]));
    assert_eq!(find(search("grace hop")).await, (vec![], vec![grace]));
    assert_eq!(find(search("hop")).await, (vec![], vec![grace]));
    assert_eq!(find(search("änn")).await, (vec![], vec![anna]));
    assert_eq!(find(search("race")).await, (vec![], vec![]));
    for wild in ["gr%", "gr_ce"] {
        assert_eq!(find(search(wild)).await, (vec![], vec![]), "{wild}");
    }
    let bots = contacts::Search {
        bots: true,
        ..search("gra")
    };
    assert_eq!(find(bots).await, (vec![], vec![graham]));
    let channels = contacts::Search {
        broadcasts: true,
        ..search("gra")
    };
    assert_eq!(find(channels).await, (vec![], vec![]));
    let one = contacts::Search {
        limit: 1,
        ..search("gra")
    };
    assert_eq!(find(one).await, (vec![], vec![grace]));

    let graces = two.core.user(grace).await.unwrap();
    let phone = graces.phone.unwrap();
    ada.invoke(&import(&[(&phone, "Admiral")])).await.unwrap();
    assert_eq!(find(search("gra")).await, (vec![grace], vec![graham]));
    assert_eq!(find(search("admi")).await, (vec![grace], vec![]));
    ada.say(bob, "Hello").await;
    bob.invoke(&update_username("builder")).await.unwrap();
    assert_eq!(find(search("build")).await, (vec![bob.id], vec![]));
}

#[tokio::test]
async fn a_number_leads_to_whom_it_may() {
    let two = Two::new().await;
    let (ada, bob) = (&two.ada, &two.bob);
    let found = ada
        .invoke(&resolve_phone(&format!("+{BOB}")))
        .await
        .unwrap();
    assert_eq!(user_of(&found.peer), bob.id);
    assert_eq!(
        ada.error(&resolve_phone("9996621599")).await,
        "400 PHONE_NOT_OCCUPIED"
    );
    let only_contacts = account::SetPrivacy {
        key: api::TypeInputPrivacyKey::InputPrivacyKeyAddedByPhone,
        rules: vec![api::TypeInputPrivacyRule::InputPrivacyValueAllowContacts],
    };
    bob.invoke(&only_contacts).await.unwrap();
    assert_eq!(
        ada.error(&resolve_phone(BOB)).await,
        "400 PHONE_NOT_OCCUPIED"
    );
    let imported = ada.invoke(&import(&[(BOB, "Bob")])).await.unwrap();
    assert!(imported.imported.is_empty() && imported.users.is_empty());
    let all = book(ada).await;
    assert_eq!((all.contacts.len(), all.saved_count), (0, 1));
    bob.invoke(&add(ada, "Ada")).await.unwrap();
    assert!(ada.invoke(&resolve_phone(BOB)).await.is_ok());
    assert!(bob.invoke(&resolve_phone(BOB)).await.is_ok(), "oneself");
}

#[tokio::test]
async fn fixtures_give_user_names() {
    let core = in_memory();
    let fixtures = |username: &str| {
        let text = format!(
            "[[users]]\nphone = \"{ADA}\"\nfirst_name = \"Ada\"\nusername = \"{username}\""
        );
        Fixtures::parse(&text).unwrap()
    };
    let error = core.begin_with(fixtures("ada!")).await.unwrap_err();
    let error = error.to_string();
    assert!(error.starts_with("users[0].username"), "{error}");
    core.begin_with(fixtures("Ada_L")).await.unwrap();
    let bob = Person::new(&core, BOB).await;
    let found = bob.invoke(&resolve("ada_l")).await.unwrap();
    assert_eq!(shown(found.users).first_name.as_deref(), Some("Ada"));
}
