//! What means the same in two layers and is made otherwise: fields that moved, buttons, answers. Lists, as the
//! fallbacks are; `refit.rs` reads them when it makes a layer's table.
//!
//! A field that has the same name and a type that fits in both layers needs no line here. What an older layer has
//! and the newest has no place for is told by the test that counts these losses (`tests/every_layer.rs`).

/// A field that is another field in the newest layer.
#[derive(Debug)]
pub(super) struct Move {
    /// The constructors and methods it is in.
    pub(super) of: &'static [&'static str],
    /// Its name in the older layer.
    pub(super) older: &'static str,
    /// Its name in the newest.
    pub(super) newer: &'static str,
    pub(super) how: How,
}

/// How one becomes the other.
#[derive(Debug)]
pub(super) enum How {
    /// It has another name.
    Renamed,
    /// The newest layer has an object with this constructor, in whose field the value is.
    Inside(&'static str, &'static str),
    /// The same, but for the empty text there is a constructor of its own.
    InsideOrEmpty(&'static str, &'static str, &'static str),
    /// `true` and `false` are these constructors.
    Named(&'static str, &'static str),
    /// The newest layer has a vector of them, the older one has room for the first.
    Several,
    /// Months are days in the newest layer.
    Months,
}

/// The fields that moved.
pub(super) const MOVES: &[Move] = &[
    moved(REPLIES, "reply_to_msg_id", "reply_to", REPLY_TO),
    moved(REPLIES, "top_msg_id", "reply_to", TOP_MSG),
    moved(
        &["messages.setChatTheme"],
        "emoticon",
        "theme",
        How::InsideOrEmpty("inputChatTheme", "emoticon", "inputChatThemeEmpty"),
    ),
    moved(
        &["messageActionSetChatTheme"],
        "emoticon",
        "theme",
        How::Inside("chatTheme", "emoticon"),
    ),
    moved(
        &["userFull"],
        "theme_emoticon",
        "theme",
        How::Inside("chatTheme", "emoticon"),
    ),
    moved(
        &[
            "messages.togglePaidReactionPrivacy",
            "messages.sendPaidReaction",
            "updatePaidReactionPrivacy",
        ],
        "private",
        "private",
        How::Named("paidReactionPrivacyAnonymous", "paidReactionPrivacyDefault"),
    ),
    moved(
        &["payments.updateStarGiftPrice"],
        "resell_stars",
        "resell_amount",
        STARS,
    ),
    moved(
        &["messageActionStarGiftUnique"],
        "resale_stars",
        "resale_amount",
        STARS,
    ),
    moved(&["starsTransaction"], "stars", "amount", How::Renamed),
    moved(&["starsTransaction"], "stars", "amount", STARS),
    moved(
        &["updateStarsBalance", "payments.starsStatus"],
        "balance",
        "balance",
        STARS,
    ),
    moved(
        &["starsRevenueStatus"],
        "current_balance",
        "current_balance",
        STARS,
    ),
    moved(
        &["starsRevenueStatus"],
        "available_balance",
        "available_balance",
        STARS,
    ),
    moved(
        &["starsRevenueStatus"],
        "overall_revenue",
        "overall_revenue",
        STARS,
    ),
    moved(
        &["payments.getStarsRevenueWithdrawalUrl"],
        "stars",
        "amount",
        How::Renamed,
    ),
    moved(&["poll"], "question", "question", TEXT),
    moved(&["pollAnswer"], "text", "text", TEXT),
    moved(
        &[
            "dialogFilter",
            "dialogFilterChatlist",
            "chatlists.chatlistInvite",
        ],
        "title",
        "title",
        TEXT,
    ),
    moved(&["botVerification"], "description", "description", TEXT),
    moved(
        &["botVerifierSettings", "bots.setCustomVerification"],
        "custom_description",
        "custom_description",
        TEXT,
    ),
    moved(
        &["user", "channel"],
        "stories_max_id",
        "stories_max_id",
        How::Inside("recentStory", "max_id"),
    ),
    moved(
        &[
            "messageActionGiftPremium",
            "messageActionGiftCode",
            "payments.checkedGiftCode",
        ],
        "months",
        "days",
        How::Months,
    ),
    moved(
        &["messageActionRequestedPeer"],
        "peer",
        "peers",
        How::Several,
    ),
    moved(
        &["messages.sendBotRequestedPeer"],
        "requested_peer",
        "requested_peers",
        How::Several,
    ),
    moved(
        &["updateMessageExtendedMedia"],
        "extended_media",
        "extended_media",
        How::Several,
    ),
    moved(
        &["messageMediaDocument"],
        "alt_document",
        "alt_documents",
        How::Several,
    ),
    moved(
        &["channels.toggleSignatures"],
        "enabled",
        "signatures_enabled",
        How::Renamed,
    ),
    moved(
        &["invoice"],
        "recurring_terms_url",
        "terms_url",
        How::Renamed,
    ),
    moved(
        &["updateGroupCall"],
        "chat_id",
        "peer",
        How::Inside("peerChat", "chat_id"),
    ),
    moved(
        &["updateMessagePollVote", "messageReplyStoryHeader"],
        "user_id",
        "peer",
        USER,
    ),
    moved(&["todoCompletion"], "completed_by", "completed_by", USER),
    moved(
        &["account.updateColor"],
        "color",
        "color",
        How::Inside("peerColor", "color"),
    ),
    moved(
        &["account.updateColor"],
        "background_emoji_id",
        "color",
        How::Inside("peerColor", "background_emoji_id"),
    ),
    moved(
        &[
            "starGiftAttributeModel",
            "starGiftAttributePattern",
            "starGiftAttributeBackdrop",
        ],
        "rarity_permille",
        "rarity",
        How::Inside("starGiftAttributeRarity", "permille"),
    ),
];

/// What answers, or is kept as, a message: an id once, an `InputReplyTo` since layer 160.
const REPLIES: &[&str] = &[
    "messages.sendMessage",
    "messages.sendMedia",
    "messages.sendMultiMedia",
    "messages.sendInlineBotResult",
    "messages.saveDraft",
    "messages.requestWebView",
    "messages.prolongWebView",
    "messages.sendScreenshotNotification",
    "draftMessage",
];
const REPLY_TO: How = How::Inside("inputReplyToMessage", "reply_to_msg_id");
const TOP_MSG: How = How::Inside("inputReplyToMessage", "top_msg_id");
const STARS: How = How::Inside("starsAmount", "amount");
const TEXT: How = How::Inside("textWithEntities", "text");
const USER: How = How::Inside("peerUser", "user_id");

/// A button: one object in layers up to 228, and since then one that says how it looks around one that says what it
/// does. Inline keyboards have a type of their own since then.
#[derive(Debug)]
pub(super) struct Button {
    pub(super) older: &'static str,
    /// `keyboardButton` or `keyboardInlineButton`, in whose field `type` ...
    pub(super) outer: &'static str,
    /// ... this stands.
    pub(super) inner: &'static str,
}

/// The field of a button that says what it does.
pub(super) const BUTTON_TYPE: &str = "type";

/// Every button.
pub(super) const BUTTONS: &[Button] = &[
    reply("keyboardButton", "buttonTypeDefault"),
    reply("keyboardButtonRequestPhone", "buttonTypeRequestPhone"),
    reply(
        "keyboardButtonRequestGeoLocation",
        "buttonTypeRequestGeoLocation",
    ),
    reply("keyboardButtonRequestPoll", "buttonTypeRequestPoll"),
    reply("keyboardButtonRequestPeer", "buttonTypeRequestPeer"),
    reply(
        "inputKeyboardButtonRequestPeer",
        "inputButtonTypeRequestPeer",
    ),
    reply("keyboardButtonSimpleWebView", "buttonTypeSimpleWebView"),
    inline("keyboardButtonUrl", "inlineButtonTypeUrl"),
    inline("keyboardButtonUrlAuth", "inlineButtonTypeUrlAuth"),
    inline("inputKeyboardButtonUrlAuth", "inputInlineButtonTypeUrlAuth"),
    inline("keyboardButtonWebView", "inlineButtonTypeWebView"),
    inline("keyboardButtonCallback", "inlineButtonTypeCallback"),
    inline("keyboardButtonGame", "inlineButtonTypeGame"),
    inline("keyboardButtonBuy", "inlineButtonTypeBuy"),
    inline("keyboardButtonSwitchInline", "inlineButtonTypeSwitchInline"),
    inline("keyboardButtonUserProfile", "inlineButtonTypeUserProfile"),
    inline(
        "inputKeyboardButtonUserProfile",
        "inputInlineButtonTypeUserProfile",
    ),
    inline("keyboardButtonCopy", "inlineButtonTypeCopy"),
];

/// The row of an inline keyboard, which was the row of any keyboard.
pub(super) const ROW: (&str, &str) = ("keyboardButtonRow", "keyboardInlineButtonRow");

/// Types that stand for each other, older and newer.
pub(super) const SPLIT_TYPES: &[(&str, &str)] = &[
    ("KeyboardButtonRow", "KeyboardInlineButtonRow"),
    ("KeyboardButton", "KeyboardInlineButton"),
];

/// Methods whose answer was once what is now a field of it.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) methods: &'static [&'static str],
    /// What answers now.
    pub(super) constructor: &'static str,
    /// Where the older answer is in it.
    pub(super) field: &'static str,
}

