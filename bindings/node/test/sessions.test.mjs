// Sessions: strings of many libraries, folders, classes of one's own, and what becomes of them.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { gramjs, requireTheirs } from "./gramjs.mjs";
import { Api, API_HASH, API_ID, load, serve, StringSession, TelegramClient } from "./world.mjs";

const { MemorySession, Session, StoreSession } = load("sessions");
const { AuthKey } = load("crypto/AuthKey");
const Theirs = { ...requireTheirs("telegram/sessions"), AuthKey: requireTheirs("telegram/crypto/AuthKey").AuthKey };
const server = await serve({ after, }, { dcs: [4] });
const BYTES = Buffer.from(Array.from({ length: 256 }, (_, at) => (at * 7 + 250) & 255));

// StoreSession's folders are relative to where the program runs, in GramJS always.
const folder = mkdtempSync(join(tmpdir(), "heliogram-"));
const home = process.cwd();
before(() => process.chdir(folder));
after(() => (process.chdir(home), rmSync(folder, { recursive: true })));

function over(t, session) {
  const client = new TelegramClient(session, API_ID, API_HASH, { network: server.network });
  t.after(() => client.disconnect());
  return client;
}

/** Whom a session is logged in as. */
async function phoneOf(t, session) {
  const client = over(t, session);
  await client.connect();
  return (await client.getMe()).phone;
}

const login = (user) => ({ phoneNumber: user.phone, phoneCode: () => server.code(user), onError: () => true });

test("a string that ours has saved logs GramJS in, and one of GramJS's logs ours in", async (t) => {
  const ada = await server.addUser("Ada");
  const ours = over(t, new StringSession(""));
  await ours.start(login(ada));
  const saved = ours.session.save();
  await ours.disconnect();
  const theirs = await gramjs(t, server, undefined, new Theirs.StringSession(saved));
  assert.equal((await theirs.getMe()).phone, ada.phone);
  const back = theirs.session.save();
  assert.equal(await phoneOf(t, new StringSession(back)), ada.phone);
  assert.equal(new StringSession(back).save(), back);
});

test("GramJS's strings are read as GramJS reads them, and written letter by letter the same", async () => {
  for (const [dcId, address, port] of [[2, "149.154.167.40", 80], [4, "vesta.web.telegram.org", 443], [5, "2001:b28:f23f:f005::a", 443]]) {
    const theirs = new Theirs.StringSession("");
    theirs.setDC(dcId, address, port);
    const key = new Theirs.AuthKey();
    await key.setKey(BYTES);
    theirs.setAuthKey(key);
    const saved = theirs.save();
    const ours = new StringSession(saved);
    assert.deepEqual([ours.dcId, ours.serverAddress, ours.port], [dcId, address, port]);
    assert.equal(ours.authKey.keyId.toString(), key.keyId.toString());
    assert.deepEqual(ours.getAuthKey(dcId).getKey(), BYTES);
    assert.equal(ours.getAuthKey(dcId + 1), undefined);
    assert.equal(ours.save(), saved);
  }
  const [fresh, theirs] = [new StringSession(""), new Theirs.StringSession("")];
  for (const name of ["dcId", "serverAddress", "port", "authKey"]) assert.equal(fresh[name], theirs[name], name);
  assert.equal(fresh.save(), "");
});

test("strings of Telethon, Pyrogram and mtcute log in, and are saved as GramJS's", async (t) => {
  const bob = await server.addUser("Bob");
  for (const format of ["heliogram", "gramjs", "telethon", "pyrogram", "mtcute"]) {
    const session = new StringSession(await server.session(bob, format));
    assert.equal(await phoneOf(t, session), bob.phone, format);
    const theirs = new Theirs.StringSession(session.save());
    await theirs.load();
    assert.equal(theirs.authKey.keyId.toString(), session.authKey.keyId.toString(), format);
  }
});

test("a string that mtcute itself has written is read", async () => {
  const { writeStringSession } = await import(pathToFileURL(requireTheirs.resolve("@mtcute/core/utils.js")));
  const main = { id: 2, ipAddress: "149.154.167.50", port: 443 };
  const media = { id: 2, ipAddress: "149.154.167.222", port: 443, mediaOnly: true };
  for (const [primaryDcs, self] of [
    [{ main, media: main }, null],
    [{ main, media }, { userId: 77, isBot: false, isPremium: false, usernames: [] }],
  ]) {
    const session = new StringSession(writeStringSession({ version: 3, primaryDcs, self, authKey: BYTES }));
    assert.deepEqual([session.dcId, session.serverAddress, session.port], [2, "149.154.167.50", 443]);
    assert.deepEqual(session.authKey.getKey(), BYTES);
  }
});

