//! What one can do to a world from outside.

use std::time::{Duration, Instant};

use heliogram_server::{Limits, OperationError, SessionStanding, UserEdit};
use heliogram_tl::api;

use crate::world::*;

const ADA: &str = "9996620951";
const BOB: &str = "9996620952";

#[tokio::test]
async fn an_account_is_edited_and_its_new_password_asked_for() {
    let core = in_memory();
    let id = add_user(&core, ADA, None).await;
    add_user(&core, BOB, None).await;
    let edit = UserEdit {
        phone: Some("+999 662 0953".to_owned()),
        last_name: Some("Lovelace".to_owned()),
        password: Some(Some(PASSWORD.to_owned())),
        ..UserEdit::default()
    };
    let edited = core.edit_user(id, edit).await.unwrap();
    let names = (&*edited.first_name, &*edited.last_name);
    assert_eq!(names, ("Ada", "Lovelace"));
    assert_eq!(edited.phone.as_deref(), Some("9996620953"));
    let new = stranger(&core);
    let error = error_of(new.log_in("9996620953").await);
    assert_eq!(error, "401 SESSION_PASSWORD_NEEDED");
    new.check_password(PASSWORD).await.unwrap();

    let removed = UserEdit {
        password: Some(None),
        ..UserEdit::default()
    };
    assert!(!core.edit_user(id, removed).await.unwrap().has_password);
    stranger(&core).log_in("9996620953").await.unwrap();
    let taken = UserEdit {
        phone: Some(BOB.to_owned()),
        first_name: Some("Eve".to_owned()),
        ..UserEdit::default()
    };
    core.edit_user(id, taken).await.unwrap_err();
    assert_eq!(core.user(id).await.unwrap().first_name, "Ada");
}

#[tokio::test]
async fn a_new_number_from_outside_stops_a_pending_deletion() {
    let core = in_memory();
    let (owner, requester) = owner_and_requester(&core, ADA).await;
    requester.delete_account().await.unwrap_err();
    let id = owner.me().await.unwrap().id.0;
    assert!(core.user(id).await.unwrap().deletion_due.is_some());
    let edit = UserEdit {
        phone: Some(BOB.to_owned()),
        ..UserEdit::default()
    };
    let edited = core.edit_user(id, edit).await.unwrap();
    assert_eq!(edited.deletion_due, None);
    core.advance_clock(8 * DAY).await.unwrap();
    core.user(id).await.unwrap();
}

#[tokio::test]
async fn a_deleted_account_has_no_sessions_and_its_number_is_free() {
    let core = in_memory();
    let id = add_user(&core, ADA, None).await;
    let ada = minted(&core, ADA).await;
    core.delete_user(id).await.unwrap();
    assert_eq!(error_of(ada.me().await), "401 USER_DEACTIVATED");
    let again = core.delete_user(id).await.unwrap_err();
    assert!(matches!(again, OperationError::NotFound { .. }), "{again}");
    assert_ne!(add_user(&core, ADA, None).await, id);
}

#[tokio::test]
async fn sessions_are_listed_and_ended_one_by_one_or_all_at_once() {
    let core = in_memory();
    let id = add_user(&core, ADA, None).await;
    let mut clients = Vec::new();
    for _ in 0..3 {
        clients.push(minted(&core, ADA).await);
    }
    let stranger = stranger(&core);
    let sessions = core.sessions_of(id).await.unwrap();
    assert_eq!(sessions.len(), 3);
    assert!(sessions.iter().all(|session| session.minted));
    core.revoke_session(clients[0].key).await.unwrap();
    assert_eq!(error_of(clients[0].me().await), "401 SESSION_REVOKED");
    clients[1].me().await.unwrap();
    assert_eq!(core.revoke_sessions_of(id).await.unwrap(), 2);
    assert_eq!(error_of(clients[1].me().await), "401 SESSION_REVOKED");
    core.revoke_session(stranger.key).await.unwrap_err();
    let all = core.sessions().await.unwrap();
    let revoked = all
        .iter()
        .filter(|session| session.standing == SessionStanding::Revoked);
    assert_eq!((all.len(), revoked.count()), (4, 3));
}

