// Handlers: what they are told, in which order, and what becomes of their errors; and when the process may end.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { listen, peerOf, person, say, two } from "./people.mjs";
import { Api, client, connected, DIST, load, serve } from "./world.mjs";

const server = await serve({ after });
const { NewMessage } = load("events");
const { Raw } = load("events/Raw");
const { StopPropagation } = load("client/updates");

test("a handler without a kind is told of every update as the schema has it", async (t) => {
  const { ada, bob, users } = await two(t, server);
  const [seen, handler] = listen();
  bob.addEventHandler(handler);
  await say(ada, await peerOf(ada, users.bob), "hello");
  const [update] = await seen();
  assert.equal(update.className, "UpdateNewMessage");
  assert.ok(update instanceof Api.UpdateNewMessage);
  assert.equal(update.message.message, "hello");
  assert.equal(String(update.message.peerId.userId), String(users.ada.id));
});

test("a handler that was added before connect misses nothing", async (t) => {
  const users = [await person(server, "Ada"), await person(server, "Bob")];
  const bob = await client(t, server, users[1]);
  const [seen, handler] = listen();
  bob.addEventHandler(handler, new NewMessage({}));
  await bob.connect();
  const ada = await connected(t, server, users[0]);
  await say(ada, await peerOf(ada, users[1]), "early");
  const [event] = await seen();
  assert.equal(event.message.message, "early");
});

test("500 messages come to each handler once and in order", async (t) => {
  const { ada, bob, users } = await two(t, server);
  const [seen, handler, all] = listen(60_000);
  const [, second, more] = listen();
  bob.addEventHandler(second, new NewMessage({ incoming: true }));
  bob.addEventHandler(handler, new NewMessage({ incoming: true }));
  const peer = await peerOf(ada, users.bob);
  const texts = Array.from({ length: 500 }, (_, at) => `message ${at}`);
  await Promise.all(texts.map((text) => say(ada, peer, text)));
  const events = await seen(500);
  const ids = events.map((event) => event.message.id);
  assert.deepEqual(ids, [...ids].sort((a, b) => a - b));
  assert.deepEqual(new Set(events.map((event) => event.message.message)), new Set(texts));
  await sleep(200);
  assert.equal(all.length, 500);
  assert.deepEqual(more.map((event) => event.message.id), ids);
});

test("a handler is told nothing more once it was removed, by its callback or by its kind", async (t) => {
  const { ada, bob, users } = await two(t, server);
  const [seen, stays] = listen();
  const [, byCallback, first] = listen();
  const [, byKind, second] = listen();
  const kinds = [new NewMessage({}), new NewMessage({}), new NewMessage({})];
  bob.addEventHandler(byCallback, kinds[0]);
  bob.addEventHandler(byKind, kinds[1]);
  bob.addEventHandler(stays, kinds[2]);
  assert.deepEqual(bob.listEventHandlers().map(([kind]) => kind), kinds);
  bob.removeEventHandler(byCallback, kinds[0]);
  bob.removeEventHandler(undefined, kinds[1]);
  assert.deepEqual(bob.listEventHandlers(), [[kinds[2], stays]]);
  await say(ada, await peerOf(ada, users.bob), "for one");
  await seen();
  assert.equal(first.length + second.length, 0);
});

test("an error in a handler goes to onError, and the next handlers and events come all the same", async (t) => {
  const { ada, bob, users } = await two(t, server);
  const [seen, handler] = listen();
  const [failed, onError] = listen();
  bob.onError = onError;
  bob.addEventHandler(() => {
    throw new Error("thrown");
  }, new NewMessage({}));
  bob.addEventHandler(async () => Promise.reject(new Error("rejected")), new NewMessage({}));
  bob.addEventHandler(handler, new NewMessage({}));
  const peer = await peerOf(ada, users.bob);
  await say(ada, peer, "one");
  await say(ada, peer, "two");
  assert.deepEqual((await seen(2)).map((event) => event.message.message), ["one", "two"]);
  const messages = (await failed(4)).map((error) => error.message);
  assert.deepEqual(messages.sort(), ["rejected", "rejected", "thrown", "thrown"]);
});

test("StopPropagation keeps an event from the handlers behind", async (t) => {
  const { ada, bob, users } = await two(t, server);
  const [, behind, told] = listen();
  const [failed, onError, errors] = listen();
  const [seen, before] = listen();
  bob.onError = onError;
  bob.addEventHandler(before, new NewMessage({}));
  bob.addEventHandler(() => {
    throw new StopPropagation();
  }, new NewMessage({}));
  bob.addEventHandler(behind, new NewMessage({}));
  await say(ada, await peerOf(ada, users.bob), "stop");
  await seen();
  await sleep(100);
  assert.equal(told.length, 0);
  assert.equal(errors.length, 0);
});

