//! Sessions as the strings that client libraries load.

use heliogram::{SessionDetails, SessionFormat, SessionUser, StringSession};

use crate::core::Core;
use crate::operations::OperationError;

/// A session that was made, as a library loads it.
#[derive(Clone, PartialEq, Eq)]
pub struct MintedSession {
    /// The string. Whoever has it is logged in.
    pub session: String,
    /// The account it is logged in with.
    pub user_id: Option<i64>,
}

impl Core {
    /// Makes a session as [`Core::mint_key`] does, and writes it as a library saves it.
    ///
    /// # Errors
    /// When nobody has the number, the account's DC does not listen, or its address does not fit into the format.
    pub async fn mint_session(
        &self,
        phone: &str,
        format: SessionFormat,
        authorized: bool,
    ) -> Result<MintedSession, OperationError> {
        let user = self.user_by_phone(phone).await?;
        let Some(address) = self.addresses().get(&user.dc_id).copied() else {
            let reason = format!(
                "{phone:?} lives on DC {}, which does not listen",
                user.dc_id
            );
            return Err(OperationError::invalid("phone", reason));
        };
        let minted = self.mint_key(phone, authorized).await?;
        let details = SessionDetails {
            test_mode: self.shared().settings.test_mode,
            user: minted.user_id.map(|id| SessionUser { id, bot: user.bot }),
            ..SessionDetails::default()
        };
        let session = StringSession::with_key(
            minted.dc_id as u8,
            &address.ip().to_string(),
            address.port(),
            minted.key,
        );
        let Some(session) = session.to_format(format, &details) else {
            let reason = format!("{address} does not fit into a session of {format}");
            return Err(OperationError::invalid("format", reason));
        };
        Ok(MintedSession {
            session,
            user_id: minted.user_id,
        })
    }
}

impl std::fmt::Debug for MintedSession {
    /// Without the string.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MintedSession")
            .field("user_id", &self.user_id)
            .finish_non_exhaustive()
    }
}
