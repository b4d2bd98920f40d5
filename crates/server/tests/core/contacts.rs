//! Address books: imported, named, noted, forgotten.

use heliogram_tl::api::contacts::{self, TypeContacts};
use heliogram_tl::api::{self, TypeInputPeer, TypeInputUser, TypeUpdate, TypeUser, auth, users};

use crate::people::{input, seen, shown};
use crate::two_people::*;
use crate::world::*;

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

pub(crate) fn import(numbers: &[(&str, &str)]) -> contacts::ImportContacts {
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

pub(crate) async fn book(owner: &Person) -> contacts::Contacts {
    match owner.invoke(&contacts::GetContacts { hash: 0 }).await {
        Ok(TypeContacts::Contacts(contacts)) => *contacts,
        other => panic!("{other:?}"),
    }
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
