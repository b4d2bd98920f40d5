// `heliogram migrate`: what it finds in small projects of several shapes.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";

import { DIST } from "./world.mjs";

const data = createRequire(import.meta.url)(`${DIST}migrate/gramjs.json`);

/** Runs the command in a process of its own over a folder with these files. */
function migrate(t, files, ...options) {
  const directory = mkdtempSync(join(tmpdir(), "heliogram-migrate-"));
  t.after(() => rmSync(directory, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return run(...options, directory);
}

function run(...args) {
  const program = `require(${JSON.stringify(`${DIST}migrate`)}).main(process.argv.slice(1)).then((code) => { process.exitCode = code; })`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", program, "--", ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
}

/** What it found, as `file:line name`; with a `?` for what was found by its name only. */
function found(t, files) {
  const { status, stdout, stderr } = migrate(t, files, "--json");
  assert.notEqual(status, 2, stderr);
  return JSON.parse(stdout).uses.map(({ file, line, name, certain }) => `${file}:${line} ${name}${certain ? "" : "?"}`);
}

const START = `const { TelegramClient, Api } = require("telegram");
const { StringSession } = require("telegram/sessions");
const client = new TelegramClient(new StringSession(""), 1, "", {});
`;

test("a CommonJS program is followed from its require to what its values give", (t) => {
  const uses = found(t, { "bot.js": `${START}client.getMessages("me", { limit: 3 }).then((list) => list.map((m) => m.reply({ message: m.text })));\n` });
  assert.deepEqual(uses, [
    "bot.js:1 TelegramClient",
    "bot.js:1 Api",
    "bot.js:2 StringSession",
    "bot.js:4 TelegramClient.getMessages",
    "bot.js:4 IterMessagesParams.limit",
    "bot.js:4 Message.reply",
    "bot.js:4 SendMessageParams.message",
    "bot.js:4 Message.text",
  ]);
});

test("an ES module with renamed, default and whole imports is followed", (t) => {
  const uses = found(t, {
    "a.mjs": `import { TelegramClient as Client } from "telegram";
import telegram, { Api } from "telegram";
import * as sessions from "telegram/sessions/index.js";
const client = new Client(new sessions.StringSession(""), 1, "", {});
const me = await client.getMe();
console.log(me instanceof Api.User, new telegram.Api.messages.SendMessage({}), telegram.utils.getPeerId(me));
`,
  });
  assert.deepEqual(uses, [
    "a.mjs:1 TelegramClient",
    "a.mjs:2 Api",
    "a.mjs:4 StringSession",
    "a.mjs:5 TelegramClient.getMe",
    "a.mjs:6 Api.User",
    "a.mjs:6 Api",
    "a.mjs:6 Api.messages.SendMessage",
    "a.mjs:6 utils",
    "a.mjs:6 Utils.getPeerId",
  ]);
});

test("event handlers are followed by the event they were added with, also when they stand in another file", (t) => {
  const uses = found(t, {
    "main.js": `${START}const { NewMessage } = require("telegram/events");
const { onMessage } = require("./handlers/message");
client.addEventHandler(onMessage, new NewMessage({ incoming: true }));
`,
    "handlers/message.js": `async function onMessage(event) {
  const { message } = event;
  await message.markAsRead();
  if (event.isPrivate) await event.client.sendMessage(message.chatId, { message: "hello", silent: true });
}
module.exports = { onMessage };
`,
  });
  assert.deepEqual(uses.filter((use) => use.startsWith("handlers/")), [
    "handlers/message.js:2 NewMessageEvent.message",
    "handlers/message.js:3 Message.markAsRead",
    "handlers/message.js:4 NewMessageEvent.isPrivate",
    "handlers/message.js:4 NewMessageEvent.client",
    "handlers/message.js:4 TelegramClient.sendMessage",
    "handlers/message.js:4 Message.chatId",
    "handlers/message.js:4 SendMessageParams.message",
    "handlers/message.js:4 SendMessageParams.silent",
  ]);
});

test("TypeScript's types say what a value is, in classes, parameters and across files", (t) => {
  const uses = found(t, {
    "src/bot.ts": `import { TelegramClient, type Api } from "telegram";
import type { NewMessageEvent } from "telegram/events";
export class Bot {
  private last?: Api.Message;
  constructor(private readonly client: TelegramClient) {}
  async run(): Promise<void> { await this.client.connect(); await this.last?.pin(); }
  handle = async (event: NewMessageEvent) => { this.last = event.message; };
}
export async function dialogs(client: TelegramClient) {
  for await (const dialog of client.iterDialogs({ limit: 2 })) if (dialog.isUser) return dialog;
}
`,
    "src/main.ts": `import { dialogs } from "./bot.js";
import { client } from "./client";
const first = (await dialogs(client))!;
console.log(first.title);
export default () => client.disconnect();
`,
    "src/client.ts": `import { TelegramClient } from "telegram";
export const client = new TelegramClient("", 1, "", { connectionRetries: 3 } satisfies object);
`,
  });
  for (const use of [
    "src/bot.ts:4 Api.Message",
    "src/bot.ts:6 TelegramClient.connect",
    "src/bot.ts:6 Message.pin",
    "src/bot.ts:7 NewMessageEvent.message",
    "src/bot.ts:10 TelegramClient.iterDialogs",
    "src/bot.ts:10 IterDialogsParams.limit",
    "src/bot.ts:10 Dialog.isUser",
    "src/main.ts:4 Dialog.title",
    "src/main.ts:5 TelegramClient.disconnect",
  ]) {
    assert.ok(uses.includes(use), `${use} in\n${uses.join("\n")}`);
  }
});

test("JSX and a client kept in a class of the program's own are read", (t) => {
  const uses = found(t, {
    "app.jsx": `import { TelegramClient } from "telegram";
class Account extends TelegramClient { async hello() { return this.getMe(); } }
class Holder { constructor() { this.account = new Account("", 1, "", {}); } load() { return this.account.getDialogs({}); } }
export const Hello = ({ name }) => <b onClick={() => new Holder().load()}>{name}</b>;
`,
  });
  assert.deepEqual(uses, ["app.jsx:1 TelegramClient", "app.jsx:2 TelegramClient.getMe", "app.jsx:3 TelegramClient.getDialogs"]);
});

test("members of a value of unknown type are matched by name and marked", (t) => {
  const { stdout } = migrate(t, { "a.js": `require("telegram");\nmodule.exports = (thing, client) => { thing.getInputEntity(1); thing.name; client.start({}); client.nothing(); };\n` });
  assert.match(stdout, /a\.js:2 +TelegramClient\.getInputEntity +\S.*\?/);
  assert.match(stdout, /a\.js:2 +TelegramClient\.start +\S.*\?/);
  assert.doesNotMatch(stdout, /nothing|\.name /);
  assert.match(stdout, /found by its name \(2 places\)/);
});

test("what belongs to other libraries is left alone, even when it has the same names", (t) => {
  const uses = found(t, {
    "a.js": `require("telegram").Api;
const { Client } = require("discord.js");
const client = new Client({});
client.sendMessage("x"); client.getEntity("y");
`,
    "b.js": `const bot = require("./other"); bot.sendMessage(1);\n`,
    "other.js": `module.exports = { sendMessage() {} };\n`,
  });
  assert.deepEqual(uses, ["a.js:1 Api"]);
});

test("classes and fields that the newer layer does not have are said, with what is there instead", (t) => {
  const { status, stdout } = migrate(t, {
    "a.js": `${START}client.invoke(new Api.channels.CreateForumTopic({ channel: "x", title: "y" }));
client.invoke(new Api.messages.SetChatTheme({ peer: "me", emoticon: "x" }));
if (thing instanceof Api.KeyboardButtonUrl) client._sender.send(1);
`,
  });
  assert.equal(status, 1);
  assert.match(stdout, /a\.js:4 +Api\.channels\.CreateForumTopic +gone +`Api\.messages\.CreateForumTopic` now/);
  assert.match(stdout, /a\.js:5 +Api\.messages\.SetChatTheme\.emoticon +gone .*new there: theme/);
  assert.match(stdout, /a\.js:5 +Api\.messages\.SetChatTheme\.theme +changed +is new and must be given/);
  assert.match(stdout, /a\.js:6 +Api\.KeyboardButtonUrl +gone +an inline button/);
  assert.match(stdout, /a\.js:6 +TelegramClient\._sender +not yet/);
});

test("each member has the state and the words of the table", (t) => {
  const { stdout } = migrate(t, { "a.js": `${START}client.connect();\nrequire("telegram/network").MTProtoSender;\n` }, "--json");
  for (const { id, state, words } of JSON.parse(stdout).uses.filter((use) => !use.id.startsWith("Api"))) {
    assert.deepEqual([state, ...(words ? [words] : [])], data.members[id], id);
  }
});

test("it ends with 0 when nothing has to be changed, with 1 when something has", (t) => {
  assert.equal(migrate(t, { "a.js": `${START}client.connect();\n` }).status, 0);
  const { status, stdout } = migrate(t, { "a.js": `${START}require("telegram/network").MTProtoSender;\n` });
  assert.equal(status, 1);
  assert.match(stdout, /MTProtoSender +not yet/);
});

test("what only this package has is nothing to be replaced, and another path is", (t) => {
  const own = `const { serve } = require("telegram/test");\nconst { Api } = require("telegram/modern");\n${START}`;
  assert.equal(migrate(t, { "a.js": own }).status, 0);
  assert.equal(migrate(t, { "a.js": `${START}require("telegram/testing");\n` }).status, 1);
});

test("it ends with 2 and says why when there is no such folder, nothing in it, or a wrong option", (t) => {
  assert.deepEqual(pick(run(join(tmpdir(), "no-such-folder-here"))), [2, "heliogram migrate: there is no folder"]);
  const nothing = migrate(t, { "a.js": "require('fs');\n" });
  assert.equal(nothing.status, 2);
  assert.match(nothing.stderr, /nothing under .* imports telegram, teleproto, heliogram \(1 JavaScript/);
  assert.deepEqual(pick(run("--jsn", ".")), [2, "heliogram migrate: --jsn is not an option"]);
  assert.equal(run().status, 2);
  assert.equal(run("--help").status, 0);
});

test("a file that cannot be read is named, and the others are read", (t) => {
  const { stdout } = migrate(t, { "a.js": START, "b.ts": "let let = = 3 {\n", "node_modules/x/a.js": START, "c.vue": "<script>" });
  assert.match(stdout, /Not read: b\.ts: /);
  assert.doesNotMatch(stdout, /node_modules/);
});

test("GramJS under another name is found with --as, teleproto by itself", (t) => {
  assert.equal(migrate(t, { "a.js": START.replaceAll("telegram", "gram") }).status, 2);
  assert.equal(migrate(t, { "a.js": START.replaceAll('"telegram', '"gram') }, "--as", "gram").status, 0);
  assert.equal(migrate(t, { "a.js": START.replaceAll('"telegram', '"teleproto') }).status, 0);
});

function pick({ status, stderr }) {
  return [status, stderr.split("\n")[0].match(/^(heliogram migrate: (?:there is no folder|\S+ is not an option))/)?.[1]];
}