test("what is no session string is refused at once, by what is wrong with it, and not shown", async () => {
  const good = await server.session(await server.addUser("Carol"));
  const refused = (text, why) =>
    assert.throws(() => new StringSession(text), (error) => {
      assert.match(error.message, why);
      assert.ok(!error.message.includes(String(text).slice(1, 12)) && !error.stack.includes(String(text).slice(1, 12)), error.message);
      return true;
    });
  refused(`2${good.slice(1)}`, /does not begin with 1/);
  refused(good.slice(0, -8), /\d+ characters \(\d+ bytes\).*was it cut/);
  refused(`1${"!".repeat(300)}`, /not base64/);
  refused("B".repeat(351), /an old Pyrogram string/);
  refused(123456789012345, /a string is wanted, not number/);
});

test("the number goes to its DC, and the session is told of the move before the call returns", async (t) => {
  const dan = await server.addUser({ firstName: "Dan", dcId: 4 });
  const client = over(t, new StringSession(""));
  await client.connect();
  assert.equal(client.session.dcId, 2);
  const first = client.session.save();
  await client.sendCode({ apiId: API_ID, apiHash: API_HASH }, dan.phone);
  assert.equal(client.session.dcId, 4);
  assert.equal(client.session.port, Number(server.ready.dcs[4].split(":")[1]));
  assert.notEqual(client.session.save(), first);
  await client.start(login(dan));
  assert.equal(await phoneOf(t, new StringSession(client.session.save())), dan.phone);
});

test("setDC before connect is where the client connects to", async (t) => {
  const [host, port] = server.ready.dcs[4].split(":");
  const client = over(t, new StringSession(""));
  client.session.setDC(4, host, Number(port));
  await client.connect();
  assert.equal((await client.invoke(new Api.help.GetNearestDc())).thisDc, 4);
  assert.equal(client.session.dcId, 4);
  // An address that is not this server's is not dialled from a client that was sent to it.
  const other = over(t, new StringSession(""));
  other.session.setDC(2, "149.154.167.40", 80);
  await other.connect();
  assert.equal(other.session.serverAddress, host);
});

test("a class of one's own is loaded, told of what changes, in this order, and comes back with it", async (t) => {
  const kept = {};
  const heard = [];
  class Own extends Session {
    async load() {
      heard.push("load");
      if (kept.key) this.key = new AuthKey(kept.key);
    }
    get dcId() {
      return kept.dcId ?? 0;
    }
    get serverAddress() {
      return kept.serverAddress;
    }
    get port() {
      return kept.port;
    }
    get authKey() {
      return this.key;
    }
    set authKey(key) {
      this.key = key;
    }
    getAuthKey() {
      return this.key;
    }
    setAuthKey(key, dcId) {
      heard.push(key ? `key of ${dcId}` : "no key");
      this.key = key;
    }
    setDC(dcId, serverAddress, port) {
      heard.push(`dc ${dcId}`);
      Object.assign(kept, { dcId, serverAddress, port });
    }
    async save() {
      await new Promise((resolve) => setTimeout(resolve, 20));
      heard.push("save");
      kept.key = this.key?.getKey();
    }
    close() {
      heard.push("close");
    }
    delete() {}
    processEntities() {}
    getInputEntity() {
      throw new Error("nobody");
    }
  }
  const eve = await server.addUser({ firstName: "Eve", dcId: 4 });
  const client = over(t, new Own());
  await client.connect();
  assert.deepEqual(heard.splice(0), ["load", "dc 2", "key of 2", "save"]);
  await client.start(login(eve));
  assert.deepEqual(heard.splice(0), ["no key", "dc 4", "key of 4", "save"]);
  await client.destroy();
  assert.deepEqual(heard.splice(0), ["close"]);
  const again = over(t, new Own());
  assert.equal(await again.connect(), true);
  assert.equal((await again.getMe()).phone, eve.phone);
  assert.deepEqual(heard.splice(0), ["load", "save"]);
});

test("a class made from MemorySession may set GramJS's fields, and a save that fails is told", async (t) => {
  const fay = await server.addUser("Fay");
  const saved = new StringSession(await server.session(fay));
  class Env extends MemorySession {
    async load() {
      this._dcId = saved.dcId;
      this._serverAddress = saved.serverAddress;
      this._port = saved.port;
      this._authKey = new AuthKey();
      await this._authKey.setKey(saved.authKey.getKey());
    }
  }
  assert.equal(await phoneOf(t, new Env()), fay.phone);
  const full = Object.assign(new MemorySession(), { save: () => Promise.reject(new Error("no space left")) });
  await assert.rejects(over(t, full).connect(), /no space left/);
  assert.throws(() => over(t, { load() {} }), /the session has no save, setDC, setAuthKey, getAuthKey/);
  assert.throws(() => over(t, undefined), TypeError);
});

test("a folder that GramJS has written logs ours in, and one of ours logs GramJS in", async (t) => {
  const gus = await server.addUser("Gus");
  const from = new StringSession(await server.session(gus));
  const theirs = new Theirs.StoreSession("their (own) folder");
  await theirs.load();
  theirs.setDC(from.dcId, from.serverAddress, from.port);
  const key = new Theirs.AuthKey();
  await key.setKey(from.authKey.getKey());
  theirs.setAuthKey(key, from.dcId);
  assert.equal(await phoneOf(t, new StoreSession("their (own) folder")), gus.phone);

  const client = over(t, "our's");
  assert.ok(client.session instanceof StoreSession);
  await client.start(login(gus));
  await client.disconnect();
  assert.equal(await phoneOf(t, "our's"), gus.phone);
  const session = new Theirs.StoreSession("our's");
  await session.load();
  const other = await gramjs(t, server, undefined, session);
  assert.equal((await other.getMe()).phone, gus.phone);
});

