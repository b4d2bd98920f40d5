// Kinds of events: what arrives in our handlers is what arrives in GramJS's, and the filters choose the same.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import bigInt from "big-integer";
import { gramjs, requireTheirs } from "./gramjs.mjs";
import { listen, person } from "./people.mjs";
import { Api, connected, load, serve } from "./world.mjs";

const server = await serve({ after });
const kinds = (from) => ({
  ...from("events"),
  ...from("events/EditedMessage"),
  ...from("events/DeletedMessage"),
  ...from("events/CallbackQuery"),
  ...from("events/Album"),
});
const ours = kinds(load);
const theirs = kinds((path) => requireTheirs(`telegram/${path}`));
const { CustomFile } = load("client/uploads");

/** Bob twice, with our client and with GramJS, and Ada, who causes what they see. */
async function world(t) {
  const users = { ada: await person(server, "Ada"), bob: await person(server, "Bob") };
  const ada = await connected(t, server, users.ada);
  const both = [await connected(t, server, users.bob), await gramjs(t, server, users.bob)];
  // GramJS asks who it is when the first event comes, and loses the order of those that come meanwhile.
  await Promise.all(both.map((bob) => bob.getMe()));
  return { ada, users, both, to: users.bob.username };
}

/** The same kind of event listened to by both; `(n)` waits for n of each. */
function listenBoth(both, make) {
  const heard = both.map((client, at) => {
    const [seen, handler, all] = listen();
    client.addEventHandler(handler, make(at === 0 ? ours : theirs));
    return { seen, all };
  });
  const wait = (count = 1) => Promise.all(heard.map(({ seen }) => seen(count)));
  wait.all = heard.map(({ all }) => all);
  return wait;
}

/** What both libraries say of an object, with what only one layer knows left out. */
function plain(value, like) {
  if (value === null || value === undefined || value === false) return undefined;
  if (typeof value === "bigint" || bigInt.isInstance(value) || value?.constructor?.name === "Integer") return String(value);
  if (Buffer.isBuffer(value)) return value.toString("hex");
  if (Array.isArray(value)) return value.map((one, at) => plain(one, like?.[at]));
  if (typeof value !== "object") return value;
  const fields = Object.keys(value.originalArgs ?? value).filter((name) => !name.startsWith("_") && like && name in like);
  return Object.fromEntries([["className", value.className], ...fields.map((name) => [name, plain(value[name], like[name])])].filter(([, one]) => one !== undefined));
}

/** What is asked of each event. */
const told = (event) => ({
  text: event.message?.message,
  id: event.message?.id,
  chatId: event.chatId?.toString(),
  isPrivate: event.isPrivate,
  isGroup: event.isGroup,
  isChannel: event.isChannel,
  senderId: event.message?.senderId?.toString(),
  deleted: event.deletedIds,
  pattern: event.message?.patternMatch?.[0],
  update: event.originalUpdate?.className,
  name: event._eventName,
  bound: event.client !== undefined,
});

test("a message arrives with the same fields, chat, sender and update", async (t) => {
  const { ada, both, to, users } = await world(t);
  const seen = listenBoth(both, ({ NewMessage }) => new NewMessage({}));
  await ada.sendMessage(to, { message: "a **bold** one" });
  const [[our], [their]] = await seen();
  assert.deepEqual({ ...told(our), update: undefined }, { ...told(their), update: undefined });
  assert.deepEqual(plain(our.message, their.message), plain(their.message, our.message));
  assert.equal(our.message.text, their.message.text);
  assert.equal(our.chatId.toString(), String(users.ada.id));
  const [ourSender, theirSender] = [await our.message.getSender(), await their.message.getSender()];
  assert.equal(ourSender.firstName, theirSender.firstName);
  const answer = await our.message.reply({ message: "answer" });
  assert.equal(answer.replyTo.replyToMsgId, our.message.id);
  assert.equal((await our.getChat()).firstName, "Ada");
});

