//! Several DCs in one process: who lives where, and what is answered where.
//!
//! An account lives on one DC, where it was made; each DC has its own port ([`crate::gateway`]) and its own auth keys. What
//! a client hears at the wrong one:
//!
//! ```text
//! auth.sendCode, auth.signIn of a number that lives on DC n          303 PHONE_MIGRATE_n
//! auth.importBotAuthorization with the token of such a bot           303 USER_MIGRATE_n
//! a key of DC m that was logged in by auth.importAuthorization:
//!     methods without a login, ways in and out, upload.*             answered
//!     everything else                                                303 USER_MIGRATE_n
//! a message under another DC's key                                   transport error -404
//! a key exchange that names another DC in p_q_inner_data             transport error -444
//! ```
//!
//! A number that nobody has is nobody's: who signs up with it lives on the DC that was asked, and
//! `NETWORK_MIGRATE_n` is not sent. A file lives on the DC that it was uploaded to: `upload.getFile` on another is
//! `303 FILE_MIGRATE_n`, and parts that were uploaded on one DC are unknown on the others.
//! The reference pages name these errors and do not say which methods are bound to the account's DC; the
//! line drawn here is ours.
//!
//! A server with one DC is every DC that a client asks for, and none of this happens.
//!
//! `core.telegram.org/api/datacenter`; `core.telegram.org/api/errors`, "303 SEE_OTHER";
//! `core.telegram.org/mtproto/mtproto-transports`, "Transport errors".

use crate::core::Settings;

impl Settings {
    /// The DC where a call for somebody who lives on `home` belongs, unless that is `asked`.
    pub(crate) fn elsewhere(&self, home: i32, asked: i32) -> Option<i32> {
        (home != asked && self.has_dc(home) && self.has_dc(asked)).then_some(home)
    }

    /// The DC at whose door clients find what lives on `home`: a store may know DCs that this server does not have.
    pub(crate) fn door_to(&self, home: i32) -> i32 {
        let served = self.addresses();
        if served.is_empty() || served.contains_key(&home) {
            home
        } else {
            self.dc_id
        }
    }

    /// The DC whose clients may import what was exported at `here` for `wanted`; none when there is no
    /// such DC.
    pub(crate) fn import_place(&self, wanted: i32, here: i32) -> Option<i32> {
        if wanted == here {
            return None;
        }
        if self.addresses().len() > 1 {
            return self.has_dc(wanted).then_some(wanted);
        }
        // The only one there is stands for the others.
        (1..=5).contains(&wanted).then_some(here)
    }

    /// Whether a key exchange at the door of DC `here` may say that it is for `said`: n, n + 10000 for a test DC,
    /// negative for a media DC.
    pub(crate) fn is_meant(&self, said: i32, here: i32) -> bool {
        let plain = said.unsigned_abs();
        let plain = plain.checked_sub(TEST_DC).unwrap_or(plain);
        self.addresses().len() <= 1 || plain == here.unsigned_abs()
    }

    fn has_dc(&self, dc_id: i32) -> bool {
        self.addresses().contains_key(&dc_id)
    }
}

/// Whether this method is answered for accounts that live on another DC, when it has a handler.
pub(crate) fn is_answered_everywhere(method: &str) -> bool {
    const NAMESPACES: [&str; 3] = ["help", "langpack", "upload"];
    const METHODS: [&str; 10] = [
        "auth.bindTempAuthKey",
        "auth.cancelCode",
        "auth.dropTempAuthKeys",
        "auth.importAuthorization",
        "auth.importBotAuthorization",
        "auth.logOut",
        "auth.resendCode",
        "auth.sendCode",
        "auth.signIn",
        "auth.signUp",
    ];
    let namespace = method.split('.').next().unwrap_or_default();
    NAMESPACES.contains(&namespace) || METHODS.contains(&method)
}

/// What the numbers of test DCs begin above.
const TEST_DC: u32 = 10_000;