test("a folder's files are whole, for nobody else, and gone when the session is deleted", async (t) => {
  const hal = await server.addUser("Hal");
  const client = over(t, "mine");
  await client.start(login(hal));
  assert.deepEqual(readdirSync("mine").sort(), ["mine%3AauthKey", "mine%3AdcId", "mine%3Aport", "mine%3AserverAddress"]);
  for (const name of readdirSync("mine")) {
    assert.equal(statSync(join("mine", name)).mode & 0o077, 0, name);
    JSON.parse(readFileSync(join("mine", name), "utf8"));
  }
  await client.disconnect();
  writeFileSync("mine/mine%3AauthKey", '{"type":"Buf');
  await assert.rejects(over(t, "mine").connect(), /mine%3AauthKey is damaged/);
  client.session.delete();
  assert.ok(!readdirSync(".").includes("mine"));
  assert.equal(client.session.authKey, undefined);
  assert.throws(() => new StoreSession("session"), /"session" is a name that GramJS refuses/);
  assert.throws(() => new StoreSession(client.session.sessionName.repeat(60)), /it names a folder/);
});

test("no secret is in what is logged of a session, a client or a key", async (t) => {
  const ida = await server.addUser("Ida");
  const saved = await server.session(ida);
  const client = over(t, new StringSession(saved));
  await client.connect();
  const key = client.session.authKey.getKey();
  const secrets = [saved.slice(20, 60), key.toString("hex").slice(0, 16), key.toString("base64").slice(0, 16), `${key[0]}, ${key[1]}, ${key[2]}`];
  secrets.push(key.toString("hex").slice(0, 16).match(/../g).join(" "), `${key[0]},${key[1]},${key[2]}`, API_HASH);
  for (const thing of [client, client.session, client.session.authKey, { client }]) {
    const logged = [inspect(thing, { depth: 10 }), inspect(thing, { depth: 10, showHidden: true })];
    if (thing !== client && !thing.client) logged.push(JSON.stringify(thing));
    for (const text of logged) for (const secret of secrets) assert.ok(!text.includes(secret), text);
  }
  assert.match(inspect(client), /^TelegramClient \{/);
});

test("people that are given to a session are found in it as in GramJS's, and in a folder also later", async () => {
  const { Api: TheirApi } = requireTheirs("telegram");
  const bigInt = requireTheirs("big-integer");
  const people = (Types) => ({
    users: [
      new Types.User({ id: bigInt(77), accessHash: bigInt("-123456789012345678"), firstName: "Ann", lastName: "Lee", username: "Ann_L", phone: "9996621111" }),
      new Types.UserEmpty({ id: bigInt(78) }),
    ],
    chats: [
      new Types.Chat({ id: bigInt(5), title: "Group", photo: new Types.ChatPhotoEmpty(), participantsCount: 1, date: 0, version: 1 }),
      new Types.Channel({ id: bigInt(1234567890), accessHash: bigInt(9), title: "News", photo: new Types.ChatPhotoEmpty(), date: 0 }),
    ],
  });
  const theirs = new Theirs.MemorySession();
  theirs.processEntities(people(TheirApi));
  const [memory, store] = [new MemorySession(), new StoreSession("people")];
  for (const session of [memory, store]) session.processEntities(people(Api));
  const later = new StoreSession("people");
  const shown = (peer) => JSON.parse(JSON.stringify({ name: peer.className, ...peer.originalArgs }));
  const keys = [[77], ["ann_l"], ["@Ann_L", "ann_l"], ["+9996621111"], ["Ann Lee"], [-5], ["-1001234567890"], ["News"]];
  // What GramJS does not find by, though it says so.
  keys.push([bigInt(77), 77], [77n, 77], [new Api.PeerChannel({ channelId: bigInt(1234567890) }), "News"]);
  for (const [key, theirKey = key] of keys) {
    const expected = shown(theirs.getInputEntity(theirKey));
    for (const session of [memory, store]) assert.deepEqual(shown(session.getInputEntity(key)), expected, String(key));
  }
  assert.deepEqual(shown(later.getInputEntity(77)), shown(theirs.getInputEntity(77)));
  const read = new Theirs.StoreSession("people");
  assert.deepEqual(read.getEntityRowsById("77")?.slice(0, 5), ["77", "-123456789012345678", "ann_l", "9996621111", "Ann Lee"]);
  assert.throws(() => memory.getInputEntity("nobody"), /Could not find input entity with key nobody/);
  assert.equal(memory.getEntityRowsById("78"), undefined);
  later.delete();
  assert.ok(!readdirSync(".").includes("people"));
});