/// The answers that became fields.
pub(super) const ANSWERS: &[Answer] = &[
    Answer {
        methods: &[
            "messages.addChatUser",
            "messages.createChat",
            "channels.inviteToChannel",
        ],
        constructor: "messages.invitedUsers",
        field: "updates",
    },
    Answer {
        methods: &["messages.importChatInvite", "channels.joinChannel"],
        constructor: "messages.chatInviteJoinResultOk",
        field: "updates",
    },
    Answer {
        methods: &["messages.getDialogFilters"],
        constructor: "messages.dialogFilters",
        field: "filters",
    },
    Answer {
        methods: &["messages.getWebPagePreview"],
        constructor: "messages.webPagePreview",
        field: "media",
    },
    Answer {
        methods: &["messages.getWebPage"],
        constructor: "messages.webPage",
        field: "webpage",
    },
];

const fn moved(
    of: &'static [&'static str],
    older: &'static str,
    newer: &'static str,
    how: How,
) -> Move {
    Move {
        of,
        older,
        newer,
        how,
    }
}

const fn reply(older: &'static str, inner: &'static str) -> Button {
    Button {
        older,
        outer: "keyboardButton",
        inner,
    }
}

const fn inline(older: &'static str, inner: &'static str) -> Button {
    Button {
        older,
        outer: "keyboardInlineButton",
        inner,
    }
}
