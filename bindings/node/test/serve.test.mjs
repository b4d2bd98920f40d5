// `heliogram/test`.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { Api, API_HASH, API_ID, connected, DIST, load, serve, StringSession, TelegramClient } from "./world.mjs";

const WEEK = 7 * 86_400;
const server = await serve({ after });

test("somebody is made, and a session string of theirs is logged in", async (t) => {
  const ada = await server.addUser({ firstName: "Ada", lastName: "Lovelace" });
  const client = await connected(t, server, ada);
  const me = await client.getMe();
  assert.equal(me.lastName, "Lovelace");
  assert.equal(me.phone, ada.phone);
  assert.equal(String(me.id), String(ada.id));
});

test("each gets a number of their own unless one is said", async () => {
  const people = await Promise.all([server.addUser("One"), server.addUser("Two"), server.addUser({ firstName: "Three", phone: "9996620777" })]);
  assert.equal(new Set(people.map((person) => person.phone)).size, 3);
  assert.equal(people[2].phone, "9996620777");
});

test("a code can be read from the phone it reached, and waited for", async (t) => {
  const bob = await server.addUser("Bob");
  const coming = server.code(bob);
  const stranger = await connected(t, server);
  const sent = await stranger.invoke(
    new Api.auth.SendCode({ phoneNumber: bob.phone, apiId: API_ID, apiHash: API_HASH, settings: new Api.CodeSettings({}) }),
  );
  assert.equal(sent.className, "auth.SentCode");
  assert.match(await coming, /^\d{5}$/);
  assert.equal(await server.code(bob), await coming);
  assert.equal((await server.inbox(bob)).at(-1).kind, "sms");
  await assert.rejects(server.code("9996629999", 50), /no code reached 9996629999 within 50 ms/);
});

test("the clock leaps, and what is no stretch of time is refused", async () => {
  const before = await server.clock.now();
  const after = await server.clock.advance("6d 24h");
  assert.ok(Math.abs(after - before - WEEK * 1000) < 5000, `${before} ${after}`);
  for (const wrong of ["7", "soon", "", -1, 1.5, NaN]) await assert.rejects(async () => server.clock.advance(wrong), TypeError);
  const frozen = await server.clock.freeze();
  assert.deepEqual(await server.clock.now(), frozen);
  await server.clock.unfreeze();
});

test("a rule answers a call, and the journal has it", async (t) => {
  const carol = await server.addUser("Carol");
  const client = await connected(t, server, carol);
  const rule = await server.rules.add({ method: "help.getConfig", userId: carol.id, error: { code: 400, name: "CONFIG_NOT_NOW" }, times: 1 });
  await assert.rejects(client.invoke(new Api.help.GetConfig()), /CONFIG_NOT_NOW/);
  assert.equal((await server.rules.get(rule)).acted, 1);
  const call = await server.calls.wait({ method: "help.getConfig", userId: carol.id, error: "CONFIG_NOT_NOW" });
  assert.equal(call.by, `rule:${rule}`);
  await client.invoke(new Api.help.GetConfig());
  await server.rules.clear();
  await assert.rejects(server.rules.get(rule), { name: "ControlError", status: 404 });
});

test("a rule that does not fit the schema is refused with its path", async () => {
  const rule = { method: "auth.sendCode", fields: { settings: { allow_flashcal: true } }, error: { code: 400, name: "NO" } };
  await assert.rejects(server.rules.add(rule), { name: "ControlError", status: 400, message: /fields\.settings\.allow_flashcal/ });
});

test("a fault strikes a call", async (t) => {
  const client = await connected(t, server, await server.addUser("Dave"));
  const fault = await server.faults.add({ kind: "flood_wait", seconds: 300, method: "help.getConfig", times: 1 });
  await assert.rejects(client.invoke(new Api.help.GetConfig()), /300/);
  assert.equal((await server.faults.get(fault)).struck, 1);
  await server.faults.clear();
});

