//! Examples that `describe` prints, compiled: one for each shape that an argument can have.

/// The programs lie in `programs/`; when the generator changes,
/// `heliogram describe --json METHOD | jq -rj .rust` makes them again.
macro_rules! compiled {
    ($($module:ident: $method:literal,)*) => {$(
        mod $module {
            include!(concat!("programs/", stringify!($module), ".rs"));

            #[test]
            fn compiles_and_is_what_describe_prints() {
                let _: fn() -> Result<(), Box<dyn std::error::Error>> = main;
                let page = crate::program::run(&["describe", "--json", $method]).json();
                let program = include_str!(concat!("programs/", stringify!($module), ".rs"));
                assert_eq!(page["rust"], program);
            }
        }
    )*};
}

compiled! {
    account_send_confirm_phone_code: "account.sendConfirmPhoneCode",
    auth_check_password: "auth.checkPassword",
    auth_finish_passkey_login: "auth.finishPasskeyLogin",
    channels_get_channels: "channels.getChannels",
    help_get_config: "help.getConfig",
    invoke_with_layer: "invokeWithLayer",
    messages_get_history: "messages.getHistory",
    upload_save_file_part: "upload.saveFilePart",
}
