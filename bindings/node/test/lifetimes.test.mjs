// How long things live: a process while something is waited for, a client while somebody has it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import test, { after } from "node:test";
import { fileURLToPath } from "node:url";
import { DIST, serve } from "./world.mjs";

const server = await serve({ after });
const session = await server.session(await server.addUser("Ada"));

/** Runs a script of lifetimes/; ends it after `limit` ms, and says so by `code` null. */
function run(script, args, limit, flags = []) {
  const path = fileURLToPath(new URL(`lifetimes/${script}`, import.meta.url));
  const child = spawn(process.execPath, [...flags, path, DIST, JSON.stringify(server.ready), session, ...args]);
  let out = "";
  let errors = "";
  child.stdout.on("data", (data) => (out += data));
  child.stderr.on("data", (data) => (errors += data));
  const timer = setTimeout(() => child.kill(), limit);
  return new Promise((resolve) => {
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, out: out.trim(), errors });
    });
  });
}

const ends = async (what, out) => {
  const ended = await run("exit.cjs", [what], 20_000);
  assert.deepEqual({ ...ended }, { code: 0, signal: null, out, errors: "" });
};

test("a client that was thrown away without disconnect leaves the process free to exit", () => ends("idle", "connected"));
test("so does one that is held, when nothing is waited for", () => ends("held", "connected"));
test("a promise of connect keeps the process until it is settled", () => ends("connecting", "connected"));

test("a call under way keeps the process until it is answered", async () => {
  await server.rules.add({ method: "help.getNearestDc", delayMs: 700 });
  await ends("call", "connected\nanswered");
  await server.rules.clear();
});

test("a handler on a connected client keeps the process, until it is removed or the client destroyed", async () => {
  const stays = await run("exit.cjs", ["handler"], 2500);
  assert.equal(stays.signal, "SIGTERM", "it should have been there still");
  assert.equal(stays.out, "connected\nlater");
  await ends("removed", "connected\nlater");
  await ends("destroyed", "connected\nlater");
});

const thousand = async (end) => {
  const { code, out, errors } = await run("thousand.cjs", [end], 180_000, ["--expose-gc"]);
  assert.equal(code, 0, errors);
  return JSON.parse(out);
};
const grown = ({ warm, after }) => after.resident - warm.resident; // KiB

for (const [end, how] of [
  ["drop", "dropped while connected"],
  ["disconnect", "disconnected and dropped"],
  ["handler", "destroyed with a handler on them"],
]) {
  test(`a thousand clients that are ${how} leave no memory, socket, thread or handle`, async () => {
    const left = await thousand(end);
    assert.ok(grown(left) < 8 * 1024, `${grown(left)} KiB more than after the first 400`);
    assert.equal(left.after.sockets, left.warm.sockets);
    assert.equal(left.after.threads, left.warm.threads);
    assert.deepEqual(left.handles, []);
  });
}

test("clients that are kept are noticed by these measures", async () => {
  const left = await thousand("keep");
  assert.ok(grown(left) > 8 * 1024, `${grown(left)} KiB`);
  assert.ok(left.after.sockets >= left.warm.sockets + 1000);
});

test("workers end by themselves, by process.exit and by terminate, with calls under way, and nothing crashes", async () => {
  const { code, signal, out, errors } = await run("workers.cjs", [], 120_000);
  assert.deepEqual({ code, signal, errors }, { code: 0, signal: null, errors: "" }, out);
  assert.equal(JSON.parse(out).done, 32);
});
