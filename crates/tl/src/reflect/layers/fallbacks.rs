//! What stands in an older layer for what it has never heard of: one list, each line with its reason.
//!
//! A stand-in takes over every field that it has in common with what it stands for; the others are zero or
//! absent. Optional fields whose value cannot be said are left out without a line here.

use super::super::tables::{Combinator, Type, types};

/// A line of the list.
#[derive(Debug)]
pub struct Fallback {
    /// The type of what cannot be said.
    pub ty: &'static str,
    /// The fields it must have for this line.
    pub having: &'static [&'static str],
    /// What happens.
    pub instead: Instead,
    /// Why this is right.
    pub reason: &'static str,
}

/// What happens instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instead {
    /// This constructor, which every layer has that lacks what it stands for, is put in its place.
    StandIn(&'static str),
    /// It is left out of the vector it is in.
    LeaveOut,
}

/// The list. The first line that fits counts.
pub const FALLBACKS: &[Fallback] = &[
    line(
        "MessageMedia",
        &[],
        Instead::StandIn("messageMediaUnsupported"),
        "made for this: clients show that the message needs a newer version",
    ),
    line(
        "MessageAction",
        &[],
        Instead::StandIn("messageActionEmpty"),
        "a service message without content; it keeps its place in the history",
    ),
    line(
        "MessageEntity",
        &["offset", "length"],
        Instead::StandIn("messageEntityUnknown"),
        "made for this: the text stays, its decoration is not shown",
    ),
    line(
        "KeyboardButton",
        &["text"],
        Instead::StandIn("keyboardButton"),
        "the button keeps its text and its place; pressing it sends the text",
    ),
    line(
        "KeyboardInlineButton",
        &["text"],
        Instead::StandIn("keyboardButtonCallback"),
        "the button keeps its text and its place; pressing it asks the bot with no data, which does nothing",
    ),
    line(
        "auth.SentCodeType",
        &[],
        Instead::StandIn("auth.sentCodeTypeSms"),
        "the code comes by some way the client has no words for; it has to ask for digits all the same",
    ),
    line(
        "auth.CodeType",
        &[],
        Instead::StandIn("auth.codeTypeSms"),
        "as for auth.SentCodeType",
    ),
    line(
        "Update",
        &["channel_id", "pts", "pts_count"],
        Instead::StandIn("updateDeleteChannelMessages"),
        "deletes nothing and moves the channel's pts by as much, so that the client sees no gap",
    ),
    line(
        "Update",
        &["pts", "pts_count"],
        Instead::StandIn("updateDeleteMessages"),
        "deletes nothing and moves pts by as much, so that the client sees no gap",
    ),
    line(
        "Update",
        &[],
        Instead::LeaveOut,
        "news of something the client does not have; no counter depends on it",
    ),
    line(
        "Updates",
        &[],
        Instead::StandIn("updatesTooLong"),
        "a short form around an update that cannot be said: the client asks for the difference",
    ),
    line(
        "PrivacyRule",
        &[],
        Instead::LeaveOut,
        "a rule about people the client cannot name; the rules it knows stay true",
    ),
    line(
        "ChannelAdminLogEvent",
        &[],
        Instead::LeaveOut,
        "an event the client has no words for",
    ),
];

const fn line(
    ty: &'static str,
    having: &'static [&'static str],
    instead: Instead,
    reason: &'static str,
) -> Fallback {
    Fallback {
        ty,
        having,
        instead,
        reason,
    }
}

/// The line for a constructor of the newest layer.
pub(super) fn fallback(source: &Combinator) -> Option<&'static Fallback> {
    let Type::Boxed(at) = source.result else {
        return None;
    };
    if source.function {
        return None;
    }
    let ty = types()[usize::from(at)].name;
    let has = |name: &&str| source.fields.iter().any(|field| field.name == *name);
    FALLBACKS
        .iter()
        .find(|line| line.ty == ty && line.having.iter().all(has))
}
