//! What readers of updates get, whatever the network and the server do.

use std::{error::Error, sync::Arc, time::Duration};

use heliogram::{
    MemoryStorage, Message, Storage, Update, api,
    events::{Lost, NewMessage},
    filters,
};
use tokio::{
    runtime::Handle,
    sync::{Notify, mpsc},
    time::{Instant, sleep, timeout},
};

use crate::{
    account::{
        OWN, Shared, client, in_updates, new_message, next, poke, typing, with_options,
        with_storage,
    },
    peer::{Then, bytes_of},
};

#[tokio::test]
async fn updates_come_in_order_once_and_without_holes() {
    let account = Shared::default();
    account.happen(10);
    let peer = account.peer().await;
    let client = client(&peer);
    client.connect().await.unwrap();
    let mut updates = client.updates();
    // Out of order, twice, and with a hole at 14.
    account.push([12, 11, 11, 13, 15]);
    poke(&client).await;
    for number in 11..=15 {
        assert_eq!(next(&mut updates).await, number.to_string());
    }
    assert_eq!(account.called("updates.getDifference"), 1);
    account.push([16]);
    poke(&client).await;
    assert_eq!(next(&mut updates).await, "16");
    assert_eq!(account.called("updates.getDifference"), 1);
    client.disconnect().await;
    assert!(updates.next().await.is_none());
}

#[tokio::test]
async fn a_client_that_comes_back_is_given_what_it_had_not_finished_and_what_happened_since() {
    let account = Shared::default();
    account.happen(10);
    let peer = account.peer().await;
    let storage = Arc::new(MemoryStorage::default());
    let first = with_storage(&peer, &storage);
    first.connect().await.unwrap();
    let mut updates = first.updates();
    account.push([11, 12, 13]);
    poke(&first).await;
    assert_eq!(next(&mut updates).await, "11");
    // Asked for 12: so 11 is done, and 12 is not.
    assert_eq!(next(&mut updates).await, "12");
    assert_eq!(storage.update_state(OWN).unwrap().unwrap().pts, 11);
    // As if the process were killed: nobody says goodbye.
    std::mem::forget(updates);
    drop(first);

    account.happen(2);
    let second = with_storage(&peer, &storage);
    second.connect().await.unwrap();
    let mut updates = second.updates();
    for number in 12..=15 {
        assert_eq!(next(&mut updates).await, number.to_string());
    }
    drop(updates);
    second.disconnect().await;
    assert_eq!(storage.update_state(OWN).unwrap().unwrap().pts, 15);
}

#[tokio::test]
async fn a_client_whose_updates_nobody_reads_asks_for_none_and_has_no_task_for_them() {
    let account = Shared::default();
    let peer = account.peer().await;
    let client = client(&peer);
    client.connect().await.unwrap();
    let alone = tasks();
    account.push([1, 2, 3]);
    poke(&client).await;
    let calls = account.lock().calls.clone();
    assert_eq!(calls, ["help.getConfig", "help.getNearestDc"]);

    let mut updates = client.updates();
    account.push([4]);
    poke(&client).await;
    assert_eq!(next(&mut updates).await, "4");
    assert_eq!(tasks(), alone + 1);
    drop(updates);
    account.push([5]);
    poke(&client).await;
    until("the task ends with the last reader", || tasks() == alone).await;
    client.disconnect().await;
}

#[tokio::test]
async fn disconnecting_and_dropping_leave_no_task_of_updates_behind() {
    let account = Shared::default();
    let peer = account.peer().await;
    let before = tasks();
    for disconnects in [true, false] {
        let client = client(&peer);
        client.connect().await.unwrap();
        let mut updates = client.updates();
        client.add_event_handler(async |_: Message| {}, NewMessage::new());
        until("all tasks run", || tasks() == before + 4).await;
        if disconnects {
            client.disconnect().await;
            // The peer's own task for the connection may take a moment.
            until("the peer sees the end", || peer.open() == 0).await;
            assert_eq!(tasks(), before);
        } else {
            drop(client);
            until("nothing is left", || tasks() == before).await;
        }
        assert!(updates.next().await.is_none());
    }
}

