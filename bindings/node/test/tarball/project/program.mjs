// The program behind node_modules/.bin/heliogram: how it is ended, and what it ends with.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const start = (...args) => spawn("node_modules/.bin/heliogram", args, { stdio: ["ignore", "pipe", "pipe"] });

assert.deepEqual(await once(start("no-such-command"), "exit"), [2, null]);
assert.deepEqual(await once(start("health", "--control", "http://127.0.0.1:1"), "exit"), [3, null]);

for (const signal of ["SIGINT", "SIGTERM"]) {
  const server = start("serve", "--port", "0", "--json", "--ready-json", "ready.json");
  const [line] = await once(createInterface(server.stdout), "line");
  const { control } = JSON.parse(line);
  assert.ok((await fetch(`${control}/healthz`)).ok);
  server.kill(signal);
  assert.deepEqual(await once(server, "exit"), [0, null], signal);
  await assert.rejects(fetch(`${control}/healthz`), "the program outlived what started it");
}
