// `heliogram/modern`: the same, with longs that are BigInts.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test, { after } from "node:test";
import bigInt from "big-integer";
import { API_HASH, API_ID, DIST, load, serve } from "./world.mjs";

const server = await serve({ after });
const telegram = load();
const modern = load("modern");
const { StringSession } = modern.sessions;

const connected = async (t, user) => {
  const session = new StringSession(await server.session(user));
  const client = new modern.TelegramClient(session, API_ID, API_HASH, { network: server.network });
  t.after(() => client.destroy());
  await client.connect();
  return client;
};

test("it has the names of the telegram-shaped entry", () => {
  assert.deepEqual(Object.keys(modern).sort(), Object.keys(telegram).sort());
  assert.equal(Object.keys(modern.Api).length, Object.keys(telegram.Api).length);
  assert.notEqual(modern.Api.User, telegram.Api.User);
  assert.equal(modern.errors, telegram.errors, "the same errors, so that instanceof holds");
});

test("longs in answers are BigInts", async (t) => {
  const ada = await server.addUser("Ada");
  const client = await connected(t, ada);
  const me = await client.getMe();
  assert.equal(me.id, BigInt(ada.id));
  assert.equal(typeof me.accessHash, "bigint");
  const [user] = await client.invoke(new modern.Api.users.GetUsers({ id: [new modern.Api.InputUserSelf()] }));
  assert.equal(typeof user.id, "bigint");
  assert.ok(user instanceof modern.Api.User && user instanceof telegram.Api.User);
});

test("the telegram-shaped entry beside it still answers big-integers", async (t) => {
  const ada = await server.addUser("Ada");
  const client = new telegram.TelegramClient(new StringSession(await server.session(ada)), API_ID, API_HASH, { network: server.network });
  t.after(() => client.destroy());
  await client.connect();
  assert.ok(bigInt.isInstance((await client.getMe()).id));
});

test("longs go in as BigInts, and as everything that a long may be given as", () => {
  const { Api } = modern;
  const bytes = (userId) => new Api.InputPeerUser({ userId, accessHash: -1n }).getBytes().toString("hex");
  assert.equal(new Set([7n, 7, "7", bigInt(7)].map(bytes)).size, 1);
  const read = Api.InputPeerUser.fromReader(new Api.InputPeerUser({ userId: 7n, accessHash: -1n }).getBytes().subarray(4));
  assert.deepEqual({ ...read }, { userId: 7n, accessHash: -1n });
  assert.equal(typeof new Api.messages.SendMessage({ message: "" }).randomId, "bigint");
  assert.ok(bigInt.isInstance(new telegram.Api.messages.SendMessage({ message: "" }).randomId));
});

test("a BinaryReader of it reads BigInts", () => {
  const { BinaryReader } = load("modern/extensions");
  const peer = new modern.Api.PeerUser({ userId: 5n });
  const reader = new BinaryReader(Buffer.concat([peer.getBytes(), Buffer.from("ffffffffffffffff", "hex")]));
  assert.equal(reader.tgReadObject().userId, 5n);
  assert.equal(reader.readLong(), -1n);
});

test("messages and events are sent, read and told with BigInts", async (t) => {
  const [ada, bob] = [await server.addUser("Ada"), await server.addUser({ firstName: "Bob", username: "bob_modern" })];
  const [from, to] = [await connected(t, ada), await connected(t, bob)];
  const { NewMessage } = load("modern/events");
  const told = new Promise((resolve) => to.addEventHandler(resolve, new NewMessage({})));
  const sent = await from.sendMessage("bob_modern", { message: "hello" });
  assert.equal(sent.chatId, BigInt(bob.id));
  const event = await told;
  assert.equal(event.message.message, "hello");
  assert.equal(event.message.senderId, BigInt(ada.id));
  assert.equal(event.chatId, BigInt(ada.id));
  const [message] = await from.getMessages(BigInt(bob.id), { limit: 1 });
  assert.equal(message.message, "hello");
  const [dialog] = await from.getDialogs();
  assert.equal(dialog.id, BigInt(bob.id));
});

test("its declarations say bigint, and a program in strict TypeScript compiles against them", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "heliogram-modern-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const modules = fileURLToPath(new URL("../node_modules/", import.meta.url));
  mkdirSync(join(folder, "node_modules"));
  for (const name of ["big-integer", "@types", "undici-types"]) symlinkSync(join(modules, name), join(folder, "node_modules", name));
  cpSync(DIST, join(folder, "node_modules/heliogram"), { recursive: true });
  const compile = (source, ...more) => {
    writeFileSync(join(folder, "program.ts"), source);
    const options = ["--strict", "--noEmit", "--target", "es2022", "--module", "node16", "--types", "node"];
    return spawnSync(process.execPath, [join(modules, "typescript/bin/tsc"), ...options, ...more, "program.ts"], { cwd: folder, encoding: "utf8" });
  };
  const good = compile(`
    import { Api, TelegramClient, sessions } from "heliogram/modern";
    import { NewMessage, type NewMessageEvent } from "heliogram/modern/events";
    import { StringSession } from "heliogram/modern/sessions";
    async function main() {
      const client = new TelegramClient(new StringSession(""), 1, "hash", { floodSleepThreshold: 3 });
      const id: bigint = (await client.getMe()).id;
      const users = await client.invoke(new Api.users.GetUsers({ id: [new Api.InputUser({ userId: id, accessHash: 1n })] }));
      for (const user of users) if (user instanceof Api.User) { const same: bigint = user.id; void same; }
      client.addEventHandler((event: NewMessageEvent) => { const chat: bigint | undefined = event.chatId; void chat; }, new NewMessage({}));
      void sessions;
    }
    void main;
  `);
  assert.equal(good.stdout, "");
  const bad = compile(`
    import { TelegramClient } from "heliogram/modern";
    async function main(client: TelegramClient) { return (await client.getMe()).id.toJSNumber(); }
    void main;
  `, "--skipLibCheck");
  assert.match(bad.stdout, /Property 'toJSNumber' does not exist on type 'bigint'/);
});