#[tokio::test]
async fn a_reader_that_is_slower_than_the_server_misses_nothing() {
    const COUNT: i32 = 2000;
    let account = Shared::default();
    account.lock().slice = 100;
    let peer = account.peer().await;
    let client = with_options(&peer, |options| options.updates_buffer = 8);
    client.connect().await.unwrap();
    let mut updates = client.updates();
    account.push([1]);
    poke(&client).await;
    assert_eq!(next(&mut updates).await, "1");
    account.push(2..=COUNT);
    poke(&client).await;
    sleep(Duration::from_millis(300)).await;
    // It has not asked for everything at once either.
    assert!(account.called("updates.getDifference") < 5);
    for number in 2..=COUNT {
        assert_eq!(next(&mut updates).await, number.to_string());
    }
    client.disconnect().await;
}

#[tokio::test]
async fn what_no_difference_brings_is_counted_when_there_is_no_room_for_it() {
    let account = Shared::default();
    let peer = account.peer().await;
    let client = with_options(&peer, |options| options.updates_buffer = 4);
    client.connect().await.unwrap();
    let mut updates = client.updates();
    account.push([1]);
    poke(&client).await;
    assert_eq!(next(&mut updates).await, "1");
    // 64 wait with the reader, one is being given, 4 in the buffer.
    {
        let mut account = account.lock();
        account.pushes = vec![bytes_of(&in_updates(typing())); 300];
    }
    poke(&client).await;
    sleep(Duration::from_millis(200)).await;
    let (mut given, mut lost) = (0, None);
    while lost.is_none() {
        match updates.next().await.unwrap() {
            Update::Raw(_) => given += 1,
            Update::Lost(Lost::TooSlow { count }) => lost = Some(count),
            other => panic!("not {other:?}"),
        }
    }
    assert_eq!(given + lost.unwrap(), 300);
    client.disconnect().await;
}

#[tokio::test]
async fn a_stream_that_stands_still_is_found_out() {
    let account = Shared::default();
    let peer = account.peer().await;
    let client = with_options(&peer, |options| {
        options.updates_watchdog = Some(Duration::from_millis(300));
    });
    client.connect().await.unwrap();
    let mut updates = client.updates();
    account.push([1]);
    poke(&client).await;
    assert_eq!(next(&mut updates).await, "1");
    // The server forgets to say so.
    account.happen(3);
    for number in 2..=4 {
        assert_eq!(next(&mut updates).await, number.to_string());
    }
    let fetched = account.called("updates.getDifference");
    sleep(Duration::from_secs(1)).await;
    assert!(account.called("updates.getState") >= 3, "it looks again");
    assert_eq!(account.called("updates.getDifference"), fetched);
    client.disconnect().await;
}

#[tokio::test]
async fn what_happened_while_the_connection_was_broken_is_fetched() {
    let account = Shared::default();
    let mut peer = account.peer().await;
    let client = client(&peer);
    client.connect().await.unwrap();
    let mut updates = client.updates();
    account.push([1]);
    poke(&client).await;
    assert_eq!(next(&mut updates).await, "1");
    peer.stop().await;
    account.happen(2);
    let peer = peer.again().await;
    for number in 2..=3 {
        assert_eq!(next(&mut updates).await, number.to_string());
    }
    client.disconnect().await;
    drop(peer);
}

#[tokio::test]
async fn a_server_that_says_too_long_and_answers_in_slices_is_read_to_the_end() {
    let account = Shared::default();
    account.lock().slice = 7;
    let peer = account.peer().await;
    let client = client(&peer);
    client.connect().await.unwrap();
    let mut updates = client.updates();
    account.push([1]);
    poke(&client).await;
    assert_eq!(next(&mut updates).await, "1");
    account.happen(40);
    account.lock().pushes = vec![bytes_of(&api::TypeUpdates::UpdatesTooLong)];
    poke(&client).await;
    for number in 2..=41 {
        assert_eq!(next(&mut updates).await, number.to_string());
    }
    assert_eq!(account.called("updates.getDifference"), 6);
    client.disconnect().await;
}

