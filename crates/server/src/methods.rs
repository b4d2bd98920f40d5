//! The table: which method is answered, by what, and for whom.
//!
//! One line per method. `reads` or `writes` says whether it changes anything, and `moves` that it moves the bytes of
//! files, behind its transaction; `Free`, `Login` or `Account` who may
//! call it ([`Access`]); `needs` what has to be computed before it runs. A handler's file is named for the
//! page of the API its methods are on.

mod account_deletion;
mod account_password;
mod account_phone;
mod account_presence;
mod account_privacy;
mod account_profile;
mod account_sessions;
mod auth_codes;
mod auth_keys;
mod auth_login;
mod auth_recovery;
mod bots;
mod contacts;
mod contacts_blocked;
mod contacts_search;
mod help;
mod langpack;
mod messages_bots;
mod messages_delete;
mod messages_dialogs;
mod messages_drafts;
mod messages_edit;
mod messages_forward;
mod messages_get;
mod messages_history;
mod messages_media;
mod messages_pins;
mod messages_read;
mod messages_search;
mod messages_send;
mod messages_typing;
mod updates;
mod upload;
mod users;

use heliogram_tl::{Combinator, api};

use crate::dispatch::{self, Access, Entry};
use crate::media;
use crate::password::Need;

macro_rules! table {
    ($($kind:ident $access:ident $space:ident :: $method:ident => $handler:path $(, needs $need:expr)?;)*) => {
        /// Every method that has a handler.
        pub(crate) static TABLE: &[Entry] = &[$(
            Entry {
                id: <api::$space::$method as Combinator>::ID,
                name: <api::$space::$method as Combinator>::NAME,
                access: Access::$access,
                writes: table!(@$kind),
                decode: |query| table!(@decode $kind api::$space::$method, query, $handler $(, $need)?),
            },
        )*];
    };
    (@reads) => { false };
    (@writes) => { true };
    (@moves) => { false };
    (@decode moves $method:path, $query:ident, $handler:path) => {
        dispatch::decode_moving::<$method>($query, $handler)
    };
    (@decode $kind:ident $method:path, $query:ident, $handler:path) => {
        dispatch::decode::<$method>($query, |_| Need::Nothing, $handler)
    };
    (@decode $kind:ident $method:path, $query:ident, $handler:path, $need:expr) => {
        dispatch::decode::<$method>($query, $need, $handler)
    };
}

