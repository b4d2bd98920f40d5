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
const program = join(here, "types/messages.ts");

/** What the compiler says of the program, when `telegram` is this folder. */
function compile(t, telegram, source = readFileSync(program, "utf8")) {
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
  assert.equal(compile(t, join(here, "../../../interop/node_modules/telegram")), "");
});

test("what a message has not is an error", (t) => {
  const wrong = readFileSync(program, "utf8").replace("message.text, message.media", "message.txet, message.media");
  assert.match(compile(t, DIST, wrong), /Property 'txet' does not exist on type 'Message'/);
});
