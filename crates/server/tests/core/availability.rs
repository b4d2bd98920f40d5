//! Who may call what, for every method of the schema.

use heliogram_server::{Coverage, method_coverage};
use heliogram_tl::reflect::{self, random_object};
use heliogram_tl::{Availability, Encode};

use crate::world::*;

/// Random arguments for a method.
fn query(method: &reflect::Method) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64 ^ u64::from(method.combinator().id);
    let mut word = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    random_object(method.combinator(), &mut word)
        .to_bytes()
        .unwrap()
}

/// Wrappers stand around a query and are not called themselves.
fn is_wrapper(method: &reflect::Method) -> bool {
    let fields = method.combinator().fields;
    fields
        .iter()
        .any(|field| field.name == "query" && field.ty == reflect::Type::Object)
}

fn error_name(reply: heliogram_server::Reply) -> String {
    reply.body.err().map(|error| error.name).unwrap_or_default()
}

#[tokio::test]
async fn a_bot_may_call_what_the_schema_says_and_nothing_else() {
    let core = in_memory();
    let mut checked = 0;
    for method in reflect::methods()
        .iter()
        .filter(|method| !is_wrapper(method))
    {
        let bot = bot(&core).await;
        let name = error_name(bot.send(query(method)).await);
        let refused = name == "BOT_METHOD_INVALID";
        assert_eq!(
            refused,
            method.bots == Availability::No,
            "{}: {name}",
            method.combinator().name
        );
        checked += 1;
    }
    let wrappers = reflect::methods()
        .iter()
        .filter(|method| is_wrapper(method))
        .count();
    assert_eq!(checked + wrappers, 850, "{wrappers} of them wrappers");
    assert_eq!(wrappers, 11);
}

#[tokio::test]
async fn a_user_may_not_call_what_is_for_bots() {
    let core = in_memory();
    add_user(&core, "9996620601", None).await;
    let mut refusals = 0;
    for method in reflect::methods()
        .iter()
        .filter(|method| method.users == Availability::No)
    {
        let user = minted(&core, "9996620601").await;
        assert_eq!(
            error_name(user.send(query(method)).await),
            "USER_BOT_REQUIRED"
        );
        refusals += 1;
    }
    assert!(refusals >= 31, "{refusals}");
}

#[tokio::test]
async fn what_nobody_wrote_says_so_before_any_401() {
    let core = in_memory();
    let coverage = method_coverage(|_| false);
    assert_eq!(coverage.len(), 850);
    let stranger = stranger(&core);
    for (method, covered) in reflect::methods().iter().zip(coverage) {
        if is_wrapper(method) {
            continue;
        }
        let name = error_name(stranger.send(query(method)).await);
        let missing = name == "METHOD_NOT_IMPLEMENTED";
        assert_eq!(
            missing,
            covered.coverage == Coverage::None,
            "{}: {name}",
            covered.name
        );
    }
}

#[tokio::test]
async fn coverage_is_read_off_the_table() {
    let coverage = method_coverage(|name| name == "help.getConfig");
    let of = |name: &str| {
        let found = coverage.iter().find(|method| method.name == name);
        found.unwrap().coverage.to_string()
    };
    assert_eq!(of("help.getConfig"), "stateful+foreign");
    assert_eq!(of("account.sendConfirmPhoneCode"), "stateful");
    assert_eq!(of("messages.sendReaction"), "none");
}
