// Groups, channels and inline bots. The server has none of them, so it answers by rules: what is held here is which
// requests are made, and what becomes of the answers.
import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { Api, connected, serve } from "./world.mjs";

const server = await serve({ after });
const user = await server.addUser({ firstName: "Ann", username: "ann_archer" });
const bea = await server.addUser({ firstName: "Bea", username: "bea_baker" });
const ann = await connected({ after }, server, user);
await ann.getInputEntity("bea_baker");
beforeEach(() => server.rules.clear());

const answer = (method, reply) => server.rules.add({ method, reply });
const friend = (id, name) => ({ _: "user", id, access_hash: id * 10, first_name: name, username: name.toLowerCase() });
const group = { _: "chat", id: 6, title: "Six", photo: { _: "chatPhotoEmpty" }, participants_count: 2, date: 1, version: 1 };
const news = { _: "channel", id: 77, access_hash: 770, title: "News", photo: { _: "chatPhotoEmpty" }, date: 1 };
const channel = new Api.InputPeerChannel({ channelId: 77, accessHash: 770 });

test("a chat of two has the other as its only member", async () => {
  const list = await ann.getParticipants("bea_baker");
  assert.deepEqual([list.length, list.total, list[0].firstName], [1, 1, "Bea"]);
  assert.equal((await ann.getParticipants("bea_baker", { search: "nobody" })).length, 0);
});

test("the members of a group come with what they are there, and are searched here", async () => {
  const participants = {
    _: "chatParticipants",
    chat_id: 6,
    participants: [{ _: "chatParticipantCreator", user_id: 11 }, { _: "chatParticipant", user_id: 12, inviter_id: 11, date: 5 }],
    version: 1,
  };
  const full = { _: "chatFull", id: 6, about: "", participants, notify_settings: { _: "peerNotifySettings" } };
  await answer("messages.getFullChat", { _: "messages.chatFull", full_chat: full, chats: [group], users: [friend(11, "Cy"), friend(12, "Dee")] });
  const list = await ann.getParticipants(-6);
  assert.deepEqual(list.map(({ firstName, participant }) => [firstName, participant.className]), [["Cy", "ChatParticipantCreator"], ["Dee", "ChatParticipant"]]);
  assert.equal(list.total, 2);
  assert.deepEqual((await ann.getParticipants(-6, { search: "DEE" })).map((one) => one.firstName), ["Dee"]);
});

test("the members of a channel are asked for in pieces, until there are no more", async () => {
  const page = (ids) => ({
    _: "channels.channelParticipants",
    count: 3,
    participants: ids.map((id) => ({ _: "channelParticipant", user_id: id, date: 5 })),
    chats: [news],
    users: ids.map((id) => friend(id, `F${id}`)),
  });
  const full = { _: "channelFull", id: 77, about: "", participants_count: 3, ...CHANNEL_FULL };
  await answer("channels.getFullChannel", { _: "messages.chatFull", full_chat: full, chats: [news], users: [] });
  const at = (offset, ids) => server.rules.add({ method: "channels.getParticipants", fields: { offset }, reply: page(ids) });
  await Promise.all([at(0, [21, 22]), at(2, [23]), at(3, [])]);
  const list = await ann.getParticipants(channel, { limit: 50 });
  assert.deepEqual([list.map((one) => one.firstName), list.total], [["F21", "F22", "F23"], 3]);
});

test("who is removed from a channel may come back, and oneself leaves", async () => {
  const updates = { _: "updates", updates: [], users: [], chats: [news], date: 1, seq: 0 };
  await answer("channels.editBanned", updates);
  await answer("channels.leaveChannel", updates);
  await ann.kickParticipant(channel, "bea_baker");
  await ann.kickParticipant(channel, "me");
  const methods = (await server.calls.list()).map((call) => call.method);
  assert.deepEqual(methods.filter((method) => method.startsWith("channels.edit") || method === "channels.leaveChannel"), [
    "channels.editBanned",
    "channels.editBanned",
    "channels.leaveChannel",
  ]);
  await assert.rejects(ann.kickParticipant("bea_baker", "me"), /neither a group nor a channel/);
});

test("removing somebody from a group gives the message that says so", async () => {
  const message = { _: "messageService", id: 9, peer_id: { _: "peerChat", chat_id: 6 }, date: 1, action: { _: "messageActionChatDeleteUser", user_id: bea.id } };
  const update = { _: "updateNewMessage", message, pts: 1, pts_count: 1 };
  const updates = { _: "updates", updates: [update], users: [friend(bea.id, "Bea")], chats: [group], date: 1, seq: 0 };
  await answer("messages.deleteChatUser", updates);
  const said = await ann.kickParticipant(-6, "bea_baker");
  assert.equal(said.className, "MessageService");
  assert.deepEqual([said.isGroup, said.isPrivate, `${said.chatId}`, said.actionEntities[0].firstName, said.chat.title], [true, false, "-6", "Bea", "Six"]);
});

test("messages of a channel are its posts", async () => {
  const post = (id) => ({ _: "message", id, post: true, peer_id: { _: "peerChannel", channel_id: 77 }, date: id, message: `post ${id}` });
  const posts = { _: "messages.channelMessages", pts: 5, count: 2, messages: [post(8), post(7)], topics: [], chats: [{ ...news, broadcast: true }], users: [] };
  await answer("messages.getHistory", posts);
  await answer("channels.getMessages", posts);
  const [newest] = await ann.getMessages(channel, { limit: 2 });
  assert.deepEqual([newest.isChannel, newest.isGroup, newest.isPrivate], [true, false, false]);
  assert.deepEqual([`${newest.senderId}`, newest.sender.title, newest.chat.title], ["-1000000000077", "News", "News"]);
  assert.deepEqual((await ann.getMessages(channel, { ids: [8, 7] })).map((one) => one.rawText), ["post 8", "post 7"]);
  await answer("channels.deleteMessages", { _: "messages.affectedMessages", pts: 6, pts_count: 1 });
  const [affected] = await newest.delete();
  assert.equal(affected.pts, 6);
  await answer("channels.readHistory", true);
  assert.equal(await newest.markAsRead(), true);
});

test("an inline bot's results are listed, and one is sent", async () => {
  const result = (id) => ({ _: "botInlineResult", id, type: "article", title: id, description: `about ${id}`, url: "https://example.org", send_message: { _: "botInlineMessageText", message: `text ${id}` } });
  await answer("messages.getInlineBotResults", { _: "messages.botResults", query_id: 5, next_offset: "2", results: [result("a"), result("b")], cache_time: 60, users: [] });
  await answer("messages.sendInlineBotResult", { _: "updates", updates: [], users: [], chats: [], date: 1, seq: 0 });
  const results = await ann.inlineQuery("bea_baker", "query", "me");
  assert.deepEqual([results.length, results.nextOffset, `${results.queryId}`, results.resultsValid(), results.gallery], [2, "2", "5", true, false]);
  const [first] = results;
  assert.deepEqual([first.type, first.description, first.url, first.message.message], ["article", "about a", "https://example.org", "text a"]);
  assert.equal((await first.click()).className, "Updates");
  const [unsent] = await ann.inlineQuery("bea_baker", "query");
  await assert.rejects(unsent.click(), /must provide the entity/);
});

const CHANNEL_FULL = {
  read_inbox_max_id: 0,
  read_outbox_max_id: 0,
  unread_count: 0,
  chat_photo: { _: "photoEmpty", id: 0 },
  notify_settings: { _: "peerNotifySettings" },
  bot_info: [],
  pts: 1,
};
