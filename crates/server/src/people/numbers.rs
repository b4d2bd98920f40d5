//! What happens when an account has a number that it did not have before: by sign-up, by moving to it, or because it
//! was made with it.

use super::{allows, news};
use crate::cx::Scope;
use crate::people::privacy::Key;
use crate::push::CallingSession;
use crate::store::StoreError;
use crate::store::contacts::NewContact;

/// Whoever kept this number in their address book has a contact now, and those who know the account are told.
pub(crate) fn arrived(
    scope: &mut Scope<'_>,
    user_id: i64,
    phone: &str,
    calling: Option<CallingSession>,
) -> Result<(), StoreError> {
    for (owner, first_name, last_name) in scope.tx.contacts().take_number(phone)? {
        let contact = NewContact {
            phone,
            first_name: &first_name,
            last_name: &last_name,
        };
        if owner == user_id {
            continue;
        }
        if allows(scope, user_id, Key::AddedByPhone, owner)? {
            scope.tx.contacts().set(owner, user_id, &contact)?;
            let updates = news::of_contacts(scope, owner, &[user_id])?;
            scope.push_updates(owner, &updates)?;
        } else {
            scope.tx.contacts().save_number(owner, &contact)?;
        }
    }
    news::renumbered(scope, user_id, calling)
}