test("the filters choose the same messages", async (t) => {
  const { ada, both, to, users } = await world(t);
  const seen = {
    all: listenBoth(both, ({ NewMessage }) => new NewMessage({})),
    incoming: listenBoth(both, ({ NewMessage }) => new NewMessage({ incoming: true })),
    outgoing: listenBoth(both, ({ NewMessage }) => new NewMessage({ outgoing: true })),
    ofAda: listenBoth(both, ({ NewMessage }) => new NewMessage({ fromUsers: [users.ada.id] })),
    byName: listenBoth(both, ({ NewMessage }) => new NewMessage({ chats: [users.ada.username] })),
    notAda: listenBoth(both, ({ NewMessage }) => new NewMessage({ chats: [users.ada.id], blacklistChats: true })),
    forwards: listenBoth(both, ({ NewMessage }) => new NewMessage({ forwards: true })),
    own: listenBoth(both, ({ NewMessage }) => new NewMessage({ forwards: false, incoming: true })),
    pattern: listenBoth(both, ({ NewMessage }) => new NewMessage({ pattern: /num(ber) \d/ })),
    func: listenBoth(both, ({ NewMessage }) => new NewMessage({ func: (event) => event.message.message.endsWith("2") })),
  };
  const first = await ada.sendMessage(to, { message: "number 1" });
  await ada.sendMessage(to, { message: "two 2" });
  await ada.forwardMessages(to, { messages: first });
  // What one of Bob's programs sends the other one is told of.
  await seen.all(3);
  await both[0].sendMessage("me", { message: "from ours" });
  await both[1].sendMessage("me", { message: "from theirs" });
  await sleep(1000);
  const texts = (wait) => wait.all.map((events) => events.map((event) => event.message.message));
  for (const name of ["incoming", "ofAda", "byName", "forwards", "own", "pattern"]) {
    const [our, their] = texts(seen[name]);
    assert.deepEqual(our, their, name);
    assert.ok(our.length > 0, name);
  }
  assert.deepEqual(texts(seen.incoming)[0], ["number 1", "two 2", "number 1"]);
  assert.deepEqual(texts(seen.forwards)[0], ["number 1"]);
  assert.deepEqual(texts(seen.outgoing), [["from theirs"], ["from ours"]]);
  assert.deepEqual(texts(seen.notAda), [["from theirs"], ["from ours"]]);
  assert.deepEqual(texts(seen.func), [["two 2"], ["two 2"]]);
  const [[our], [their]] = seen.pattern.all;
  assert.deepEqual([...our.message.patternMatch], [...their.message.patternMatch]);
  assert.deepEqual([...our.message.patternMatch], ["number 1", "ber"]);
  assert.throws(() => new ours.NewMessage({ incoming: false, outgoing: false }), /neither/);
});

test("edits and deletions arrive alike", async (t) => {
  const { ada, both, to } = await world(t);
  const edited = listenBoth(both, ({ EditedMessage }) => new EditedMessage({ pattern: /after/ }));
  const deleted = listenBoth(both, ({ DeletedMessage }) => new DeletedMessage({}));
  const sent = await ada.sendMessage(to, { message: "before" });
  await sent.edit({ text: "after" });
  await sent.delete({ revoke: true });
  const [[ourEdit], [theirEdit]] = await edited();
  assert.deepEqual({ ...told(ourEdit), bound: true }, { ...told(theirEdit), bound: true });
  assert.deepEqual(plain(ourEdit.message, theirEdit.message), plain(theirEdit.message, ourEdit.message));
  assert.ok(ourEdit.message.editDate > 0);
  const [[our], [their]] = await deleted();
  assert.deepEqual(told(our), told(their));
  assert.deepEqual(our.deletedIds, [ourEdit.message.id]);
});

