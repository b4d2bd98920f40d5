//! Transport errors in place of an answer.

use std::time::Duration;

use heliogram::InvokeError;
use heliogram_server::FaultKind;

use crate::careless::{Careless, Seen};
use crate::world::*;

#[tokio::test]
async fn every_transport_error_breaks_the_careless_before_the_call() {
    let world = World::new().await;
    for code in [-404, -429, -444] {
        let mut careless = Careless::new(&world).await;
        world.strike_next(FaultKind::TransportError { code }, "auth.sendCode");
        match careless.call(&send_code()).await {
            Seen::Broken(why) => assert!(why.contains(&code.to_string()), "{why}"),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(world.codes_sent().await, 0);
}

#[tokio::test]
async fn ours_waits_after_a_429_and_then_sends_the_call_again() {
    let world = World::new().await;
    let ours = world.ours().await;
    let fault = world.strike_next(FaultKind::TransportError { code: -429 }, "auth.sendCode");
    let (sent, took) = timed(ours.invoke(&send_code())).await;
    sent.unwrap();
    assert!(took >= Duration::from_secs(2), "{took:?} is no pause");
    assert_eq!(world.struck(&fault), 1);
    assert_eq!(world.codes_sent().await, 1);
}

#[tokio::test]
async fn ours_says_what_a_404_and_a_444_mean_and_makes_no_new_key() {
    let world = World::new().await;
    for (code, wanted) in [(-404, "-404"), (-444, "-444")] {
        let ours = world.ours().await;
        let key = ours.session().save();
        world.strike_next(FaultKind::TransportError { code }, "auth.sendCode");
        let error = ours.invoke(&send_code()).await.unwrap_err();
        assert!(
            matches!(error, InvokeError::OutcomeUnknown { .. }),
            "{error:?}"
        );
        assert!(error.to_string().contains(wanted), "{error}");
        let error = ours.invoke(&get_self()).await.unwrap_err();
        assert!(matches!(error, InvokeError::Connect { .. }), "{error:?}");
        assert!(error.to_string().contains(wanted), "{error}");
        assert_eq!(ours.session().save(), key, "the key is kept");
        // The key was good all the time: whoever connects anew is logged in.
        ours.connect().await.unwrap();
        ours.invoke(&get_self()).await.unwrap();
    }
    assert_eq!(world.codes_sent().await, 0);
}
