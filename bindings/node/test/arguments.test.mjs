// Wrong arguments: what is wrong is said where it was given, with the name of the field.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import test, { after } from "node:test";
import bigInt from "big-integer";
import { API_HASH, API_ID, Api, StringSession, TelegramClient, connected, load, serve } from "./world.mjs";

const server = await serve({ after });
const { ConnectionTCPAbridged, ConnectionTCPFull, ConnectionTCPObfuscated } = load("network");
const { Logger, LogLevel } = load("extensions/Logger");

const make = (options, { session = new StringSession(""), apiId = API_ID, apiHash = API_HASH } = {}) =>
  new TelegramClient(session, apiId, apiHash, options);

/** That `run` throws at once, an error of this class that says this. */
function throws(run, kind, said) {
  assert.throws(run, (error) => {
    assert.equal(error.constructor, kind, `${error.stack}`);
    assert.match(error.message, said);
    return true;
  });
}

test("an option that there is not is refused, and the one that was meant is named", () => {
  throws(() => make({ useIPv6: true }), TypeError, /no option useIPv6; useIPV6 is one/);
  throws(() => make({ floodSleep: 1 }), TypeError, /no option floodSleep; the options are .*floodSleepThreshold/);
  throws(() => make(5), TypeError, /the options are an object, not the number 5/);
});

test("an option of a wrong type is named, with what was given", () => {
  const cases = {
    useIPV6: ["yes", /^useIPV6: a boolean is wanted, not the string 'yes'$/],
    testServers: [1, /^testServers: a boolean is wanted/],
    timeout: ["10", /^timeout: a number is wanted, not the string '10'$/],
    connectionRetries: [1.5, /^connectionRetries: a whole number is wanted, not the number 1\.5$/],
    reconnectRetries: [[], /^reconnectRetries: a whole number is wanted, not an array$/],
    requestRetries: ["5", /^requestRetries: a whole number/],
    downloadRetries: ["5", /^downloadRetries: a whole number/],
    retryDelay: [NaN, /^retryDelay: a number is wanted, not the number NaN$/],
    autoReconnect: [0, /^autoReconnect: a boolean/],
    floodSleepThreshold: ["60", /^floodSleepThreshold: a number/],
    maxConcurrentDownloads: [{}, /^maxConcurrentDownloads: a whole number is wanted, not an object$/],
    transferConnections: [true, /^transferConnections: a whole number/],
    sequentialUpdates: ["", /^sequentialUpdates: a boolean/],
    deviceModel: [5, /^deviceModel: a string/],
    systemVersion: [5, /^systemVersion: a string/],
    appVersion: [1.0, /^appVersion: a string is wanted, not the number 1$/],
    langCode: [false, /^langCode: a string/],
    systemLangCode: [[], /^systemLangCode: a string/],
    useWSS: ["no", /^useWSS: a boolean/],
    securityChecks: ["no", /^securityChecks: a boolean/],
    baseLogger: [{}, /^baseLogger: a Logger is wanted .* no method error$/],
    connection: [Object.create(ConnectionTCPFull.prototype), /^connection: a class of telegram\/network/],
    network: [7, /^network: "production", "test", the path/],
  };
  for (const [name, [value, said]] of Object.entries(cases)) throws(() => make({ [name]: value }), TypeError, said);
  throws(() => make({ timeout: -1 }), RangeError, /^timeout: -1 is less than 0$/);
  throws(() => make({ requestRetries: -1 }), RangeError, /^requestRetries: -1 is not between 0/);
  throws(() => make({ maxConcurrentDownloads: 0 }), RangeError, /^maxConcurrentDownloads: at least 1/);
});

