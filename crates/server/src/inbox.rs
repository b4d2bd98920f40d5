//! The phone inbox: everything the server would have sent to a number, for a test or a person to
//! read.
//!
//! Text messages, calls and e-mails end here instead of at a carrier. What the app itself gets from the
//! service account is listed as well, so that one place shows every code.

/// Something that reached a phone.
#[derive(Clone, PartialEq, Eq)]
pub struct InboxItem {
    /// Its number; later ones have higher numbers, whatever was cleared in between.
    pub id: i64,
    /// Business time, unix seconds.
    pub date: i64,
    /// How it came.
    pub kind: InboxKind,
    /// Who sent it or called: a number with `+`, or a name.
    pub from: String,
    /// What was written or said. A flash call says nothing; the text explains what to read off.
    pub text: String,
}

/// How something reached a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InboxKind {
    /// A text message.
    Sms,
    /// A call that speaks the code.
    Call,
    /// A call whose whole number is the code.
    FlashCall,
    /// A call whose last digits are the code.
    MissedCall,
    /// A code for an anonymous number, shown where its owner bought it.
    Fragment,
    /// A code in a message of the service account.
    App,
    /// Anything else in a message of the service account.
    Notice,
    /// A mail to the recovery address.
    Email,
}

const KINDS: [(InboxKind, &str); 8] = [
    (InboxKind::Sms, "sms"),
    (InboxKind::Call, "call"),
    (InboxKind::FlashCall, "flash_call"),
    (InboxKind::MissedCall, "missed_call"),
    (InboxKind::Fragment, "fragment"),
    (InboxKind::App, "app"),
    (InboxKind::Notice, "notice"),
    (InboxKind::Email, "email"),
];

impl InboxKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Sms,
        Self::Call,
        Self::FlashCall,
        Self::MissedCall,
        Self::Fragment,
        Self::App,
        Self::Notice,
        Self::Email,
    ];

    /// The name the control API uses: `flash_call`.
    #[must_use]
    pub fn name(self) -> &'static str {
        KINDS
            .iter()
            .find(|(kind, _)| *kind == self)
            .map_or("notice", |(_, name)| name)
    }

    pub(crate) fn by_name(name: &str) -> Self {
        KINDS
            .iter()
            .find(|(_, known)| *known == name)
            .map_or(Self::Notice, |(kind, _)| *kind)
    }
}

impl InboxItem {
    /// The code in it, as a person would read it; none in a notice.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self.kind {
            InboxKind::Notice => None,
            InboxKind::FlashCall => self.from.strip_prefix('+'),
            _ => self
                .text
                .split(|c: char| !c.is_ascii_digit())
                .find(|run| (5..=7).contains(&run.len())),
        }
    }
}

/// Something about to reach a phone, as in [`InboxItem`].
pub(crate) struct Arrival {
    pub(crate) kind: InboxKind,
    pub(crate) from: String,
    pub(crate) text: String,
}

impl std::fmt::Debug for InboxItem {
    /// Without the text: it holds codes.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InboxItem")
            .field("id", &self.id)
            .field("date", &self.date)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}
