//! What a watcher of a world is told, and when.

use std::convert::Infallible;
use std::time::Duration;

use heliogram_server::{Core, Event};
use heliogram_tl::api;
use tokio::sync::broadcast::Receiver;

use crate::world::{DAY, active_owner, add_user, in_memory, minted, requester, stranger};

const ADA: &str = "9996620001";
const SOON: Duration = Duration::from_secs(10);

/// Everything that happened, without the calls.
fn happened(events: &mut Receiver<Event>) -> Vec<Event> {
    let mut happened = Vec::new();
    while let Ok(event) = events.try_recv() {
        if !matches!(event, Event::Call(_)) {
            happened.push(event);
        }
    }
    happened
}

#[tokio::test]
async fn a_watcher_is_told_of_users_codes_and_the_clock() {
    let core = in_memory();
    let mut events = core.events().subscribe();
    let ada = add_user(&core, ADA, None).await;
    assert_eq!(happened(&mut events), [Event::User(ada)]);

    let client = stranger(&core);
    let settings = api::CodeSettings::default();
    client.send_code(ADA, settings).await.unwrap();
    assert_eq!(happened(&mut events), [Event::Inbox(ADA.to_owned())]);

    core.advance_clock(60).await.unwrap();
    assert_eq!(happened(&mut events), [Event::Clock]);

    assert!(core.advance_clock(-1).await.is_err());
    assert_eq!(happened(&mut events), []);
}

#[tokio::test]
async fn a_deletion_is_told_when_it_is_asked_for_and_when_it_happens() {
    let core = in_memory();
    active_owner(&core, ADA).await;
    let requester = requester(&core, ADA).await;
    let mut events = core.events().subscribe();
    requester.delete_account().await.unwrap_err();
    let told = happened(&mut events);
    let user = told.iter().any(|event| matches!(event, Event::User(_)));
    assert!(
        user && told.contains(&Event::Inbox(ADA.to_owned())),
        "{told:?}"
    );

    core.advance_clock(7 * DAY).await.unwrap();
    let told = happened(&mut events);
    assert!(
        matches!(told[..], [Event::User(_), Event::Clock]),
        "{told:?}"
    );
}

#[tokio::test]
async fn what_a_refused_operation_did_is_not_told() {
    let core = in_memory();
    add_user(&core, ADA, None).await;
    let mut events = core.events().subscribe();
    let again = heliogram_server::NewUser {
        phone: ADA.to_owned(),
        first_name: "Ada".to_owned(),
        ..Default::default()
    };
    assert!(core.create_user(again).await.is_err());
    assert_eq!(happened(&mut events), []);
}

#[tokio::test]
async fn waiting_ends_when_what_is_waited_for_is_there() {
    let core = in_memory();
    add_user(&core, ADA, None).await;
    let waiting = tokio::spawn({
        let core = core.clone();
        async move { first_text(&core, SOON).await }
    });
    tokio::task::yield_now().await;
    let client = minted(&core, ADA).await;
    client
        .send_code(ADA, api::CodeSettings::default())
        .await
        .unwrap();
    assert!(waiting.await.unwrap().is_some());
    assert!(first_text(&core, Duration::ZERO).await.is_some());
}

#[tokio::test]
async fn waiting_ends_in_time_when_nothing_comes() {
    let core = in_memory();
    let began = std::time::Instant::now();
    assert_eq!(first_text(&core, Duration::from_millis(20)).await, None);
    assert!(began.elapsed() < SOON);
}

async fn first_text(core: &Core, timeout: Duration) -> Option<String> {
    let mine = |event: &Event| matches!(event, Event::Inbox(phone) if phone == ADA);
    let look = || async {
        let items = core.inbox(ADA).await.unwrap();
        Ok::<_, Infallible>(items.into_iter().next().map(|item| item.text))
    };
    core.events().wait_for(timeout, mine, look).await.unwrap()
}
