//! Updates that nobody will ever see, and why.

use heliogram_tl::ChannelId;

/// Updates were lost: what a program knows of its chats may be out of date from here on, and is to be read again
/// (`messages.getHistory` and its kin) where that matters.
///
/// Whatever can be fetched again is fetched and never told as lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Lost {
    /// The client was away for longer than the server tells differences.
    #[error("the server does not tell what happened between pts {from} and {to}: too much")]
    TooLong {
        /// The last number that was seen.
        from: i32,
        /// The number to go on from.
        to: i32,
    },
    /// The same for one channel.
    #[error(
        "the server does not tell what happened in channel {channel} between pts {from} and {to}: too much"
    )]
    ChannelTooLong {
        /// The channel.
        channel: ChannelId,
        /// The last number that was seen.
        from: i32,
        /// The number to go on from.
        to: i32,
    },
    /// What happens in a channel cannot be asked for: the account is not in it any more, or does not know its access
    /// hash.
    #[error("what happened in channel {channel} after pts {from} cannot be asked for")]
    Channel {
        /// The channel.
        channel: ChannelId,
        /// The last number that was seen.
        from: i32,
    },
    /// A part of the difference holds something that this layer does not know.
    #[error("the difference after pts {from} cannot be read")]
    Unreadable {
        /// The last number that was seen.
        from: i32,
        /// The number behind the part, where it is known.
        to: Option<i32>,
    },
    /// The server counts from a smaller number: it was put back to an earlier state.
    #[error("the server went back from pts {from} to {to}")]
    WentBack {
        /// The last number that was seen.
        from: i32,
        /// The number to go on from.
        to: i32,
    },
    /// The session was ended elsewhere. What happens to the account is told again after a login.
    #[error("nobody is logged in any more: the session was ended elsewhere")]
    LoggedOut,
    /// Readers were so slow that updates which no difference brings, such as callback queries and presence, were not kept.
    #[error("{count} updates that cannot be fetched again came faster than they were read")]
    TooSlow {
        /// How many.
        count: u64,
    },
}
