// Giving up: what an AbortSignal does to a call.
import assert from "node:assert/strict";
import test, { after } from "node:test";
import { Api, TelegramClient, StringSession, connected, serve } from "./world.mjs";

const server = await serve({ after });
const slow = (delayMs) => server.rules.add({ method: "help.getNearestDc", delayMs });

test("an aborted call rejects with an AbortError at once, and the client goes on", async (t) => {
  const client = await connected(t, server, await server.addUser("Ada"));
  await slow(5000);
  const controller = new AbortController();
  const began = performance.now();
  const call = client.invoke(new Api.help.GetNearestDc(), { signal: controller.signal });
  setTimeout(() => controller.abort(), 50);
  await assert.rejects(call, { name: "AbortError" });
  assert.ok(performance.now() - began < 2000);
  assert.equal((await client.getMe()).firstName, "Ada");
  await server.rules.clear();
});

test("the reason that was given is the error", async (t) => {
  const client = await connected(t, server);
  await slow(5000);
  const controller = new AbortController();
  const call = client.invoke(new Api.help.GetNearestDc(), { signal: controller.signal });
  controller.abort(new RangeError("too long"));
  await assert.rejects(call, { name: "RangeError", message: "too long" });
  await assert.rejects(client.invoke(new Api.help.GetNearestDc(), { signal: AbortSignal.timeout(20) }), { name: "TimeoutError" });
  await server.rules.clear();
});

test("a signal that has aborted already lets nothing begin", async (t) => {
  const client = await connected(t, server);
  const before = (await server.calls.list({ method: "help.getSupport" })).length;
  await assert.rejects(client.invoke(new Api.help.GetSupport(), { signal: AbortSignal.abort() }), { name: "AbortError" });
  await client.invoke(new Api.help.GetConfig());
  assert.equal((await server.calls.list({ method: "help.getSupport" })).length, before);
});

test("a flood wait that is slept can be given up", async (t) => {
  const client = await connected(t, server);
  await server.rules.add({ method: "help.getNearestDc", error: { code: 420, name: "FLOOD_WAIT_30" } });
  await assert.rejects(client.invoke(new Api.help.GetNearestDc(), { signal: AbortSignal.timeout(200) }), { name: "TimeoutError" });
  await server.rules.clear();
});

test("the threshold of flood waits is what was set last", async (t) => {
  const client = await connected(t, server, undefined, { floodSleepThreshold: 0 });
  await server.rules.add({ method: "help.getNearestDc", error: { code: 420, name: "FLOOD_WAIT_1" }, times: 2 });
  await assert.rejects(client.invoke(new Api.help.GetNearestDc()), /FLOOD_WAIT|wait of 1 second/i);
  client.floodSleepThreshold = 1;
  assert.equal((await client.invoke(new Api.help.GetNearestDc())).className, "NearestDc");
  await server.rules.clear();
});

test("one signal may go with many calls, and keeps none of them", async (t) => {
  const client = await connected(t, server);
  const controller = new AbortController();
  const calls = Array.from({ length: 50 }, () => client.invoke(new Api.help.GetConfig(), { signal: controller.signal }));
  assert.equal((await Promise.all(calls)).length, 50);
  controller.abort();
  assert.equal((await client.invoke(new Api.help.GetConfig())).className, "Config");
});

test("connecting can be given up, and tried again", async (t) => {
  // Nobody answers there: a listener that says nothing.
  const { createServer } = await import("node:net");
  const deaf = createServer(() => {});
  await new Promise((resolve) => deaf.listen(0, "127.0.0.1", resolve));
  t.after(() => deaf.close());
  const network = { ...server.ready, mtproto: `127.0.0.1:${deaf.address().port}`, dcs: undefined };
  const client = new TelegramClient(new StringSession(""), 1, "h", { network });
  await assert.rejects(client.connect({ signal: AbortSignal.timeout(100) }), { name: "TimeoutError" });
  await assert.rejects(client.connect({ signal: AbortSignal.timeout(100) }), { name: "TimeoutError" });
  assert.equal(client.connected, false);
});