test("what the engine cannot do is refused by name, with the reason", () => {
  const { PromisedNetSockets = class PromisedNetSockets {} } = load("extensions");
  throws(() => make({ useWSS: true }), Error, /^useWSS: the engine speaks TCP/);
  throws(() => make({ proxy: { ip: "127.0.0.1", port: 1080, socksType: 5 } }), Error, /^proxy: /);
  throws(() => make({ networkSocket: PromisedNetSockets }), Error, /^networkSocket: the engine has its own sockets/);
  throws(() => make({ securityChecks: false }), Error, /^securityChecks: every message is checked/);
  throws(() => make({ connection: class Own {} }), TypeError, /^connection: Own is not one of ConnectionTCPFull/);
  throws(() => new ConnectionTCPFull(), Error, /ConnectionTCPFull stands for a framing/);
});

test("every option of GramJS is taken, and undefined counts as not given", () => {
  const all = {
    connection: ConnectionTCPFull,
    useIPV6: false,
    timeout: 10,
    requestRetries: 5,
    connectionRetries: Infinity,
    reconnectRetries: -1,
    retryDelay: 1000,
    downloadRetries: 5,
    autoReconnect: true,
    sequentialUpdates: true,
    floodSleepThreshold: 60,
    deviceModel: "model",
    systemVersion: "1",
    appVersion: "2",
    langCode: "en",
    systemLangCode: "en",
    baseLogger: new Logger(LogLevel.NONE),
    useWSS: false,
    maxConcurrentDownloads: 3,
    securityChecks: true,
    testServers: false,
    proxy: undefined,
    networkSocket: undefined,
  };
  assert.ok(make(all));
  assert.ok(make(Object.fromEntries(Object.keys(all).map((name) => [name, undefined]))));
  assert.equal(make({}).floodSleepThreshold, 60);
  assert.equal(make({ maxConcurrentDownloads: 3 }).maxConcurrentDownloads, 3);
});

