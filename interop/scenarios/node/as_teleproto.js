// A program as teleproto's users write it, with `teleproto` resolved to teleproto and to our package: the same prints.
//
// It logs in, sends with a button's text and Markdown, edits, hears of what somebody else writes by an event, looks
// people up, meets an error, and keeps its session. What teleproto has beside GramJS's members (`client.updates`, keyboards, stories
// ...) is its own, and not here.
"use strict";

const assert = require("node:assert/strict");
const { execFileSync } = require("node:child_process");
const { mkdirSync, mkdtempSync, symlinkSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { dirname, join, resolve } = require("node:path");
const { addUser, scenario, step } = require("../gramjs/world");

const LIBRARIES = {
  teleproto: dirname(require.resolve("teleproto/package.json")),
  heliogram: resolve(__dirname, "../../../bindings/node/dist"),
};

function run(library, people) {
  const folder = mkdtempSync(join(tmpdir(), `as-${library}-`));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(LIBRARIES[library], join(folder, "node_modules/teleproto"));
  const env = { ...process.env, PEOPLE: JSON.stringify(people) };
  return execFileSync(process.execPath, [join(__dirname, "teleproto_program.js")], { cwd: folder, env, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

scenario(async () => {
  const people = [
    { phone: "15550003333", first_name: "Rosa", username: "rosa_writes" },
    { phone: "15550004444", first_name: "Clara", username: "clara_reads" },
  ];
  for (const user of people) await addUser(user);
  const [expected, got] = Object.keys(LIBRARIES).map((library) => run(library, people));
  assert.ok(expected.split("\n").length > 10, expected);
  assert.equal(got, expected);
  step(`${expected.trim().split("\n").length} lines, the same`);
});
