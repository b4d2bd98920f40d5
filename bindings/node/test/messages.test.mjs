// Messages: sent, fetched, changed, forwarded, deleted, pinned, read.
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { after, test } from "node:test";
import { gramjs, plain, TheirApi } from "./gramjs.mjs";
import { Api, connected, serve } from "./world.mjs";

const server = await serve({ after });
const ann = await server.addUser({ firstName: "Ann", username: "ann_archer" });
const bea = await server.addUser({ firstName: "Bea", username: "bea_baker" });
const [annClient, beaClient] = [await connected({ after }, server, ann), await connected({ after }, server, bea)];

test("a message is sent in Markdown, and is there for the other", async () => {
  const sent = await annClient.sendMessage("bea_baker", { message: "Tea at **five**?" });
  assert.equal(sent.message, "Tea at five?");
  assert.equal(sent.text, "Tea at **five**?");
  assert.deepEqual(sent.getEntitiesText(), [[sent.entities[0], "five"]]);
  assert.equal(sent.client, annClient);
  assert.equal(sent.chatId.toString(), String(bea.id));
  const [got] = await beaClient.getMessages("ann_archer", { limit: 1 });
  assert.equal(got.text, "Tea at **five**?");
  assert.equal(got.senderId.toString(), String(ann.id));
  assert.equal((await got.getSender()).firstName, "Ann");
  const answer = await got.reply({ message: "<i>six</i>", parseMode: "html" });
  assert.equal(answer.replyToMsgId, got.id);
  assert.equal((await answer.getReplyMessage()).id, got.id);
});

test("the client is neither printed nor in the JSON of a message", async () => {
  const sent = await annClient.sendMessage("me", { message: "secret" });
  assert.equal(sent.client, annClient);
  assert.doesNotMatch(inspect(sent, { depth: 9 }), /_client|apiHash|TelegramClient/);
  assert.doesNotMatch(JSON.stringify(sent), /apiHash/);
});

test("a history is read in pieces, both ways, with its total", async () => {
  const peer = await annClient.getInputEntity("me");
  for (let i = 1; i <= 120; i++) await annClient.invoke(new Api.messages.SendMessage({ peer, message: `number ${i}` }));
  const list = await annClient.getMessages("me", { limit: 110 });
  assert.equal(list.length, 110);
  assert.ok(list.total >= 120);
  assert.equal(list[0].message, "number 120");
  assert.equal(list[109].message, "number 11");
  const oldest = [];
  for await (const message of annClient.iterMessages("me", { reverse: true, search: "number", limit: 3 })) oldest.push(message.message);
  assert.deepEqual(oldest, ["number 1", "number 2", "number 3"]);
  const between = await annClient.getMessages("me", { minId: list[20].id, maxId: list[10].id });
  assert.deepEqual(between.map((message) => message.id), list.slice(11, 20).map((message) => message.id));
  const [one] = await annClient.getMessages("me", { ids: list[5].id });
  assert.equal(one.message, list[5].message);
  const some = await annClient.getMessages("me", { ids: [list[7].id, 999_999, list[3].id] });
  assert.deepEqual(some.map((message) => message?.id), [list[7].id, undefined, list[3].id]);
});

/** What is not the same for two calls: which message it is, and when. */
function alike(value) {
  if (Array.isArray(value)) return value.map(alike);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([name]) => !["id", "date", "editDate", "randomId", "replyToMsgId", "pts", "ptsCount", "savedFromMsgId", "savedDate"].includes(name));
  return Object.fromEntries(fields.map(([name, field]) => [name, alike(field)]));
}

