//! What older layers have and the newest has no place for: one list, each line with its reason. [`losses`] counts the
//! same from the tables, and a test holds the two against each other.
//!
//! [`losses`]: super::losses

/// A line of the list.
#[derive(Debug)]
pub struct Lost {
    /// As [`losses`](super::losses) names them; a name stands for its fields too.
    pub names: &'static [&'static str],
    /// Why nothing is made of it.
    pub reason: &'static str,
}

/// The list.
pub const LOST: &[Lost] = &[
    lost(
        &[
            "channels.clickSponsoredMessage",
            "channels.getSponsoredMessages",
            "channels.reportSponsoredMessage",
            "channels.viewSponsoredMessage",
            "messages.clickSponsoredMessage.peer",
            "messages.reportSponsoredMessage.peer",
            "messages.viewSponsoredMessage.peer",
            "sponsoredMessage",
            "sponsoredWebPage",
        ],
        "advertisements were made three times over, and nothing of ours makes any",
    ),
    lost(
        &[
            "channels.createForumTopic",
            "channels.deleteTopicHistory",
            "channels.editForumTopic",
            "channels.getForumTopics",
            "channels.getForumTopicsByID",
            "channels.reorderPinnedForumTopics",
            "channels.updatePinnedForumTopic",
            "updateChannelPinnedTopic",
            "updateChannelPinnedTopics",
        ],
        "topics moved from channels to messages, where a peer takes the channel's place",
    ),
    lost(
        &[
            "booster",
            "stories.applyBoost",
            "stories.boostersList",
            "stories.boostsStatus",
            "stories.canApplyBoost",
            "stories.canApplyBoostOk",
            "stories.canApplyBoostReplace",
            "stories.getBoostersList",
            "stories.getBoostsStatus",
        ],
        "the first form of boosts, which became premium.* with other objects",
    ),
    lost(
        &[
            "inputReplyToStory.user_id",
            "stories.canSendStory = Bool",
            "stories.getPeerMaxIDs = Vector<int>",
        ],
        "stories were of users only; an InputUser is no InputPeer, and counts are no yes or no",
    ),
    lost(
        &[
            "messages.report.reason",
            "messages.report = Bool",
            "stories.report.reason",
            "stories.report = Bool",
        ],
        "a report is a conversation of several steps now, whose first answer is a question",
    ),
    lost(
        &[
            "broadcastRevenueBalances",
            "broadcastRevenueTransactionProceeds",
            "broadcastRevenueTransactionRefund",
            "broadcastRevenueTransactionWithdrawal",
            "payments.getSavedStarGifts.exclude_limited",
            "payments.getUserStarGifts",
            "payments.convertStarGift",
            "payments.saveStarGift",
            "payments.userStarGifts",
            "starGiftUnique.resell_stars",
            "stats.broadcastRevenueStats",
            "stats.broadcastRevenueTransactions",
            "stats.broadcastRevenueWithdrawalUrl",
            "stats.getBroadcastRevenueStats",
            "stats.getBroadcastRevenueTransactions",
            "stats.getBroadcastRevenueWithdrawalUrl",
            "updateBroadcastRevenueTransactions",
            "userStarGift",
            "inputInvoiceStarGift.user_id",
            "inputInvoiceStars.option",
            "inputStorePaymentStars",
            "payments.canPurchasePremium",
            "premiumGiftOption",
            "userFull.premium_gifts",
        ],
        "money and gifts of their first years, which were made anew as a whole",
    ),
    lost(
        &[
            "phone.createConferenceCall",
            "phone.joinGroupCall.key_fingerprint",
            "phone.requestCall.conference_call",
            "phone.sendGroupCallMessage = Bool",
            "phoneCall.conference_call",
            "phoneCallAccepted.conference_call",
            "phoneCallDiscardReasonAllowGroupCall",
            "phoneCallDiscarded.conference_call",
            "phoneCallRequested.conference_call",
            "phoneCallWaiting.conference_call",
            "groupCall.conference_from_call",
            "updateGroupCallMessage",
        ],
        "conference calls of one layer, which took another form in the next",
    ),
    lost(
        &[
            "account.updateConnectedBot.can_reply",
            "botBusinessConnection.can_reply",
            "connectedBot.can_reply",
        ],
        "one permission of a business bot became a set of rights, of which none is said by it alone",
    ),
    lost(
        &[
            "appWebViewResultUrl",
            "messages.requestAppWebView = Object",
            "messages.requestSimpleWebView = Object",
            "simpleWebViewResultUrl",
            "messages.chatInviteJoinResultWebView.webview",
        ],
        "web views answer with one object now; nothing of ours opens any",
    ),
    lost(
        &[
            "messageUserVote",
            "messageUserVoteInputOption",
            "messageUserVoteMultiple",
            "messages.votesList.votes",
            "pollResults.recent_voters",
            "inputMediaPoll.correct_answers",
        ],
        "voters are peers now, and right answers are told by their place instead of by their bytes",
    ),
    lost(
        &[
            "messageInteractionCounters",
            "stats.broadcastStats.recent_message_interactions",
            "stats.getMessagePublicForwards",
        ],
        "statistics of messages only, before there were stories among them",
    ),
    lost(
        &[
            "account.chatThemes.next_offset",
            "account.getUniqueGiftChatThemes.offset",
            "webPageAttributeStarGiftAuction",
        ],
        "was in one layer only, and counted by numbers what is told by texts now",
    ),
    lost(
        &[
            "account.addNoPaidMessagesException",
            "auth.sentCodeTypeEmailCode.next_phone_login_date",
            "bots.getBotInfo = Vector<string>",
            "channelAdminLogEventActionChangeBackgroundEmoji",
            "channelAdminLogEventActionChangeColor",
            "channels.editCreator",
            "channels.getFutureCreatorAfterLeave",
            "emojiStatusUntil",
            "folders.deleteFolder",
            "help.getAppChangelog",
            "inputPasskeyCredentialFirebasePNV",
            "messageActionSetSameChatWallPaper",
            "messages.getAllChats",
            "updateGroupInvitePrivacyForbidden",
            "users.getIsPremiumRequiredToContact",
        ],
        "was taken out of the API, or goes by another name with another content",
    ),
    lost(
        &[
            "accessPointRule",
            "test.parseInputAppEvent",
            "test.useConfigSimple",
            "test.useError",
        ],
        "no part of the API: some packages carry it along",
    ),
];

const fn lost(names: &'static [&'static str], reason: &'static str) -> Lost {
    Lost { names, reason }
}
