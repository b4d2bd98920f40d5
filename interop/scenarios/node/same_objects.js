// One program, `telegram` resolved to GramJS, to teleproto and to our package, against one server: the same objects.
//
// Each library makes the calls of calls.js with a session of its own of the same account, in a world that is brought back to
// one snapshot before, with its clock standing still. Field by field, what GramJS shows has to be in what the others show.
"use strict";

const assert = require("node:assert/strict");
const { execFileSync } = require("node:child_process");
const { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { dirname, join, resolve } = require("node:path");

const OURS = resolve(__dirname, "../../../bindings/node/dist");
const LIBRARIES = { GramJS: folderOf("telegram"), teleproto: folderOf("teleproto"), heliogram: OURS };
const AT_LEAST = 50;
const AN_HOUR = 3600;
/**
 * Where they differ rightly, by call and field. Fields that only newer layers have are in no list: GramJS's objects do not
 * have them, and only what they have is compared.
 */
const OTHERWISE = [
  // The moment of the answer, by the clock that stands for no one.
  /^help\.(GetConfig\.(date|expires)|GetTermsOfServiceUpdate\.expires)$/,
  // Which session is this one, where it was seen, and what each library calls itself.
  /^account\.GetAuthorizations\.authorizations\.\d+\.(current|ip|hash|deviceModel|platform|systemVersion|appName|appVersion|apiId)$/,
  // Random, anew for each answer.
  /^account\.GetPassword\.(newAlgo\.salt[12]|newSecureAlgo\.salt|secureRandom)\.bytes$/,
];
/** teleproto has classes of its own for errors, and does not cut the number off a flood wait's name. */
const OTHERWISE_IN_TELEPROTO = [/^[^.]+\.[^.]+\.error$/, /^account\.GetWallPapers\.errorMessage$/];

function folderOf(library) {
  return dirname(require.resolve(`${library}/package.json`));
}

function ready() {
  return JSON.parse(readFileSync(process.env.HELIOGRAM_READY, "utf8"));
}

async function control(method, path, body) {
  const binary = body instanceof Buffer;
  const headers = body && { "content-type": binary ? "application/octet-stream" : "application/json" };
  const response = await fetch(ready().control + path, { method, headers, body: body && (binary ? body : JSON.stringify(body)) });
  const bytes = Buffer.from(await response.arrayBuffer());
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${bytes}`);
  return response.headers.get("content-type")?.includes("json") ? JSON.parse(bytes) : bytes;
}

/** Two people who wrote to each other, and a session of the first for each library. */
async function makeWorld() {
  await control("POST", "/v1/clock", { frozen: true });
  const people = [
    { phone: "15550001111", first_name: "Ada", last_name: "Lovelace", username: "ada_writes" },
    { phone: "15550002222", first_name: "Brigitte", username: "brigitte_reads" },
  ];
  for (const user of people) await control("POST", "/v1/users", user);
  const sessions = {};
  for (const library of Object.keys(LIBRARIES)) {
    sessions[library] = (await control("POST", "/v1/sessions", { phone: people[0].phone, format: "gramjs" })).session;
  }
  const friend = (await control("POST", "/v1/sessions", { phone: people[1].phone, format: "heliogram" })).session;
  await converse(sessions.heliogram, friend, people);
  return { sessions, friend: people[1].username };
}

async function converse(ada, brigitte, [first, second]) {
  const { TelegramClient, Api } = require(OURS);
  const { StringSession } = require(`${OURS}/sessions`);
  const [here, there] = [ada, brigitte].map((session) => new TelegramClient(new StringSession(session), 1, "x", { network: process.env.HELIOGRAM_READY }));
  await Promise.all([here.connect(), there.connect()]);
  await here.sendMessage(second.username, { message: "**tea** at five? https://example.org" });
  await there.sendMessage(first.username, { message: "tea it is", replyTo: 1 });
  await here.invoke(new Api.contacts.AddContact({ id: second.username, firstName: "Brigitte", lastName: "", phone: second.phone }));
  await Promise.all([here.disconnect(), there.disconnect()]);
}

/** What a library's program writes, with `telegram` resolved to it. */
function run(library, { sessions, friend }) {
  const folder = mkdtempSync(join(tmpdir(), `as-${library}-`));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(LIBRARIES[library], join(folder, "node_modules/telegram"));
  const file = join(folder, "results.json");
  const env = { ...process.env, CALLS: JSON.stringify({ session: sessions[library], friend }) };
  execFileSync(process.execPath, [join(__dirname, "objects.js"), file], { cwd: folder, env, stdio: "inherit" });
  return JSON.parse(readFileSync(file, "utf8"));
}

/** The paths at which `is` lacks, or has otherwise, what `was` has. What only `is` has is of a newer layer. */
function differences(was, is, path, otherwise) {
  if (otherwise.some((pattern) => pattern.test(path))) return [];
  if (Array.isArray(was) && Array.isArray(is) && was.length === is.length) {
    return was.flatMap((item, at) => differences(item, is[at], `${path}.${at}`, otherwise));
  }
  const both = [was, is].every((value) => typeof value === "object" && value !== null && !Array.isArray(value));
  if (both) return Object.entries(was).flatMap(([name, value]) => differences(value, is[name] ?? null, `${path}.${name}`, otherwise));
  return JSON.stringify(was) === JSON.stringify(is) ? [] : [`${path}: ${shown(was)} and ${shown(is)}`];
}

function shown(value) {
  return (JSON.stringify(value) ?? "nothing").slice(0, 200);
}

async function main() {
  const world = await makeWorld();
  const snapshot = await control("GET", "/v1/snapshot");
  const { now } = await control("GET", "/v1/clock");
  const rules = JSON.parse(readFileSync(join(__dirname, "rules.json"), "utf8"));
  const results = {};
  for (const library of Object.keys(LIBRARIES)) {
    await control("PUT", "/v1/snapshot", snapshot);
    for (const { id } of (await control("GET", "/v1/rules")).items ?? []) await control("DELETE", `/v1/rules/${id}`);
    for (const rule of rules) await control("POST", "/v1/rules", rule);
    await control("POST", "/v1/clock", { frozen: true });
    await control("POST", "/v1/clock", { set: now + AN_HOUR });
    results[library] = run(library, world);
  }
  const { GramJS, ...others } = results;
  const names = Object.keys(GramJS);
  assert.ok(new Set(names.map((name) => name.split(" ")[0])).size >= AT_LEAST, `only ${names.length} calls`);
  const found = Object.entries(others).flatMap(([library, theirs]) => {
    const otherwise = library === "teleproto" ? [...OTHERWISE, ...OTHERWISE_IN_TELEPROTO] : OTHERWISE;
    return names.flatMap((name) => differences(GramJS[name], theirs[name] ?? null, name, otherwise).map((text) => `${library}: ${text}`));
  });
  if (process.env.RESULTS) writeFileSync(process.env.RESULTS, JSON.stringify(results, undefined, 1));
  assert.deepEqual(found, []);
  console.log(`${names.length} calls of ${new Set(names.map((name) => name.split(" ")[0])).size} methods: the same objects from ${Object.keys(results).join(", ")}`);
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  }
);
