// The page's JavaScript block, unaltered, against a server whose fixture has the pending deletion that it names.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { serve } from "heliogram/test";

const [, block] = /^```js\n([^]*?)^```$/m.exec(readFileSync(process.argv[2], "utf8"));
const [, hash] = /hash: "(\w+)"/.exec(block);
const phone = "9996620100";
writeFileSync("block.js", block);
writeFileSync(
  "fixtures.toml",
  `[[users]]\nphone = "${phone}"\nfirst_name = "Page"\npassword = "correct horse"\npending_deletion_hash = "${hash}"\n`,
);

const server = await serve({ fixtures: "fixtures.toml" });
writeFileSync("ready.json", server.network);
const env = { ...process.env, HELIOGRAM_READY: "ready.json", HELIOGRAM_SESSION: await server.session(phone) };
const { status, stdout, stderr } = spawnSync(process.execPath, ["-r", "./preload.cjs", "block.js"], { env, encoding: "utf8" });
assert.equal(status, 0, stderr);
assert.match(stdout, /^\{$[^]*className: 'auth\.SentCode'[^]*phoneCodeHash: '\w+'[^]*^\}$/m);
assert.match(await server.code(phone), /^\d{5}$/);
