//! What readers of updates get, whatever the network and the server do.

use std::sync::Arc;

use heliogram::{MemoryStorage, Storage};

use crate::account::{OWN, Shared, client, next, poke, with_storage};

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