#[tokio::test]
async fn the_next_in_an_inbox_is_waited_for_and_numbers_go_on_after_it_was_cleared() {
    let core = in_memory();
    let client = stranger(&core);
    let soon = Duration::from_millis(50);
    let none = core.next_in_inbox(ADA, 0, soon).await.unwrap();
    assert!(none.is_none());
    let send = async |phone: &str| {
        let settings = api::CodeSettings::default();
        client.send_code(phone, settings).await.unwrap();
    };
    let long = Duration::from_secs(20);
    let began = Instant::now();
    let (first, ()) = tokio::join!(core.next_in_inbox("+999 662 0951", 0, long), async {
        send(BOB).await;
        send(ADA).await;
    });
    let first = first.unwrap().unwrap();
    assert!(began.elapsed() < long / 2);
    assert_eq!(core.inbox(ADA).await.unwrap(), std::slice::from_ref(&first));
    assert_eq!(core.clear_inbox(Some(ADA)).await.unwrap(), 1);
    assert_eq!(core.inbox(BOB).await.unwrap().len(), 1);
    assert_eq!(core.clear_inbox(None).await.unwrap(), 1);
    stranger_code(&core).await;
    let second = core.next_in_inbox(ADA, first.id, soon).await.unwrap();
    assert!(second.unwrap().id > first.id);
}

async fn stranger_code(core: &heliogram_server::Core) {
    let settings = api::CodeSettings::default();
    stranger(core).send_code(ADA, settings).await.unwrap();
}

#[tokio::test]
async fn the_clock_of_an_empty_world_is_set_to_any_date_and_then_only_forward() {
    let core = in_memory();
    for past in [946_684_799, i64::MIN, i64::MAX] {
        core.set_clock_to(past).await.unwrap_err();
    }
    let year_2001 = 978_307_200;
    let clock = core.set_clock_to(year_2001).await.unwrap();
    assert_eq!(clock.now, year_2001);
    add_user(&core, ADA, None).await;
    core.set_clock_to(year_2001 - DAY).await.unwrap_err();
    let later = core.set_clock_to(year_2001 + DAY).await.unwrap();
    assert_eq!(later.now, year_2001 + DAY);
    core.users().await.unwrap();
}

#[tokio::test]
async fn the_clock_is_not_frozen_while_a_client_waits_unless_it_is_forced() {
    let core = heliogram_server::Core::open(heliogram_server::CoreOptions {
        limits: Limits {
            codes_per_hour: 1,
            ..Limits::default()
        },
        ..Default::default()
    })
    .unwrap();
    stranger_code(&core).await;
    let settings = api::CodeSettings::default();
    let waits = stranger(&core).send_code(ADA, settings).await.unwrap_err();
    assert_eq!(waits.kind(), "FLOOD_WAIT");
    let until = core.flood_wait_until().unwrap();
    let refused = core.freeze_clock().await.unwrap_err();
    assert!(
        matches!(refused, OperationError::Refused { .. })
            && refused.to_string().contains(&until.to_string()),
        "{refused}"
    );
    assert!(!core.clock().frozen);
    assert!(core.freeze_clock_anyway().await.unwrap().frozen);
    assert!(!core.unfreeze_clock().await.unwrap().frozen);
    core.advance_clock(3_601).await.unwrap();
    assert_eq!(core.flood_wait_until(), None);
    assert!(core.freeze_clock().await.unwrap().frozen);
}

#[tokio::test]
async fn what_one_leap_passes_over_happens_each_at_its_own_moment() {
    let core = in_memory();
    let (_owner, requester) = owner_and_requester(&core, ADA).await;
    requester.delete_account().await.unwrap_err();
    core.advance_clock(3 * DAY).await.unwrap();
    let second = {
        add_user(&core, BOB, Some(PASSWORD)).await;
        core.user_by_phone(BOB).await.unwrap().id
    };
    let mut events = core.events().subscribe();
    core.advance_clock(400 * DAY).await.unwrap();
    let mut deleted = Vec::new();
    while let Ok(event) = events.try_recv() {
        if let heliogram_server::Event::User(id) = event {
            deleted.push(id);
        }
    }
    assert_eq!(deleted.len(), 2);
    assert_eq!(deleted[1], second, "the sweep came after the deletion");
    assert!(core.users().await.unwrap().is_empty());
}
