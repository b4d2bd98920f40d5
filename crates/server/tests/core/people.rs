//! Accounts as others find, name and see them.

use heliogram_server::{Fixtures, NewUser};
use heliogram_tl::api::contacts::{self, TypeContacts};
use heliogram_tl::api::{
    self, TypeInputPeer, TypeInputUser, TypeUpdate, TypeUser, account, auth, users,
};

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
fn shown(users: Vec<TypeUser>) -> api::User {
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

pub(crate) fn add(person: &Person, first_name: &str) -> contacts::AddContact {
    contacts::AddContact {
        add_phone_privacy_exception: false,
        id: input(person),
        first_name: first_name.to_owned(),
        last_name: String::new(),
        phone: String::new(),
        note: None,
    }
}

fn import(numbers: &[(&str, &str)]) -> contacts::ImportContacts {
    let contact = |(index, (phone, name)): (usize, &(&str, &str))| api::InputPhoneContact {
        client_id: index as i64,
        phone: (*phone).to_owned(),
        first_name: (*name).to_owned(),
        last_name: String::new(),
        note: None,
    };
    contacts::ImportContacts {
        contacts: numbers.iter().enumerate().map(contact).collect(),
    }
}

async fn book(owner: &Person) -> contacts::Contacts {
    match owner.invoke(&contacts::GetContacts { hash: 0 }).await {
        Ok(TypeContacts::Contacts(contacts)) => *contacts,
        other => panic!("{other:?}"),
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
async fn an_address_book_is_imported_by_number() {
    let two = Two::new().await;
    let (ada, bob) = (&two.ada, &two.bob);
    let elsewhere = ada.elsewhere().await;
    two.settle();
    let numbers = [
        (&*format!("+{BOB}"), "Robert"),
        ("9996621503", "Cyn"),
        ("12", "Nobody"),
        (BOB, ""),
        (ADA, "Me"),
    ];
    let imported = ada.invoke(&import(&numbers)).await.unwrap();
    let found: Vec<_> = imported
        .imported
        .iter()
        .map(|it| (it.user_id.0, it.client_id))
        .collect();
    assert_eq!(found, [(bob.id, 0), (ada.id, 4)]);
    assert!(imported.retry_contacts.is_empty());
    let told = two.told(&[&ada.client, &elsewhere, &bob.client]);
    let told: Vec<_> = told.iter().map(Vec::len).collect();
    assert_eq!(told, [0, 1, 0], "only Ada's other session");

    let all = book(ada).await;
    assert_eq!((all.contacts.len(), all.saved_count), (1, 1));
    assert!(!all.contacts[0].mutual);
    let bob_seen = shown(all.users);
    assert_eq!(bob_seen.first_name.as_deref(), Some("Robert"));
    assert_eq!(
        bob_seen.phone.as_deref(),
        Some(BOB),
        "known from the import"
    );
    assert!(bob_seen.contact && !bob_seen.mutual_contact);
    let ada_seen = seen(bob, ada).await;
    assert!(
        !ada_seen.contact && ada_seen.phone.is_some(),
        "shown to contacts"
    );

    bob.invoke(&add(ada, "Ada")).await.unwrap();
    assert!(seen(ada, bob).await.mutual_contact);
    assert!(book(ada).await.contacts[0].mutual);
    assert!(!book(bob).await.users.is_empty());
}

#[tokio::test]
async fn a_book_that_is_very_long_is_imported_in_parts() {
    let two = Two::new().await;
    let numbers: Vec<_> = (0..1001).map(|n| format!("999662{n:05}")).collect();
    let named: Vec<_> = numbers.iter().map(|it| (&**it, "Somebody")).collect();
    let imported = two.ada.invoke(&import(&named)).await.unwrap();
    assert_eq!(imported.retry_contacts, [1000]);
    assert_eq!(book(&two.ada).await.saved_count, 1000);
}

#[tokio::test]
async fn a_book_that_has_not_changed_is_not_sent_again() {
    let two = Two::new().await;
    let (ada, bob) = (&two.ada, &two.bob);
    ada.invoke(&import(&[(BOB, "Bob"), ("9996621503", "Cyn")]))
        .await
        .unwrap();
    // As clients reckon it: the count of numbers that nobody has, then the ids.
    let hash = [1, bob.id].iter().fold(0_u64, |hash, number| {
        let hash = hash ^ (hash >> 21);
        let hash = hash ^ (hash << 35);
        (hash ^ (hash >> 4)).wrapping_add(number.cast_unsigned())
    });
    let get = contacts::GetContacts {
        hash: hash.cast_signed(),
    };
    let same = ada.invoke(&get).await.unwrap();
    assert!(matches!(same, TypeContacts::ContactsNotModified));
    ada.invoke(&contacts::DeleteByPhones {
        phones: vec!["9996621503".to_owned()],
    })
    .await
    .unwrap();
    let changed = ada.invoke(&get).await.unwrap();
    assert!(matches!(changed, TypeContacts::Contacts(all) if all.saved_count == 0));
}

#[tokio::test]
async fn a_number_that_nobody_had_becomes_a_contact_when_somebody_comes_with_it() {
    let two = Two::new().await;
    let ada = &two.ada;
    let (signs_up, moves) = ("9996621503", "9996621504");
    ada.invoke(&import(&[(signs_up, "Cyn"), (moves, "Robert")]))
        .await
        .unwrap();
    two.settle();

    let cyn = stranger(&two.core);
    let sent = sent(cyn.send_code(signs_up, Default::default()).await.unwrap());
    let code = newest_code(&two.core, signs_up).await;
    cyn.sign_in(signs_up, &sent.phone_code_hash, &code)
        .await
        .unwrap();
    let sign_up = auth::SignUp {
        no_joined_notifications: false,
        phone_number: signs_up.to_owned(),
        phone_code_hash: sent.phone_code_hash,
        first_name: "Cynthia".to_owned(),
        last_name: String::new(),
    };
    cyn.invoke(&sign_up).await.unwrap();
    let edit = heliogram_server::UserEdit {
        phone: Some(moves.to_owned()),
        ..Default::default()
    };
    two.core.edit_user(two.bob.id, edit).await.unwrap();
    let [told] = &two.told(&[&ada.client])[..] else {
        panic!("expected Ada's session");
    };
    let settings = told.iter().flat_map(single).filter(
        |update| matches!(update, TypeUpdate::UpdatePeerSettings(it) if !it.settings.add_contact),
    );
    assert_eq!(settings.count(), 2);

    let all = book(ada).await;
    assert_eq!((all.contacts.len(), all.saved_count), (2, 0));
    let names = all.users.iter().map(|user| match user {
        TypeUser::User(user) => (user.first_name.as_deref(), user.phone.as_deref()),
        other => panic!("{other:?}"),
    });
    let names: Vec<_> = names.collect();
    assert!(names.contains(&(Some("Cyn"), Some(signs_up))), "{names:?}");
    assert!(names.contains(&(Some("Robert"), Some(moves))), "{names:?}");
}

#[tokio::test]
async fn contacts_are_added_noted_and_removed() {
    let two = Two::new().await;
    let (ada, bob) = (&two.ada, &two.bob);
    let note = |text: &str| api::TextWithEntities {
        text: text.to_owned(),
        entities: Vec::new(),
    };
    let update_note = |id: TypeInputUser| contacts::UpdateContactNote {
        id,
        note: note("owes me a book"),
    };
    assert_eq!(
        ada.error(&update_note(input(bob))).await,
        "400 CONTACT_MISSING"
    );
    assert_eq!(
        ada.error(&update_note(TypeInputUser::InputUserEmpty)).await,
        "400 CONTACT_ID_INVALID"
    );
    let noted = contacts::AddContact {
        last_name: "Builder".to_owned(),
        note: Some(Box::new(note("can fix it"))),
        ..add(bob, "Bob")
    };
    let told = ada.invoke(&noted).await.unwrap();
    assert!(matches!(
        &single(&told)[..],
        [TypeUpdate::UpdatePeerSettings(it)] if !it.settings.add_contact && user_of(&it.peer) == bob.id
    ));
    let full = async || {
        let full = users::GetFullUser { id: input(bob) };
        ada.invoke(&full).await.unwrap().full_user
    };
    assert_eq!(full().await.note.unwrap().text, "can fix it");
    ada.invoke(&update_note(input(bob))).await.unwrap();
    assert_eq!(full().await.note.unwrap().text, "owes me a book");
    assert_eq!(seen(ada, bob).await.last_name.as_deref(), Some("Builder"));

    let remove = contacts::DeleteContacts {
        id: vec![input(bob), TypeInputUser::InputUserSelf],
    };
    let told = ada.invoke(&remove).await.unwrap();
    assert!(matches!(
        &single(&told)[..],
        [TypeUpdate::UpdatePeerSettings(it)] if it.settings.add_contact
    ));
    assert!(book(ada).await.contacts.is_empty());
    assert!(!seen(ada, bob).await.contact && full().await.note.is_none());
    ada.invoke(&import(&[(BOB, "Bob")])).await.unwrap();
    let by_phone = contacts::DeleteByPhones {
        phones: vec![format!("+{BOB}")],
    };
    assert_eq!(ada.invoke(&by_phone).await, Ok(true));
    assert!(book(ada).await.contacts.is_empty());
}

#[tokio::test]
async fn what_cannot_be_a_contact() {
    let two = Two::new().await;
    let (ada, bob) = (&two.ada, &two.bob);
    let guess = TypeInputUser::InputUser(api::InputUser {
        user_id: bob.id.into(),
        access_hash: 1.into(),
    });
    for id in [
        guess,
        TypeInputUser::InputUserSelf,
        TypeInputUser::InputUserEmpty,
    ] {
        let call = contacts::AddContact {
            id,
            ..add(bob, "Bob")
        };
        assert_eq!(ada.error(&call).await, "400 CONTACT_ID_INVALID");
    }
    assert_eq!(ada.error(&add(bob, " ")).await, "400 CONTACT_NAME_EMPTY");
    let from = |peer: TypeInputPeer| {
        TypeInputUser::InputUserFromMessage(Box::new(api::InputUserFromMessage {
            peer,
            msg_id: 4711,
            user_id: bob.id.into(),
        }))
    };
    let call = contacts::AddContact {
        id: from(bob.peer.clone()),
        ..add(bob, "Bob")
    };
    assert_eq!(ada.error(&call).await, "400 MSG_ID_INVALID");
    let delete = contacts::DeleteContacts {
        id: vec![from(bob.peer.clone())],
    };
    assert_eq!(ada.error(&delete).await, "400 MSG_ID_INVALID");
    let call = contacts::AddContact {
        id: from(TypeInputPeer::InputPeerChannel(Default::default())),
        ..add(bob, "Bob")
    };
    assert_eq!(ada.error(&call).await, "400 CHANNEL_PRIVATE");
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