test("worlds do not meet", async (t) => {
  const other = await server.world("other");
  const erin = await other.addUser({ firstName: "Erin", phone: "9996620777" });
  const client = await connected(t, other, erin);
  assert.equal((await client.getMe()).firstName, "Erin");
  await assert.rejects(server.session("9996620778"), { name: "ControlError", field: "phone" });
});

test("a server that something else started is found by its ready file", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "ready-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "ready.json");
  writeFileSync(file, server.network);
  const heidi = await load("test").running(file).addUser("Heidi");
  assert.match(await server.session(heidi), /^1/);
  assert.throws(() => load("test").running(""), /HELIOGRAM_READY is not set/);
});

test("a snapshot takes a world back", async () => {
  const world = await server.world("kept");
  await world.addUser({ firstName: "Frank", phone: "9996620001" });
  const kept = await world.snapshot();
  await world.reset();
  await assert.rejects(world.session("9996620001"), { status: 404 });
  await world.restore(kept);
  assert.match(await world.session("9996620001"), /^1/);
});

test("a client that names no network goes to the server that was redirected to, and no longer when it has stopped", async (t) => {
  const own = await serve(t, { redirect: true });
  const session = new StringSession(await own.session(await own.addUser("Grace")));
  const made = new TelegramClient(session, API_ID, API_HASH, {});
  t.after(() => made.disconnect());
  await made.connect();
  assert.equal((await made.getMe()).firstName, "Grace");
  await own.stop();
  assert.equal(load("client/network").defaultNetwork(), undefined);
});

test("it starts in well under a second", async (t) => {
  const started = performance.now();
  await serve(t);
  const took = performance.now() - started;
  assert.ok(took < 1000, `${took} ms`);
});

test("what is no option, and a program that does not start, are told", async () => {
  await assert.rejects(load("test").serve({ sede: 1 }), new TypeError("serve: there is no option sede"));
  await assert.rejects(load("test").serve({ fixtures: "/nowhere.toml" }), /heliogram ended with exit code 2 instead of listening:\n[^]*nowhere\.toml/);
  const { HELIOGRAM_BIN } = process.env;
  process.env.HELIOGRAM_BIN = "/nowhere/heliogram";
  try {
    await assert.rejects(load("test").serve(), /^Error: \/nowhere\/heliogram cannot be started: spawn .*ENOENT/);
  } finally {
    if (HELIOGRAM_BIN === undefined) delete process.env.HELIOGRAM_BIN;
    else process.env.HELIOGRAM_BIN = HELIOGRAM_BIN;
  }
});

test("`await using` stops it", async (t) => {
  const own = await serve(t);
  await own[Symbol.asyncDispose]();
  await assert.rejects(own.clock.now());
});

test("calls after the stop say that the server is gone", async (t) => {
  const own = await serve(t);
  await own.stop();
  await assert.rejects(own.addUser("Late"), /the test server does not answer; has it been stopped\?/);
});

const forgetful = `require(${JSON.stringify(`${DIST}test`)}).serve().then((server) => console.log(JSON.stringify(server.ready)))`;

async function control(program, end) {
  const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const [line] = await once(createInterface(child.stdout), "line");
  end(child);
  const [code, signal] = await ended;
  return { health: `${JSON.parse(line).control}/healthz`, code, signal };
}

/** Resolves when nobody answers there any more. */
async function silent(health) {
  for (let tries = 0; tries < 500; tries++) {
    try {
      await fetch(health);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail(`${health} still answers`);
}

test("a server that nobody stopped lets its process end, and ends with it", async () => {
  const { health, code } = await control(forgetful, () => {});
  assert.equal(code, 0);
  await silent(health);
});

test("a server ends with a process that is killed", async () => {
  const { health, signal } = await control(`${forgetful}; setInterval(() => {}, 1000)`, (child) => child.kill("SIGKILL"));
  assert.equal(signal, "SIGKILL");
  await silent(health);
});