test("a handler that waits for the next message gets it", async (t) => {
  const { ada, bob, users } = await two(t, server);
  const peer = await peerOf(ada, users.bob);
  const answer = new Promise((resolve) => {
    let waiting;
    bob.addEventHandler(async ({ message }) => {
      if (waiting) return waiting(message.message);
      resolve(await new Promise((next) => (waiting = next)));
    }, new NewMessage({}));
  });
  await say(ada, peer, "what is your name?");
  await say(ada, peer, "Ada");
  assert.equal(await answer, "Ada");
});

test("what happened while the connection was closed by the program is told after the next connect", async (t) => {
  const { ada, bob, users } = await two(t, server);
  const [seen, handler] = listen();
  bob.addEventHandler(handler, new NewMessage({}));
  const peer = await peerOf(ada, users.bob);
  await say(ada, peer, "before");
  await seen();
  await bob.disconnect();
  await say(ada, peer, "meanwhile");
  await bob.connect();
  await say(ada, peer, "afterwards");
  const texts = (await seen(3)).map((event) => event.message.message);
  assert.deepEqual(texts, ["before", "meanwhile", "afterwards"]);
});

test("a client with a handler keeps the process alive until it is removed; without one it does not", async (t) => {
  const user = await person(server, "Eve");
  const session = await server.session(user);
  const program = (then) => `
    const { TelegramClient } = require(${JSON.stringify(DIST)});
    const { NewMessage } = require(${JSON.stringify(`${DIST}events`)});
    (async () => {
      const client = new TelegramClient(${JSON.stringify(session)}, 1, "hash", { network: ${JSON.stringify(server.network)} });
      await client.connect();
      await client.getMe();
      const handler = () => {};
      const kind = new NewMessage({});
      ${then}
      console.log("ready");
    })();`;
  const run = async (then) => {
    const child = spawn(process.execPath, ["-e", program(then)], { stdio: ["ignore", "pipe", "inherit"] });
    t.after(() => child.kill());
    await once(child.stdout, "data");
    return Promise.race([once(child, "exit").then(([code]) => code), sleep(1500, "alive")]);
  };
  const add = "client.addEventHandler(handler, kind);";
  assert.equal(await run(""), 0);
  assert.equal(await run(add), "alive");
  assert.equal(await run(`${add} client.removeEventHandler(handler, kind);`), 0);
  assert.equal(await run(`${add} await client.disconnect();`), 0);
});

test("what the server does not tell any more is told to onError, and what follows comes", async (t) => {
  const { ada, bob, users } = await two(t, server);
  const [seen, handler] = listen();
  const [failed, onError] = listen();
  bob.onError = onError;
  bob.addEventHandler(handler, new NewMessage({}));
  const peer = await peerOf(ada, users.bob);
  await say(ada, peer, "before");
  const [{ originalUpdate }] = await seen();
  await bob.disconnect();
  await say(ada, peer, "lost");
  const pts = originalUpdate.pts + 1;
  const reply = { _: "updates.differenceTooLong", pts };
  await server.rules.add({ method: "updates.getDifference", userId: users.bob.id, times: 1, reply });
  await bob.connect();
  const [error] = await failed();
  assert.match(error.message, /does not tell what happened between pts/);
  await server.rules.clear();
  await say(ada, peer, "afterwards");
  assert.deepEqual((await seen(2)).map((event) => event.message.message), ["before", "afterwards"]);
});

test("Raw handlers are told of the connection, and others are not", async (t) => {
  const { UpdateConnectionState } = load("network");
  const eve = await client(t, server, await person(server, "Eve"));
  const [, handler, all] = listen();
  const [, other, others] = listen();
  eve.addEventHandler(handler, new Raw({ types: [UpdateConnectionState] }));
  eve.addEventHandler(other, new NewMessage({}));
  await eve.connect();
  await eve.connect();
  await eve.disconnect();
  await eve.disconnect();
  await sleep(50);
  assert.deepEqual(all.map((update) => update.state), [1, -1]);
  assert.equal(others.length, 0);
});

test("with sequentialUpdates a handler has ended before it is told the next; without, it is told at once", async (t) => {
  for (const sequentialUpdates of [true, false]) {
    const users = [await person(server, "Ada"), await person(server, "Bob")];
    const bob = await connected(t, server, users[1], { sequentialUpdates });
    let busy = 0;
    let most = 0;
    const [seen, told] = listen();
    bob.addEventHandler(async (event) => {
      most = Math.max(most, ++busy);
      await sleep(50);
      busy--;
      told(event);
    }, new NewMessage({ incoming: true }));
    const ada = await connected(t, server, users[0]);
    const peer = await peerOf(ada, users[1]);
    for (const text of ["one", "two", "three", "four"]) await say(ada, peer, text);
    const events = await seen(4);
    assert.equal(events.length, 4);
    assert.equal(most === 1, sequentialUpdates, `${most} at once`);
  }
});
