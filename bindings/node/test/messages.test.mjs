// Messages: sent, fetched, changed, forwarded, deleted, pinned, read.
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { after, test } from "node:test";
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
