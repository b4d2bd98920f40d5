//! The public shape: sizes of what moves, names, what `Debug` shows.

use heliogram_tl::{Availability, Combinator, Method, MethodError, RpcError, api};

#[test]
fn what_moves_is_small() {
    fn size<T>() -> usize {
        size_of::<T>()
    }
    for (name, size, at_most) in [
        ("TypeMessage", size::<api::TypeMessage>(), 24),
        ("TypeUser", size::<api::TypeUser>(), 16),
        ("TypeUpdate", size::<api::TypeUpdate>(), 32),
        ("TypeUpdates", size::<api::TypeUpdates>(), 24),
        ("TypePeer", size::<api::TypePeer>(), 16),
        ("TypeInputPeer", size::<api::TypeInputPeer>(), 24),
        ("TypeMessageEntity", size::<api::TypeMessageEntity>(), 32),
        ("auth::TypeSentCode", size::<api::auth::TypeSentCode>(), 16),
        ("Message", size::<api::Message>(), 520),
        ("User", size::<api::User>(), 400),
        ("ChannelFull", size::<api::ChannelFull>(), 800),
        ("Config", size::<api::Config>(), 520),
    ] {
        println!("{name}: {size} bytes");
        assert!(
            size <= at_most,
            "{name} is {size} bytes, more than {at_most}"
        );
    }
}

#[test]
fn a_method_holds_what_both_ends_agree_on() {
    type Call = api::account::SendConfirmPhoneCode;
    assert_eq!(Call::NAME, "account.sendConfirmPhoneCode");
    assert_eq!(Call::ID, 0x1b3f_aa88);
    assert_eq!(Call::USERS, Availability::Yes);
    assert_eq!(Call::BOTS, Availability::No);
    let error = RpcError::new(400, "HASH_INVALID");
    assert_eq!(
        <Call as Method>::Error::from_rpc(&error),
        Some(api::account::SendConfirmPhoneCodeError::HashInvalid)
    );
}

#[test]
fn an_error_keeps_the_number_in_its_name() {
    type Error = api::account::DeleteAccountError;
    let wait = Error::TwoFaConfirmWait(604_800);
    assert_eq!(wait.to_rpc(), RpcError::new(420, "2FA_CONFIRM_WAIT_604800"));
    assert_eq!(Error::from_rpc(&wait.to_rpc()), Some(wait));
    assert_eq!(format!("{wait:?}"), "TwoFaConfirmWait(604800)");
    assert_eq!(
        heliogram_tl::AnyMethodError::from_rpc(&RpcError::new(420, "FLOOD_WAIT_30")),
        Some(heliogram_tl::AnyMethodError::FloodWait(30))
    );
}

#[test]
fn every_variant_of_an_error_finds_its_own_entry() {
    fn check<E: MethodError>() {
        for (index, variant) in E::VARIANTS {
            assert_eq!(variant.with_value(7).index(), *index, "{variant}");
        }
    }
    check::<heliogram_tl::AnyMethodError>();
    check::<api::account::DeleteAccountError>();
    check::<api::messages::SendMessageError>();
}

#[test]
fn debug_shows_the_schema_s_names_and_hides_secrets() {
    let call = api::auth::SignIn {
        phone_number: "9996621234".into(),
        phone_code_hash: "7deac9022b73a3a888".into(),
        phone_code: Some("12345".into()),
        email_verification: None,
    };
    let shown = format!("{call:?}");
    assert_eq!(
        shown,
        "auth.signIn { phone_number: \"9996621234\", phone_code_hash: \"7deac9022b73a3a888\", phone_code: <hidden> }"
    );
}