test("an album is one event", async (t) => {
  const { ada, both, to } = await world(t);
  const all = listenBoth(both, ({ Album }) => new Album({}));
  const none = listenBoth(both.slice(0, 1), ({ Album }) => new Album({ func: (event) => event.messages.length > 2 }));
  const file = (name) => new CustomFile(name, 3, "", Buffer.from("abc"));
  await ada.sendFile(to, { file: [file("a.txt"), file("b.txt")], caption: ["one", "two"] });
  const [[our], [their]] = await all();
  const texts = (event) => event.messages.map((message) => message.message);
  assert.deepEqual(texts(our), texts(their));
  assert.deepEqual(texts(our), ["one", "two"]);
  assert.equal(our.chatId.toString(), their.chatId.toString());
  assert.equal(String(await our.messages[1].downloadMedia()), "abc");
  await sleep(200);
  assert.equal(none.all[0].length, 0);
});

test("a press of a button arrives, and is answered, edited, replied to and deleted", async (t) => {
  const robot = await server.addBot("Robot", `robot_${process.pid}_bot`);
  const user = await person(server, "Ada");
  const ada = await connected(t, server, user);
  const bot = await connected(t, server);
  await bot.start({ botAuthToken: robot.token });
  const { Button } = load("tl/custom/button");
  await ada.sendMessage(`robot_${process.pid}_bot`, { message: "/start" });
  const [seen, handler] = listen();
  const [, other, others] = listen();
  const [, notHers, blacklisted] = listen();
  const { CallbackQuery } = ours;
  bot.addEventHandler(other, new CallbackQuery({ pattern: /^no$/ }));
  bot.addEventHandler(notHers, new CallbackQuery({ blacklistUsers: [user.id] }));
  bot.addEventHandler(handler, new CallbackQuery({ pattern: /^y(es)$/, chats: [user.id], fromUsers: [user.username] }));
  const sent = await bot.sendMessage(user.username, { message: "Really?", buttons: [Button.inline("Yes", Buffer.from("yes"))] });
  const [message] = await ada.getMessages(`robot_${process.pid}_bot`, { limit: 1 });
  const pressed = message.click({ i: 0 });
  const [event] = await seen();
  assert.equal(event.data.toString(), "yes");
  assert.deepEqual([...event.patternMatch], ["yes", "es"]);
  assert.equal(event.senderId.toString(), String(user.id));
  assert.equal(event.chatId.toString(), String(user.id));
  assert.equal(event.messageId, sent.id);
  assert.equal(event.viaInline, false);
  assert.equal((await event.getMessage()).message, "Really?");
  assert.equal((await event.getSender()).firstName, "Ada");
  assert.equal(await event.answer({ message: "Thanks", alert: true }), true);
  const answer = await pressed;
  assert.equal(answer.message, "Thanks");
  assert.equal(answer.alert, true);
  assert.equal(await event.answer({ message: "again" }), undefined);
  await event.edit({ text: "Decided" });
  await event.reply({ message: "a reply" });
  await event.respond({ message: "a message" });
  const texts = async () => [...(await ada.getMessages(`robot_${process.pid}_bot`, { limit: 3 }))].reverse().map((one) => one.message);
  assert.deepEqual(await texts(), ["Decided", "a reply", "a message"]);
  await event.delete({ revoke: true });
  assert.deepEqual((await texts()).slice(-2), ["a reply", "a message"]);
  assert.equal((await texts()).includes("Decided"), false);
  assert.equal(others.length + blacklisted.length, 0);
});

test("Raw tells of classes that are named, and of what its function wants", async (t) => {
  const { ada, both, to } = await world(t);
  const [seen, handler, all] = listen();
  const { Raw } = ours;
  both[0].addEventHandler(handler, new Raw({ types: [Api.UpdateUserTyping, Api.UpdateDeleteMessages] }));
  const [, wanting, wanted] = listen();
  both[0].addEventHandler(wanting, new Raw({ func: (update) => update.className === "UpdateUserTyping" }));
  const sent = await ada.sendMessage(to, { message: "not told" });
  await ada.invoke(new Api.messages.SetTyping({ peer: to, action: new Api.SendMessageTypingAction() }));
  await sent.delete({ revoke: true });
  await seen(2);
  assert.deepEqual(new Set(all.map((update) => update.className)), new Set(["UpdateUserTyping", "UpdateDeleteMessages"]));
  assert.deepEqual(wanted.map((update) => update.className), ["UpdateUserTyping"]);
});
