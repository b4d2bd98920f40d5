// What messages can do beside holding their fields, held against GramJS's on the same server.
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { after, test } from "node:test";
import { gramjs, plain } from "./gramjs.mjs";
import { Api, connected, serve } from "./world.mjs";

const server = await serve({ after });
const users = {
  ann: await server.addUser({ firstName: "Ann", lastName: "Archer", username: "ann_archer" }),
  bea: await server.addUser({ firstName: "Bea", username: "bea_baker" }),
};
const ann = await connected({ after }, server, users.ann);
const bea = await connected({ after }, server, users.bea);
const theirs = await gramjs({ after }, server, users.bea);

/** Everything that both libraries say of a message without asking the server. */
function facts(message) {
  const { text, rawText, isReply, replyToMsgId, isPrivate, isGroup, isChannel, buttonCount } = message;
  const media = ["photo", "document", "webPreview", "audio", "voice", "video", "videoNote", "gif", "sticker", "contact", "game", "geo", "poll", "dice", "venue", "invoice"];
  const of = Object.fromEntries(media.map((name) => [name, message[name]?.className]));
  const ids = { chatId: message.chatId && `${message.chatId}`, senderId: message.senderId && `${message.senderId}` };
  const people = { chat: message.chat?.firstName, sender: message.sender?.firstName, forward: message.forward?.senderId && `${message.forward.senderId}` };
  const file = message.file && { name: message.file.name, mimeType: message.file.mimeType, size: `${message.file.size}` };
  const entities = message.getEntitiesText()?.map(([entity, text]) => [entity.className, text]);
  return plain({ text: rawText && text, rawText, isReply, replyToMsgId, isPrivate, isGroup, isChannel, buttonCount, ...of, ...ids, ...people, file, entities });
}

async function each() {
  const [ours, others] = [await bea.getMessages("ann_archer", { limit: 20 }), await theirs.getMessages("ann_archer", { limit: 20 })];
  assert.equal(ours.length, others.length);
  return ours.map((message, at) => [message, others[at]]);
}

test("the messages of a chat are in every member those of GramJS", async () => {
  const first = await ann.sendMessage("bea_baker", { message: "plain" });
  await ann.sendMessage("bea_baker", { message: "**bold** and `code`", replyTo: first });
  await ann.sendMessage("bea_baker", { message: "quiet", silent: true });
  await bea.sendMessage("ann_archer", { message: "__answer__" });
  await bea.forwardMessages("ann_archer", { messages: (await bea.getMessages("ann_archer", { limit: 3 })).map((one) => one.id), fromPeer: "ann_archer" });
  const peer = await ann.getInputEntity("bea_baker");
  const media = [
    new Api.InputMediaContact({ phoneNumber: "15550001234", firstName: "Cy", lastName: "", vcard: "" }),
    new Api.InputMediaGeoPoint({ geoPoint: new Api.InputGeoPoint({ lat: 1.5, long: 2.5 }) }),
    new Api.InputMediaDice({ emoticon: "🎲" }),
  ];
  for (const one of media) await ann.invoke(new Api.messages.SendMedia({ peer, media: one, message: "" })).catch((error) => assert.match(error.message, /MEDIA|NOT_IMPLEMENTED|METHOD/));
  for (const [ours, other] of await each()) {
    assert.deepEqual(facts(ours), facts(other), `message ${ours.id}`);
    // And its own fields, but for what layers after GramJS's have added.
    const [mine, their] = [plain(ours), plain(other)];
    for (const [name, value] of Object.entries(their)) if (name !== "media") assert.deepEqual(mine[name], value, `${name} of ${ours.id}`);
  }
});