table! {
    reads  Free    help::GetConfig => help::config;
    reads  Free    help::GetNearestDc => help::nearest_dc;
    reads  Free    help::GetAppConfig => help::app_config;
    reads  Free    help::GetTermsOfServiceUpdate => help::terms_of_service_update;
    reads  Account help::AcceptTermsOfService => help::accept_terms_of_service;
    reads  Free    langpack::GetLangPack => langpack::pack;
    reads  Free    langpack::GetStrings => langpack::strings;
    reads  Free    langpack::GetDifference => langpack::difference;
    reads  Free    langpack::GetLanguages => langpack::languages;
    reads  Free    langpack::GetLanguage => langpack::language;

    writes Login   auth::SendCode => auth_codes::send_code;
    writes Login   auth::ResendCode => auth_codes::resend_code;
    writes Login   auth::CancelCode => auth_codes::cancel_code;
    writes Login   auth::SignIn => auth_login::sign_in;
    writes Login   auth::SignUp => auth_login::sign_up;
    writes Login   auth::CheckPassword => auth_login::check_password, needs |call| auth_login::proof(&call.password);
    writes Login   auth::ImportBotAuthorization => auth_login::import_bot_authorization;
    writes Login   auth::LogOut => auth_login::log_out;
    writes Free    auth::BindTempAuthKey => auth_keys::bind_temp_auth_key;
    writes Login   auth::DropTempAuthKeys => auth_keys::drop_temp_auth_keys;
    writes Account auth::ExportAuthorization => auth_keys::export_authorization;
    writes Login   auth::ImportAuthorization => auth_keys::import_authorization;
    writes Login   auth::RequestPasswordRecovery => auth_recovery::request_password_recovery;
    writes Login   auth::CheckRecoveryPassword => auth_recovery::check_recovery_password;
    writes Login   auth::RecoverPassword => auth_recovery::recover_password;

    writes Login   account::GetPassword => account_password::get_password, needs |_| Need::Challenge;
    writes Account account::UpdatePasswordSettings => account_password::update_password_settings,
        needs |call| auth_login::proof(&call.password);
    writes Account account::ConfirmPasswordEmail => account_password::confirm_password_email;
    writes Account account::ResendPasswordEmail => account_password::resend_password_email;
    writes Account account::CancelPasswordEmail => account_password::cancel_password_email;
    writes Account account::ResetPassword => account_password::reset_password;
    writes Account account::DeclinePasswordReset => account_password::decline_password_reset;

    writes Login   account::DeleteAccount => account_deletion::delete_account,
        needs |call| call.password.as_ref().map_or(Need::Nothing, auth_login::proof);
    writes Account account::SendConfirmPhoneCode => account_deletion::send_confirm_phone_code;
    writes Account account::ConfirmPhone => account_deletion::confirm_phone;
    reads  Account account::GetAccountTTL => account_deletion::account_ttl;
    writes Account account::SetAccountTTL => account_deletion::set_account_ttl;
    writes Account account::SendChangePhoneCode => account_phone::send_change_phone_code;
    writes Account account::ChangePhone => account_phone::change_phone;
    reads  Account account::GetAuthorizations => account_sessions::authorizations;
    writes Account account::ResetAuthorization => account_sessions::reset_authorization;
    writes Account account::UpdateStatus => account_presence::update_status;
    writes Account account::InvalidateSignInCodes => account_sessions::invalidate_sign_in_codes;

    writes Account account::UpdateProfile => account_profile::update_profile;
    reads  Account account::CheckUsername => account_profile::check_username;
    writes Account account::UpdateUsername => account_profile::update_username;
    reads  Account account::GetPrivacy => account_privacy::privacy;
    writes Account account::SetPrivacy => account_privacy::set_privacy;
    reads  Account contacts::ResolveUsername => contacts_search::resolve_username;
    reads  Account contacts::ResolvePhone => contacts_search::resolve_phone;
    reads  Account contacts::Search => contacts_search::search;
    reads  Account contacts::GetContacts => contacts::contacts;
    reads  Account contacts::GetStatuses => contacts::statuses;
    writes Account contacts::ImportContacts => contacts::import_contacts;
    writes Account contacts::AddContact => contacts::add_contact;
    writes Account contacts::DeleteContacts => contacts::delete_contacts;
    writes Account contacts::DeleteByPhones => contacts::delete_by_phones;
    writes Account contacts::UpdateContactNote => contacts::update_contact_note;
    writes Account contacts::Block => contacts_blocked::block;
    writes Account contacts::Unblock => contacts_blocked::unblock;
    reads  Account contacts::GetBlocked => contacts_blocked::blocked;
    writes Account messages::UploadMedia => messages_media::upload_media,
        needs |call| Need::Uploads(media::uploads_in(&call.media));
    writes Account messages::SendMedia => messages_media::send_media,
        needs |call| Need::Uploads(media::uploads_in(&call.media));
    writes Account messages::SendMultiMedia => messages_media::send_multi_media,
        needs |call| Need::Uploads(messages_media::uploads_of_album(call));
    reads  Account messages::GetDocumentByHash => messages_media::document_by_hash;
    moves  Account upload::GetFile => upload::file;
    moves  Account upload::GetFileHashes => upload::file_hashes;
    moves  Account upload::SaveFilePart => upload::save_file_part;
    moves  Account upload::SaveBigFilePart => upload::save_big_file_part;

    reads  Account users::GetUsers => users::users;
    reads  Account users::GetFullUser => users::full_user;
    reads  Account updates::GetState => updates::state;
    reads  Account updates::GetDifference => updates::difference;
    writes Account messages::SendMessage => messages_send::send_message;
    writes Account messages::StartBot => messages_bots::start_bot;
    writes Account messages::GetBotCallbackAnswer => messages_bots::callback_answer;
    writes Account messages::SetBotCallbackAnswer => messages_bots::set_callback_answer;
    writes Account messages::ForwardMessages => messages_forward::forward_messages;
    writes Account messages::EditMessage => messages_edit::edit_message,
        needs |call| Need::Uploads(call.media.as_deref().map(media::uploads_in).unwrap_or_default());
    writes Account messages::DeleteMessages => messages_delete::delete_messages;
    writes Account messages::DeleteHistory => messages_delete::delete_history;
    writes Account messages::ReadHistory => messages_read::read_history;
    writes Account messages::ReadMessageContents => messages_read::read_message_contents;
    reads  Account messages::ReceivedMessages => messages_read::received_messages;
    writes Account messages::SetTyping => messages_typing::set_typing;
    reads  Account messages::GetHistory => messages_history::history;
    reads  Account messages::GetMessages => messages_get::messages;
    reads  Account messages::Search => messages_search::search;
    reads  Account messages::SearchGlobal => messages_search::search_global;
    reads  Account messages::GetSearchCounters => messages_search::search_counters;
    reads  Account messages::GetDialogs => messages_dialogs::dialogs;
    reads  Account messages::GetPeerDialogs => messages_dialogs::peer_dialogs;
    reads  Account messages::GetPinnedDialogs => messages_dialogs::pinned_dialogs;
    writes Account messages::ToggleDialogPin => messages_dialogs::toggle_dialog_pin;
    writes Account messages::ReorderPinnedDialogs => messages_dialogs::reorder_pinned_dialogs;
    writes Account messages::MarkDialogUnread => messages_dialogs::mark_dialog_unread;
    reads  Account messages::GetDialogUnreadMarks => messages_dialogs::dialog_unread_marks;
    writes Account messages::SaveDraft => messages_drafts::save_draft;
    reads  Account messages::GetAllDrafts => messages_drafts::all_drafts;
    writes Account messages::ClearAllDrafts => messages_drafts::clear_all_drafts;
    writes Account messages::UpdatePinnedMessage => messages_pins::update_pinned_message;
    writes Account messages::UnpinAllMessages => messages_pins::unpin_all_messages;

    writes Account bots::SetBotCommands => bots::set_commands;
    writes Account bots::ResetBotCommands => bots::reset_commands;
    reads  Account bots::GetBotCommands => bots::commands;
    writes Account bots::SetBotInfo => bots::set_info;
    reads  Account bots::GetBotInfo => bots::info;
    writes Account bots::SetBotMenuButton => bots::set_menu_button;
    reads  Account bots::GetBotMenuButton => bots::menu_button;
}