#[tokio::test]
async fn what_the_server_does_not_tell_any_more_is_told_as_lost() {
    let account = Shared::default();
    account.happen(5);
    let peer = account.peer().await;
    let client = client(&peer);
    client.connect().await.unwrap();
    let mut updates = client.updates();
    account.push([6]);
    poke(&client).await;
    assert_eq!(next(&mut updates).await, "6");
    account.happen(10);
    account.lock().forgotten = 14;
    account.push([17]);
    poke(&client).await;
    let lost = next(&mut updates).await;
    assert!(lost.contains("between pts 6 and 14"), "{lost}");
    for number in 15..=17 {
        assert_eq!(next(&mut updates).await, number.to_string());
    }
    client.disconnect().await;
}

#[tokio::test]
async fn a_constructor_that_nobody_knows_costs_its_own_message_and_is_fetched_instead() {
    let account = Shared::default();
    let peer = account.peer().await;
    let client = client(&peer);
    client.connect().await.unwrap();
    let mut updates = client.updates();
    account.push([1]);
    poke(&client).await;
    assert_eq!(next(&mut updates).await, "1");

    // An update of a later layer, between two that are known: TL says nowhere where it ends.
    let mut strange = bytes_of(&in_updates(new_message(3))).to_vec();
    strange[12..16].copy_from_slice(&STRANGE.to_le_bytes());
    {
        let mut account = account.lock();
        account.pts = 4;
        account.pushes = vec![
            bytes_of(&in_updates(new_message(2))),
            strange.clone().into(),
            // Nothing at all that is known, in a message of its own in the same container.
            STRANGE.to_le_bytes().to_vec().into(),
            bytes_of(&in_updates(new_message(4))),
        ];
    }
    poke(&client).await;
    assert_eq!(next(&mut updates).await, "2");
    let Some(Update::Unreadable(unreadable)) = updates.next().await else {
        panic!("something unreadable");
    };
    assert_eq!(
        (unreadable.id, &unreadable.bytes[..]),
        (STRANGE, &strange[..])
    );
    assert_eq!(next(&mut updates).await, "unreadable 0xbadbad");
    assert_eq!(next(&mut updates).await, "3");
    assert_eq!(next(&mut updates).await, "4");
    // Nothing comes behind it that would show a gap.
    {
        let mut account = account.lock();
        account.pts = 5;
        account.pushes = vec![strange.into()];
    }
    poke(&client).await;
    assert_eq!(next(&mut updates).await, "unreadable 0xbadbad");
    assert_eq!(next(&mut updates).await, "5");
    client.disconnect().await;
}

#[tokio::test]
async fn a_part_of_a_difference_that_cannot_be_read_is_told_and_passed() {
    let account = Shared::default();
    account.happen(1);
    let peer = account.peer().await;
    let client = client(&peer);
    client.connect().await.unwrap();
    let mut updates = client.updates();
    account.push([2]);
    poke(&client).await;
    assert_eq!(next(&mut updates).await, "2");
    account.happen(2);
    let slice = account.lock().slice_with_a_stranger(STRANGE, 3);
    account.lock().instead = vec![("updates.getDifference", Then::Answer(slice))];
    account.push([5]);
    poke(&client).await;
    assert_eq!(next(&mut updates).await, "unreadable 0xbadbad");
    assert!(next(&mut updates).await.contains("after pts 2"));
    assert_eq!(next(&mut updates).await, "4");
    assert_eq!(next(&mut updates).await, "5");
    client.disconnect().await;
}

#[tokio::test]
async fn a_fetch_that_fails_is_tried_again() {
    let account = Shared::default();
    let peer = account.peer().await;
    let client = with_options(&peer, |options| options.request_retries = 1);
    client.connect().await.unwrap();
    let mut updates = client.updates();
    account.push([1]);
    poke(&client).await;
    assert_eq!(next(&mut updates).await, "1");
    let fails = || ("updates.getDifference", Then::Error(500, "SOMETHING_BROKE"));
    account.lock().instead = vec![fails(), fails()];
    account.push([3]);
    poke(&client).await;
    assert_eq!(next(&mut updates).await, "2");
    assert_eq!(next(&mut updates).await, "3");
    client.disconnect().await;
}

