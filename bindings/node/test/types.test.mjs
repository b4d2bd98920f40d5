// Programs in TypeScript compile under `strict` with our declarations where they did with GramJS's.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { DIST } from "./world.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const packages = join(here, "../node_modules");
const read = (name) => readFileSync(join(here, `types/${name}.ts`), "utf8");
const theirs = join(here, "../../../interop/node_modules/telegram");

/** What the compiler says of a program, when `telegram` is this folder. */
function compile(t, telegram, source = read("messages")) {
  const folder = mkdtempSync(join(tmpdir(), "heliogram-types-"));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(telegram, join(folder, "node_modules/telegram"));
  for (const name of ["big-integer", "@types"]) symlinkSync(join(packages, name), join(folder, "node_modules", name));
  writeFileSync(join(folder, "program.ts"), source);
  const options = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "commonjs", "--moduleResolution", "node", "--esModuleInterop"];
  const tsc = join(packages, "typescript/bin/tsc");
  return spawnSync(process.execPath, [tsc, ...options, "--types", "node", "program.ts"], { cwd: folder, encoding: "utf8" }).stdout;
}

test("a program for messages compiles with our declarations and with GramJS's", (t) => {
  assert.equal(compile(t, DIST), "");
  assert.equal(compile(t, theirs), "");
});

test("a program that logs in, keeps a session of its own and tells errors apart compiles with both", (t) => {
  assert.equal(compile(t, DIST, read("login")), "");
  assert.equal(compile(t, theirs, read("login")), "");
});

test("the names of a method's errors are known to the compiler", (t) => {
  const source = (name) => `
    import { Api, errors } from "telegram";
    export const name: errors.ErrorNameOf<Api.account.SendConfirmPhoneCode> = "${name}";`;
  assert.equal(compile(t, DIST, source("HASH_INVALID")), "");
  assert.equal(compile(t, DIST, source("FLOOD_WAIT_30")), "");
  assert.match(compile(t, DIST, source("HASH_INVALD")), /Did you mean '"HASH_INVALID"'/);
});

test("what a message has not is an error", (t) => {
  const wrong = read("messages").replace("message.text, message.media", "message.txet, message.media");
  assert.match(compile(t, DIST, wrong), /Property 'txet' does not exist on type 'Message'/);
});
