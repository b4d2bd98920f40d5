//! Messages that are gone.

use heliogram_tl::ChannelId;

/// Messages were deleted, by whoever may.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeletedEvent {
    /// Their ids.
    pub ids: Vec<i32>,
    /// The channel they were in. In private chats and basic groups the server does not say which: there an id is the
    /// account's own and names one message.
    pub channel: Option<ChannelId>,
}

impl DeletedEvent {
    pub(super) fn new(ids: Vec<i32>, channel: Option<ChannelId>) -> Self {
        Self { ids, channel }
    }
}
