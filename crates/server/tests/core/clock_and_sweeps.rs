//! The business clock, and what happens by itself.

use heliogram_server::OperationError;
use heliogram_tl::api::{AccountDaysTTL, account};

use crate::world::*;

const PHONE: &str = "9996620701";

fn ttl(days: i32) -> account::SetAccountTTL {
    account::SetAccountTTL {
        ttl: AccountDaysTTL { days },
    }
}

#[tokio::test]
async fn the_life_time_of_an_idle_account_is_half_a_year_until_its_owner_says_otherwise() {
    let core = in_memory();
    add_user(&core, PHONE, None).await;
    let owner = minted(&core, PHONE).await;
    let get = account::GetAccountTTL {};
    assert_eq!(owner.invoke(&get).await.unwrap().days, 182);
    for days in [29, 731, 0, -1] {
        assert_eq!(owner.error(&ttl(days)).await, "400 TTL_DAYS_INVALID");
    }
    for days in [30, 730] {
        assert_eq!(owner.invoke(&ttl(days)).await, Ok(true));
        assert_eq!(owner.invoke(&get).await.unwrap().days, days);
    }
}

#[tokio::test]
async fn an_account_that_nobody_uses_is_swept_and_one_that_is_used_is_not() {
    let core = in_memory();
    add_user(&core, PHONE, None).await;
    add_user(&core, "9996620702", None).await;
    let idle = minted(&core, PHONE).await;
    let busy = minted(&core, "9996620702").await;
    idle.invoke(&ttl(30)).await.unwrap();
    busy.invoke(&ttl(30)).await.unwrap();
    core.advance_clock(29 * DAY).await.unwrap();
    busy.me().await.unwrap();
    core.advance_clock(2 * DAY).await.unwrap();
    assert_eq!(error_of(idle.me().await), "401 USER_DEACTIVATED");
    busy.me().await.unwrap();
    core.advance_clock(30 * DAY).await.unwrap();
    assert_eq!(error_of(busy.me().await), "401 USER_DEACTIVATED");
}

#[tokio::test]
async fn what_falls_due_on_the_way_fires_in_order() {
    let core = in_memory();
    let (_owner, requester) = owner_and_requester(&core, PHONE).await;
    requester.delete_account().await.unwrap_err();
    // The deletion comes after 7 days, the sweep would come after 182: one leap over both.
    core.advance_clock(400 * DAY).await.unwrap();
    assert!(core.users().await.unwrap().is_empty());
    assert_eq!(
        requester.delete_account().await,
        Ok(true),
        "it was the deletion, not the sweep"
    );
}

#[tokio::test]
async fn real_time_alone_fires_too() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};
    let now = Arc::new(AtomicI64::new(wire_now()));
    let wire_clock = heliogram_server::WireClock(Arc::new({
        let now = Arc::clone(&now);
        move || now.load(Ordering::Relaxed)
    }));
    let core = heliogram_server::Core::open(heliogram_server::CoreOptions {
        wire_clock,
        account_ttl_days: 30,
        ..Default::default()
    })
    .unwrap();
    add_user(&core, PHONE, None).await;
    now.fetch_add(30 * DAY, Ordering::Relaxed);
    assert!(core.users().await.unwrap().is_empty());
}

#[tokio::test]
async fn the_clock_only_goes_forward_and_not_beyond_what_dates_can_say() {
    let core = in_memory();
    let before = core.clock();
    for seconds in [-1, i64::MAX, 40_000 * DAY] {
        let error = core.advance_clock(seconds).await.unwrap_err();
        assert!(
            matches!(
                error,
                OperationError::Invalid {
                    field: "advance_seconds",
                    ..
                } | OperationError::Refused {
                    field: "advance_seconds",
                    ..
                }
            ),
            "{error}"
        );
    }
    let after = core.advance_clock(3600).await.unwrap();
    assert_eq!(after.shift - before.shift, 3600);
    let stopped = core.freeze_clock().await.unwrap();
    assert!(stopped.frozen);
    assert_eq!(core.advance_clock(5).await.unwrap().now, stopped.now + 5);
}
