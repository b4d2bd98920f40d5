// The list of chats.
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { after, test } from "node:test";
import { gramjs, plain } from "./gramjs.mjs";
import { Api, connected, serve } from "./world.mjs";

const server = await serve({ after });
const user = await server.addUser({ firstName: "Ann", username: "ann_archer" });
const ann = await connected({ after }, server, user);
const people = [];
for (let i = 0; i < 12; i++) {
  people.push(await server.addUser({ firstName: `Friend${i}`, username: `friend_number_${i}` }));
  await ann.sendMessage(`friend_number_${i}`, { message: `hello **${i}**` });
  await server.clock.advance(1);
}

test("dialogs come newest first, each with its last message bound to the client", async () => {
  const dialogs = await ann.getDialogs({ limit: 5 });
  assert.equal(dialogs.length, 5);
  assert.ok(dialogs.total >= 12);
  assert.deepEqual(dialogs.map((dialog) => dialog.name), [11, 10, 9, 8, 7].map((i) => `Friend${i}`));
  const [first] = dialogs;
  assert.deepEqual([first.isUser, first.isGroup, first.isChannel, first.pinned, first.archived], [true, false, false, false, false]);
  assert.equal(`${first.id}`, `${people[11].id}`);
  assert.equal(first.title, first.name);
  assert.equal(first.date, first.message.date);
  assert.deepEqual([first.message.text, first.message.client], ["hello **11**", ann]);
  assert.equal(first.entity.username, "friend_number_11");
  assert.equal((await ann.sendMessage(first, { message: "to a dialog" })).peerId.userId.toString(), first.id.toString());
  assert.doesNotMatch(inspect(first, { depth: 5 }), /apiHash|TelegramClient/);
});

test("all dialogs are read in pieces, none twice", async (t) => {
  const cy = await connected(t, server, await server.addUser({ firstName: "Cy" }));
  for (let i = 0; i < 105; i++) {
    const { id } = await server.addUser({ firstName: `Many${i}`, username: `many_people_${i}` });
    assert.ok(id);
    await cy.sendMessage(`many_people_${i}`, { message: `${i}`, parseMode: false });
    if (i % 10 === 0) await server.clock.advance(1);
  }
  const pinned = await cy._getInputDialog("many_people_5");
  await cy.invoke(new Api.messages.ToggleDialogPin({ pinned: true, peer: pinned }));
  const seen = [];
  for await (const dialog of cy.iterDialogs()) seen.push(dialog.name);
  assert.equal(seen[0], "Many5");
  assert.equal(new Set(seen).size, seen.length);
  for (let i = 0; i < 105; i++) assert.ok(seen.includes(`Many${i}`), `Many${i}`);
  const pieces = await server.calls.list({ method: "messages.getDialogs" });
  assert.ok(pieces.length > 1);
  const unpinned = await cy.getDialogs({ ignorePinned: true });
  assert.ok(!unpinned.some((dialog) => dialog.name === "Many5"));
});

test("a draft is in its dialog, in the client's markup", async () => {
  const peer = await ann.getInputEntity("friend_number_3");
  const entities = [new Api.MessageEntityBold({ offset: 0, length: 5 })];
  await ann.invoke(new Api.messages.SaveDraft({ peer, message: "later today", entities, noWebpage: true }));
  const dialogs = await ann.getDialogs();
  const { draft } = dialogs.find((dialog) => dialog.name === "Friend3");
  assert.deepEqual([draft.text, draft.rawText, draft.linkPreview], ["**later** today", "later today", false]);
  assert.equal(draft.inputEntity.userId.toString(), `${people[3].id}`);
  const { draft: none } = dialogs.find((dialog) => dialog.name === "Friend4");
  assert.deepEqual([none.text, none.date, none.replyToMsgId], ["", -1, undefined]);
});

test("dialogs are those that GramJS sees, field by field", async (t) => {
  const other = await gramjs(t, server, user);
  const theirs = await other.getDialogs({ limit: 8 });
  const ours = await ann.getDialogs({ limit: 8 });
  const shown = (dialog) => {
    const { pinned, folderId, archived, date, id, name, title, unreadCount, unreadMentionsCount, isUser, isGroup, isChannel } = dialog;
    const { message, text, out } = dialog.message;
    const facts = { pinned, folderId, archived, date, name, title, unreadCount, unreadMentionsCount, isUser, isGroup, isChannel, message, text, out };
    return plain({ ...facts, id: String(id), input: dialog.inputEntity.className, user: dialog.entity.username });
  };
  assert.deepEqual([...ours].map(shown), [...theirs].map(shown));
  assert.equal(ours.total, theirs.total);
});
