// The calls of `same_objects`: written once, for whatever `telegram` is, with names as GramJS takes them.
"use strict";

/** `[name, request]` for each call, in this order. The last ones change something, each only what no later one shows. */
module.exports = (Api, { friend, peer }) => {
  const { account, contacts, help, langpack, messages, payments, phone, photos, updates, users, channels, stories } = Api;
  const calls = [
    new help.GetConfig(),
    new help.GetNearestDc(),
    new help.GetAppConfig({ hash: 0 }),
    new help.GetTermsOfServiceUpdate(),
    new users.GetUsers({ id: [new Api.InputUserSelf(), friend] }),
    new users.GetFullUser({ id: "me" }),
    new users.GetFullUser({ id: friend }),
    new contacts.GetContacts({ hash: 0 }),
    new contacts.GetStatuses(),
    new contacts.GetBlocked({ offset: 0, limit: 10 }),
    new contacts.Search({ q: "brigitte", limit: 10 }),
    new contacts.ResolveUsername({ username: friend }),
    new contacts.ResolvePhone({ phone: "15550002222" }),
    new messages.GetDialogs({ offsetDate: 0, offsetId: 0, offsetPeer: new Api.InputPeerEmpty(), limit: 10, hash: 0 }),
    new messages.GetHistory({ peer: friend, limit: 20, offsetId: 0, offsetDate: 0, addOffset: 0, maxId: 0, minId: 0, hash: 0 }),
    new messages.GetMessages({ id: [new Api.InputMessageID({ id: 1 }), new Api.InputMessageID({ id: 9999 })] }),
    new messages.Search({ peer: friend, q: "tea", filter: new Api.InputMessagesFilterEmpty(), minDate: 0, maxDate: 0, offsetId: 0, addOffset: 0, limit: 10, maxId: 0, minId: 0, hash: 0 }),
    new messages.SearchGlobal({ q: "tea", filter: new Api.InputMessagesFilterEmpty(), minDate: 0, maxDate: 0, offsetRate: 0, offsetPeer: new Api.InputPeerEmpty(), offsetId: 0, limit: 10 }),
    new messages.GetPeerDialogs({ peers: [new Api.InputDialogPeer({ peer })] }), // GramJS cannot name it
    new messages.GetAllDrafts(),
    new messages.GetPinnedDialogs({ folderId: 0 }),
    new messages.GetDialogUnreadMarks({}),
    new messages.GetSearchCounters({ peer: friend, filters: [new Api.InputMessagesFilterPhotos(), new Api.InputMessagesFilterUrl()] }),
    new account.GetPrivacy({ key: new Api.InputPrivacyKeyPhoneNumber() }),
    new account.GetAccountTTL(),
    new account.GetAuthorizations(),
    new account.GetPassword(),
    new account.CheckUsername({ username: "nobody_has_it" }),
    new updates.GetState(),
    new langpack.GetLanguages({ langPack: "" }),
    new langpack.GetLangPack({ langPack: "", langCode: "en" }),
    new langpack.GetLanguage({ langPack: "", langCode: "en" }),
    // By rules: what the server has no state for.
    new account.SendConfirmPhoneCode({ hash: "a hash", settings: new Api.CodeSettings({ allowFlashcall: true, logoutTokens: [Buffer.from("a token")] }) }),
    new account.GetThemes({ format: "tdesktop", hash: 0 }),
    new account.GetNotifySettings({ peer: new Api.InputNotifyUsers() }),
    new account.GetWebAuthorizations(),
    new messages.GetAvailableReactions({ hash: 0 }),
    new messages.GetStickerSet({ stickerset: new Api.InputStickerSetShortName({ shortName: "cats" }), hash: 0 }),
    new messages.GetDhConfig({ version: 0, randomLength: 0 }),
    new messages.GetBotCallbackAnswer({ peer: friend, msgId: 1, data: Buffer.from([1, 2, 0xff]) }),
    new photos.GetUserPhotos({ userId: "me", offset: 0, maxId: 0, limit: 10 }),
    new payments.GetStarsTopupOptions(),
    new phone.GetCallConfig(),
    new help.GetSupport(),
    new help.GetCountriesList({ langCode: "en", hash: 0 }),
    new contacts.GetTopPeers({ correspondents: true, offset: 0, limit: 3, hash: 0 }),
    new channels.GetChannels({ id: [new Api.InputChannel({ channelId: 1000000001, accessHash: "-5678901234567890123" })] }),
    new messages.GetPollResults({ peer: friend, msgId: 2, pollHash: 0 }),
    new stories.GetAllStories({}),
    // Errors, which are objects as well.
    new contacts.ResolveUsername({ username: "nobody_has_it" }),
    new account.UpdateUsername({ username: "1" }),
    new account.GetWallPapers({ hash: 0 }), // a flood wait, by rule
    // And what changes something.
    new messages.SetTyping({ peer: friend, action: new Api.SendMessageTypingAction() }),
    new messages.ReadHistory({ peer: friend, maxId: 1 }),
    new messages.SaveDraft({ peer: friend, message: "a draft" }),
    new account.SetAccountTTL({ ttl: new Api.AccountDaysTTL({ days: 180 }) }),
    new account.SetPrivacy({ key: new Api.InputPrivacyKeyStatusTimestamp(), rules: [new Api.InputPrivacyValueAllowContacts()] }),
    new messages.SendMessage({ peer: friend, message: "a **word**", entities: [new Api.MessageEntityBold({ offset: 2, length: 8 })], randomId: "1234567890123456789" }),
    new messages.DeleteMessages({ id: [1], revoke: true }),
    new contacts.AddContact({ id: friend, firstName: "Bri", lastName: "", phone: "" }),
    new contacts.Block({ id: friend }),
    new account.UpdateProfile({ firstName: "Ada", lastName: "King", about: "An engine" }),
  ];
  return calls;
};
