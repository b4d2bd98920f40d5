//! The phone inbox, read, waited for and cleared from outside.

use std::time::Duration;

use crate::core::Core;
use crate::inbox::InboxItem;
use crate::instrument::Event;
use crate::operations::OperationError;
use crate::phone;

impl Core {
    /// What reached this number, newest last. Everything but digits is stripped from `phone`; a number
    /// that nothing reached has an empty inbox.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn inbox(&self, phone: &str) -> Result<Vec<InboxItem>, OperationError> {
        self.inbox_after(phone, 0).await
    }

    /// What reached this number after the item with this id, newest last.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn inbox_after(
        &self,
        phone: &str,
        id: i64,
    ) -> Result<Vec<InboxItem>, OperationError> {
        let phone = phone::digits(phone);
        self.read(move |tx| tx.inbox().after(&phone, id)).await
    }

    /// The first that reaches this number after the item with this id (0: the first at all), at once when it is
    /// there already. None when nothing came in time.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn next_in_inbox(
        &self,
        phone: &str,
        after: i64,
        timeout: Duration,
    ) -> Result<Option<InboxItem>, OperationError> {
        let phone = &phone::digits(phone);
        let matters = |event: &Event| match event {
            Event::Inbox(reached) => reached == phone,
            other => *other == Event::Reset,
        };
        let look = || {
            let phone = phone.clone();
            self.read(move |tx| tx.inbox().next(&phone, after))
        };
        self.events().wait_for(timeout, matters, look).await
    }

    /// Empties the inbox of a number, or of all. How many items that were.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn clear_inbox(&self, phone: Option<&str>) -> Result<usize, OperationError> {
        let phone = phone.map(phone::digits);
        let wire_now = self.shared().settings.wire_clock.now();
        self.write(wire_now, move |turn| {
            let cleared = turn.scope.tx.inbox().clear(phone.as_deref())?;
            if let Some(phone) = phone {
                turn.scope.news.events.push(Event::Inbox(phone));
            }
            Ok(cleared)
        })
        .await
    }
}