test("the network is a ready file by path, URL, text or content, and one that cannot be read says why", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "heliogram-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "ready.json");
  writeFileSync(path, JSON.stringify(server.ready));
  const good = [path, pathToFileURL(path), { ready: path }, { ready: pathToFileURL(path) }, JSON.stringify(server.ready), server.ready];
  for (const network of [...good, "production", "test"]) assert.ok(make({ network }));
  throws(() => make({ network: join(folder, "none.json") }), TypeError, /none\.json" is neither .* is the server running\?$/);
  throws(() => make({ network: { ready: 5 } }), TypeError, /^network\.ready: /);
  assert.throws(() => make({ network: "{}" }), /^Error: network: .*dc_id is missing/);
  throws(() => make({ network: path, testServers: true }), TypeError, /^testServers: about Telegram's servers/);
  throws(() => make({ network: "production", testServers: true }), TypeError, /^testServers: true, but network is "production"$/);
});

test("all three framings reach the server", async (t) => {
  const ada = await server.addUser("Ada");
  for (const connection of [ConnectionTCPFull, ConnectionTCPAbridged, ConnectionTCPObfuscated]) {
    const client = await connected(t, server, ada, { connection });
    assert.equal((await client.getMe()).firstName, "Ada", connection.name);
  }
});

test("wrong arguments of the constructor are told at once", () => {
  throws(() => make({}, { apiId: 0 }), TypeError, /^apiId is missing/);
  throws(() => make({}, { apiId: "12" }), TypeError, /^apiId: a whole number is wanted, not a string; write Number\(apiId\)/);
  throws(() => make({}, { apiId: 1.5 }), TypeError, /^apiId: a whole number is wanted, not 1\.5/);
  throws(() => make({}, { apiHash: "" }), TypeError, /^apiHash is missing/);
  throws(() => make({}, { apiHash: 7 }), TypeError, /^apiHash: a string is wanted, not a number/);
  for (const session of [null, 5, {}]) throws(() => make({}, { session }), TypeError, /session has no load, save, .* give new StringSession/);
});

test("a malformed session string is told at once, and never repeated in the error", () => {
  for (const text of ["1", "garbage-of-a-secret", "1AgAOMTQ5LjE1NC4xNjcuOTEBu"]) {
    assert.throws(
      () => make({}, { session: new StringSession(text) }),
      (error) => /session/i.test(error.message) && (text.length < 3 || !error.message.includes(text)),
    );
  }
});

test("a field that there is not is told by the constructor", () => {
  throws(() => new Api.users.GetUsers({ ids: [] }), TypeError, /^Api\.users\.GetUsers has no field ids; it has id$/);
  throws(() => new Api.InputPeerSelf({ userId: 1 }), TypeError, /^Api\.InputPeerSelf has no field userId; it has none$/);
  throws(() => new Api.Updates(7), TypeError, /^Api\.Updates: an object with its fields is wanted, not number$/);
});

const SETTINGS = new Api.CodeSettings({});

test("a missing field is told with its whole path, by getBytes and by invoke", async (t) => {
  throws(() => new Api.auth.SendCode({}).getBytes(), TypeError, /^auth\.SendCode\.phoneNumber: missing; a string is required$/);
  const nested = new Api.messages.SendMultiMedia({
    peer: new Api.InputPeerSelf(),
    multiMedia: [new Api.InputSingleMedia({ media: new Api.InputMediaPhoto({}), message: "" })],
  });
  // A list of random numbers is made from `id` where a method has one; here each media has its own.
  throws(() => nested.getBytes(), TypeError, /^messages\.SendMultiMedia\.multiMedia\[0\]\.media\.id: missing; one of Api\.TypeInputPhoto is required$/);
  const client = await connected(t, server);
  await assert.rejects(client.invoke(new Api.auth.SendCode({})), { name: "TypeError", message: /^auth\.SendCode\.phoneNumber: missing/ });
});

test("a value of a wrong type is told with its path, and what is there only by its kind", () => {
  const sendCode = (fields) => () =>
    new Api.auth.SendCode({ phoneNumber: "1", apiId: 1, apiHash: "h", settings: SETTINGS, ...fields }).getBytes();
  assert.ok(sendCode({})());
  throws(sendCode({ phoneNumber: 7 }), TypeError, /^auth\.SendCode\.phoneNumber: a string is wanted, not 7$/);
  throws(sendCode({ apiId: "twelve" }), TypeError, /^auth\.SendCode\.apiId: a whole number of 32 bits is wanted, not the string "twelve"$/);
  throws(sendCode({ apiId: 2 ** 31 }), TypeError, /apiId: a whole number of 32 bits is wanted, not 2147483648$/);
  throws(sendCode({ apiId: 1.5 }), TypeError, /apiId: .* not 1\.5$/);
  throws(sendCode({ settings: {} }), TypeError, /settings: an Api\.CodeSettings is wanted, not an object$/);
  throws(sendCode({ settings: new Api.InputPeerSelf() }), TypeError, /settings: `InputPeerSelf` cannot stand here; an Api\.CodeSettings is wanted$/);
  const secret = sendCode({ apiHash: ["a secret"] });
  throws(secret, TypeError, /apiHash: a string is wanted, not an array$/);
  const users = new Api.users.GetUsers({ id: [new Api.InputUserSelf(), "me"] });
  throws(() => users.getBytes(), TypeError, /^users\.GetUsers\.id\[1\]: one of Api\.TypeInputUser is wanted, not a string$/);
  throws(() => new Api.users.GetUsers({ id: "me" }).getBytes(), TypeError, /^users\.GetUsers\.id: an array, of one of/);
});

test("two optionals of one bit are given together or not at all", () => {
  const half = new Api.InputMediaUploadedDocument({
    file: new Api.InputFile({ id: 1, parts: 1, name: "n", md5Checksum: "" }),
    mimeType: "m",
    attributes: [],
  });
  assert.ok(half.getBytes());
  const set = new Api.account.PasswordInputSettings({ newPasswordHash: Buffer.from("h") });
  throws(() => set.getBytes(), TypeError, /^account\.PasswordInputSettings\.newAlgo: missing: it shares a bit with `newPasswordHash`; give both or none$/);
});

test("a long is a number, bigint, big-integer or digits; one that does not fit is named", () => {
  const bytes = (userId) => new Api.InputPeerUser({ userId, accessHash: 0n }).getBytes().toString("hex");
  const same = [5, 5n, bigInt(5), "5"].map(bytes);
  assert.equal(new Set(same).size, 1, String(same));
  const least = [-(2n ** 63n), bigInt(2).pow(63).negate(), "-9223372036854775808"].map(bytes);
  assert.equal(new Set(least).size, 1, String(least));
  for (const wrong of [2n ** 64n, bigInt(2).pow(64), "18446744073709551616", 2 ** 60, 0.5, "", "5n", true, {}]) {
    throws(() => bytes(wrong), TypeError, /^InputPeerUser\.userId: a whole number of 64 bits .* is wanted, not /);
  }
});

test("bytes are a Buffer, a Uint8Array or text", () => {
  const bytes = (given) => new Api.upload.SaveFilePart({ fileId: 1, filePart: 0, bytes: given }).getBytes().toString("hex");
  const same = [Buffer.from("abc"), new Uint8Array([97, 98, 99]), new Uint8Array([0, 97, 98, 99]).subarray(1), "abc"].map(bytes);
  assert.equal(new Set(same).size, 1);
  throws(() => bytes([97]), TypeError, /^upload\.SaveFilePart\.bytes: a Buffer is wanted, not an array$/);
  throws(() => bytes(new Uint16Array(3)), TypeError, /bytes: a Buffer is wanted, not an object$/);
});

test("what is no method is not invoked, and the class itself is told from an object of it", async (t) => {
  const client = await connected(t, server);
  const rejects = (value, said) => assert.rejects(client.invoke(value), { name: "TypeError", message: said });
  await rejects(undefined, /^invoke: request: a method of Api is wanted, .* not undefined$/);
  await rejects({}, /not an object of another class$/);
  await rejects("help.getConfig", /not string$/);
  await rejects(Api.help.GetConfig, /not the class Api\.help\.GetConfig: new Api\.help\.GetConfig/);
  await rejects(new Api.InputPeerSelf(), /^invoke: request: Api\.InputPeerSelf is no method/);
});

test("a method that there is not is undefined, as any property", () => {
  assert.equal(Api.users.GetNobody, undefined);
  throws(() => new Api.users.GetNobody({}), TypeError, /not a constructor/);
});

test("where a call is made is checked", async (t) => {
  const client = await connected(t, server);
  const request = new Api.help.GetConfig();
  const rejects = (where, said) => assert.rejects(client.invoke(request, where), { name: "TypeError", message: said });
  await rejects(0, /^invoke: dcId: the number of a DC is wanted, not 0$/);
  await rejects(256, /^invoke: dcId: /);
  await rejects("4", /^invoke: options are wanted, not the string '4'$/);
  await rejects({ dc: 4 }, /^invoke: there is no option dc; the options are dcId, signal$/);
  await rejects({ signal: {} }, /^invoke: signal: an AbortSignal is wanted/);
  assert.equal((await client.invoke(request, { dcId: 2 })).className, "Config");
});

test("setters and methods of the client check what they are given", () => {
  const client = make({});
  throws(() => (client.floodSleepThreshold = "60"), TypeError, /^floodSleepThreshold: a number/);
  throws(() => (client.maxConcurrentDownloads = 0), RangeError, /^maxConcurrentDownloads: at least 1/);
  throws(() => client.setLogLevel("loud"), TypeError, /^setLogLevel: one of none, error, warn, info, debug is wanted, not loud$/);
  throws(() => (client.onError = 5), TypeError, /^onError: a function is wanted, not number$/);
  client.floodSleepThreshold = 1e9;
  assert.equal(client.floodSleepThreshold, 24 * 60 * 60, "a day at most, as in GramJS");
});