test("the same calls by GramJS and by this package give the same objects", async (t) => {
  const theirs = await gramjs(t, server, ann);
  // By user name first: GramJS knows nobody yet.
  await theirs.getEntity("bea_baker");
  const calls = {
    getMe: (client) => client.getMe(),
    "getMe as input": (client) => client.getMe(true),
    getEntity: (client) => client.getEntity("bea_baker"),
    "getEntity of several": (client) => client.getEntity(["bea_baker", "me"]),
    getInputEntity: (client) => client.getInputEntity("bea_baker"),
    getPeerId: (client) => client.getPeerId("bea_baker"),
    "getPeerId of oneself": (client) => client.getPeerId("me"),
    send: (client) => client.sendMessage("bea_baker", { message: "a **b** `c`" }),
    "send as HTML": (client) => client.sendMessage("bea_baker", { message: "a <b>b</b>", parseMode: "html" }),
    "send without a format": (client) => client.sendMessage("bea_baker", { message: "a **b**", parseMode: false }),
    "send silently": (client) => client.sendMessage("bea_baker", { message: "hush", silent: true, linkPreview: false }),
    "send to oneself": (client) => client.sendMessage("me", { message: "note" }),
    "send a copy": async (client) => client.sendMessage("me", { message: (await client.getMessages("bea_baker", { limit: 4 }))[3] }),
    "get the newest": async (client) => [...(await client.getMessages("bea_baker", { limit: 3 }))],
    "get from the oldest on": async (client) => [...(await client.getMessages("bea_baker", { limit: 3, reverse: true }))],
    "get what is found": async (client) => [...(await client.getMessages("bea_baker", { search: "five" }))],
    "get of one sender": async (client) => [...(await client.getMessages("bea_baker", { fromUser: "bea_baker", limit: 2 }))],
    "get by id": async (client) => {
      const [newest] = await client.getMessages("bea_baker", { limit: 1 });
      return [...(await client.getMessages("bea_baker", { ids: [newest.id, 999_999] }))];
    },
    edit: async (client) => client.editMessage("me", { message: (await client.sendMessage("me", { message: "x" })).id, text: "**y**" }),
    "edit in itself": async (client) => (await client.sendMessage("me", { message: "x" })).edit({ text: "z" }),
    // GramJS gives a list of lists here, against what it declares.
    forward: async (client) => (await client.forwardMessages("me", { messages: [(await client.sendMessage("me", { message: "f" })).id], fromPeer: "me" })).flat(),
    delete: async (client) => client.deleteMessages("me", [(await client.sendMessage("me", { message: "d" })).id], { revoke: true }),
    pin: async (client) => client.pinMessage("bea_baker", (await client.sendMessage("bea_baker", { message: "p" })).id),
    unpin: async (client) => {
      const { id } = await client.sendMessage("bea_baker", { message: "p" });
      await client.pinMessage("bea_baker", id);
      return client.unpinMessage("bea_baker", id);
    },
    "unpin all": (client) => client.unpinMessage("bea_baker"),
    "mark as read": (client) => client.markAsRead("bea_baker"),
    "a request with a name": (client, A) => client.invoke(new A.users.GetUsers({ id: ["bea_baker"] })),
    "a request with a message": async (client, A) => {
      const [newest] = await client.getMessages("me", { limit: 1 });
      return (await client.invoke(new A.messages.GetMessages({ id: [newest] }))).messages;
    },
  };
  for (const [name, call] of Object.entries(calls)) {
    const [ours, other] = [alike(plain(await call(annClient, Api))), alike(plain(await call(theirs, TheirApi)))];
    assert.deepEqual(withoutNew(ours, other), other, name);
  }
});

/** Without fields that layers after GramJS's have added, and what we know of a sent message and GramJS leaves out. */
function withoutNew(ours, theirs) {
  if (Array.isArray(ours)) return ours.map((one, at) => withoutNew(one, theirs?.[at]));
  if (typeof ours !== "object" || ours === null || typeof theirs !== "object" || theirs === null) return ours;
  const known = Object.entries(ours).filter(([name]) => name in theirs || !NEW.has(name));
  return Object.fromEntries(known.map(([name, field]) => [name, withoutNew(field, theirs[name])]));
}

const NEW = new Set(["silent", "replyTo"]);