test("a message is answered, changed, forwarded, pinned, read and deleted from itself", async () => {
  const sent = await ann.sendMessage("bea_baker", { message: "begin" });
  const [got] = await bea.getMessages("ann_archer", { limit: 1 });
  const reply = await got.reply({ message: "reply" });
  assert.equal(reply.replyToMsgId, got.id);
  assert.equal((await reply.getReplyMessage()).rawText, "begin");
  assert.equal((await got.respond({ message: "respond" })).isReply, false);
  const edited = await reply.edit({ text: "**edited**" });
  assert.deepEqual([edited.rawText, edited.text, edited.id], ["edited", "**edited**", reply.id]);
  const [forwarded] = await got.forwardTo("me");
  assert.equal(forwarded.rawText, "begin");
  assert.equal(`${forwarded.forward.senderId}`, `${users.ann.id}`);
  assert.equal((await forwarded.forward.getSender()).firstName, "Ann");
  assert.equal(await forwarded.edit({ text: "no" }), undefined);
  const pinned = await got.pin();
  assert.equal(pinned?.action?.className ?? "MessageActionPinMessage", "MessageActionPinMessage");
  assert.equal((await bea.getMessages("ann_archer", { filter: Api.InputMessagesFilterPinned }))[0].id, got.id);
  assert.equal(await got.unpin(), undefined);
  assert.equal((await bea.getMessages("ann_archer", { filter: Api.InputMessagesFilterPinned })).length, 0);
  assert.equal(await got.markAsRead(), true);
  const [affected] = await reply.delete({ revoke: true });
  assert.equal(affected.className, "messages.AffectedMessages");
  assert.deepEqual([...(await bea.getMessages("ann_archer", { ids: [reply.id] }))], [undefined]);
  assert.ok(sent.id);
});

test("chat and sender come along, and are fetched when they do not", async () => {
  await ann.sendMessage("bea_baker", { message: "who" });
  const [got] = await bea.getMessages("ann_archer", { limit: 1 });
  assert.deepEqual([got.chat.firstName, got.sender.firstName, got.inputChat.className, got.inputSender.className], ["Ann", "Ann", "InputPeerUser", "InputPeerUser"]);
  const bare = new Api.Message({ id: got.id, peerId: got.peerId, date: 1, message: "bare" });
  bare._finishInit(bea, new Map());
  assert.deepEqual([bare.chat, bare.sender, bare.inputChat], [undefined, undefined, undefined]);
  assert.deepEqual([(await bare.getChat()).firstName, (await bare.getSender()).firstName, (await bare.getInputChat()).className], ["Ann", "Ann", "InputPeerUser"]);
  const stranger = new Api.Message({ id: 1, peerId: new Api.PeerUser({ userId: 987654321 }), date: 1, message: "stranger" });
  stranger._finishInit(bea, new Map());
  assert.equal(await stranger.getChat(), undefined);
  await assert.rejects(stranger.reply({ message: "to nobody" }), /no user 987654321 has been met/);
});

test("a message made by hand has the members that need no client", async () => {
  const entities = [new Api.MessageEntityBold({ offset: 0, length: 4 })];
  const made = new Api.Message({ id: 5, peerId: new Api.PeerUser({ userId: 7 }), date: 1, message: "bold text", entities });
  assert.deepEqual([made.text, made.rawText, made.client, `${made.chatId}`, made.isPrivate], ["bold text", "bold text", undefined, "7", true]);
  assert.deepEqual(made.getEntitiesText(Api.MessageEntityBold), [[entities[0], "bold"]]);
  assert.deepEqual(made.getEntitiesText(Api.MessageEntityItalic), []);
  assert.equal(await made.reply({ message: "x" }), undefined);
  assert.equal(await made.delete(), undefined);
  assert.equal(made.buttons, undefined);
  made.rawText = "other";
  assert.deepEqual([made.message, made.entities], ["other", []]);
});

test("text can be set, in the client's markup", async () => {
  const sent = await ann.sendMessage("me", { message: "before" });
  sent.text = "__after__";
  assert.deepEqual([sent.message, sent.entities[0].className, sent.text], ["after", "MessageEntityItalic", "__after__"]);
  assert.equal((await ann.editMessage("me", { message: sent })).text, "__after__");
});

test("neither a print nor JSON nor the bytes of a message show whose it is", async () => {
  const [message] = await ann.getMessages("bea_baker", { limit: 1 });
  assert.equal(message.client, ann);
  message.chat, message.sender, message.buttons;
  for (const shown of [inspect(message, { depth: 9 }), JSON.stringify(message)]) assert.doesNotMatch(shown, /apiHash|_client|_native|TelegramClient/);
  assert.deepEqual(Object.keys(message).filter((name) => name.startsWith("_")), []);
  const copy = Api.Message.fromReader(message.getBytes().subarray(4));
  assert.deepEqual(plain(copy), plain(message));
});