#[tokio::test]
async fn readers_wait_for_a_login() {
    let account = Shared::default();
    account.lock().stranger = true;
    let peer = account.peer().await;
    let client = client(&peer);
    let mut updates = client.updates();
    client.connect().await.unwrap();
    poke(&client).await;
    sleep(Duration::from_millis(100)).await;
    assert_eq!(account.called("updates.getState"), 0);
    account.lock().stranger = false;
    account.happen(5);
    let login = api::auth::ImportBotAuthorization {
        flags: 0,
        api_id: 1,
        api_hash: "hash".into(),
        bot_auth_token: "7:token".into(),
    };
    client.invoke(&login).await.unwrap();
    until("the state is known", || {
        account.called("updates.getState") == 1
    })
    .await;
    sleep(Duration::from_millis(50)).await;
    account.push([6]);
    poke(&client).await;
    assert_eq!(next(&mut updates).await, "6");
    client.disconnect().await;
}

#[tokio::test]
async fn own_calls_move_the_numbers_and_are_not_taken_for_gaps() {
    let account = Shared::default();
    account.happen(10);
    let peer = account.peer().await;
    let client = client(&peer);
    client.connect().await.unwrap();
    let mut updates = client.updates();
    account.push([11]);
    poke(&client).await;
    assert_eq!(next(&mut updates).await, "11");
    let affected = api::messages::AffectedMessages {
        pts: 13,
        pts_count: 2,
    };
    account.lock().instead = vec![("messages.deleteMessages", Then::Answer(bytes_of(&affected)))];
    let deletion = api::messages::DeleteMessages {
        revoke: true,
        id: vec![1, 2],
    };
    client.invoke(&deletion).await.unwrap();
    account.push([14]);
    poke(&client).await;
    assert_eq!(next(&mut updates).await, "14");
    assert_eq!(account.called("updates.getDifference"), 0);
    client.disconnect().await;
}

#[tokio::test]
async fn handlers_are_called_in_order_for_what_they_want_and_survive_their_own_faults() {
    let account = Shared::default();
    let peer = account.peer().await;
    let client = client(&peer);
    client.connect().await.unwrap();
    let (told, mut heard) = mpsc::unbounded_channel();
    let tell = told.clone();
    client.add_event_handler(
        move |message: Message| {
            let tell = tell.clone();
            async move {
                let text = message.text().to_owned();
                tell.send(text.clone())?;
                match text.as_str() {
                    "2" => panic!("on purpose"),
                    "3" => Err("on purpose".into()),
                    _ => Ok::<(), Box<dyn Error + Send + Sync>>(()),
                }
            }
        },
        NewMessage::new()
            .incoming()
            .filter(!filters::pattern("^4$").unwrap()),
    );
    let removed = client.add_event_handler(
        move |_: Message| {
            told.send("removed".into()).unwrap();
            async {}
        },
        NewMessage::new(),
    );
    removed.remove();
    account.push(1..=5);
    poke(&client).await;
    for expected in ["1", "2", "3", "5"] {
        let next = timeout(Duration::from_secs(5), heard.recv()).await;
        assert_eq!(next.unwrap().unwrap(), expected);
    }
    // After the next connect the handler is there again.
    client.disconnect().await;
    client.connect().await.unwrap();
    account.push([6]);
    poke(&client).await;
    let next = timeout(Duration::from_secs(5), heard.recv()).await;
    assert_eq!(next.unwrap().unwrap(), "6");
    client.disconnect().await;
}

#[tokio::test]
async fn a_handler_may_disconnect_its_own_client() {
    let account = Shared::default();
    let peer = account.peer().await;
    let before = tasks();
    let client = client(&peer);
    client.connect().await.unwrap();
    let done = Arc::new(Notify::new());
    let says = Arc::clone(&done);
    client.add_event_handler(
        move |message: Message| {
            let says = Arc::clone(&says);
            async move {
                message.client().disconnect().await;
                says.notify_one();
            }
        },
        NewMessage::new(),
    );
    account.push([1]);
    poke(&client).await;
    timeout(Duration::from_secs(5), done.notified())
        .await
        .unwrap();
    assert!(!client.is_connected());
    until("nothing is left", || tasks() == before).await;
}

/// A constructor of no layer.
const STRANGE: u32 = 0x00ba_dbad;

fn tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(5);
    while !holds() {
        assert!(Instant::now() < end, "never: {what}");
        sleep(Duration::from_millis(5)).await;
    }
}
