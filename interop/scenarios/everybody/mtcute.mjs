// mtcute among everybody: `node mtcute.mjs NAME PHONE PASSWORD`, told to go on by everybody.py.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

import { MemoryStorage, TelegramClient, tl } from "@mtcute/node";
import { NodeCryptoProvider, addPublicKey } from "@mtcute/node/utils.js";

const require = createRequire(import.meta.url);
const { newestCode, ready } = require("../gramjs/world.js");
const { SERVICE_NOTIFICATIONS, linkIn } = require("../gramjs/deletion.js");

const [name, phone, password] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** Says where it is, and waits until the others have come there too. */
async function at(place) {
  console.log(`at ${place}`);
  return JSON.parse((await lines.next()).value);
}

async function raises(name, call) {
  await assert.rejects(call, (error) => tl.RpcError.is(error) && name.test(error.text));
}

async function newClient() {
  const { rsa_pem, mtproto } = ready();
  const { hostname, port } = new URL(`tcp://${mtproto}`);
  const crypto = new NodeCryptoProvider();
  await crypto.initialize();
  addPublicKey(crypto, rsa_pem);
  const dc = { id: 2, ipAddress: hostname, port: Number(port) };
  return new TelegramClient({
    apiId: 1,
    apiHash: "0123456789abcdef0123456789abcdef",
    storage: new MemoryStorage(),
    crypto,
    defaultDcs: { main: dc, media: { ...dc, mediaOnly: true } },
    logLevel: 1,
  });
}

const hurry = (promise, what) =>
  Promise.race([promise, new Promise((_, reject) => setTimeout(reject, 40_000, new Error(`waited in vain for ${what()}`)))]);

await at("the door");
const owner = await newClient();
const heard = new Set();
owner.onNewMessage.add((message) => heard.add(message.text));
const me = await owner.start({ phone, code: () => newestCode(phone), password, codeSentCallback: () => {} });
assert.equal(me.phoneNumber, phone);
await at("home");

const requester = await newClient();
const { phoneCodeHash } = await requester.sendCode({ phone });
await raises(
  /^SESSION_PASSWORD_NEEDED$/,
  requester.call({ _: "auth.signIn", phoneNumber: phone, phoneCodeHash, phoneCode: await newestCode(phone) }),
);
const askForDeletion = () => requester.call({ _: "account.deleteAccount", reason: "Forgot password" }, { throw503: true });
await raises(/^2FA_CONFIRM_WAIT_(\d+|%d)$/, askForDeletion());
await at("the delayed deletion");

for await (const dialog of owner.iterDialogs()) assert.ok(dialog.peer.id);
const notices = await owner.getHistory(SERVICE_NOTIFICATIONS, { limit: 5 });
const { hash } = linkIn(notices.find((message) => message.text.includes("confirmphone")).text);
const sent = await owner.call({ _: "account.sendConfirmPhoneCode", hash, settings: { _: "codeSettings" } });
const phoneCode = await newestCode(phone);
assert.equal(await owner.call({ _: "account.confirmPhone", phoneCodeHash: sent.phoneCodeHash, phoneCode }), true);
await raises(/^(AUTH_KEY_UNREGISTERED|SESSION_REVOKED)$/, askForDeletion());
const others = await at("its end");

for (const other of others) await owner.sendText(other, `${name} to ${other}`);
await at("everything sent");

const missing = () => others.filter((other) => !heard.has(`${other} to ${name}`));
while (missing().length) await hurry(new Promise((resolve) => setTimeout(resolve, 50)), missing);
for (const other of others) {
  const texts = (await owner.getHistory(other, { limit: 10 })).map((message) => message.text);
  assert.deepEqual(texts.sort(), [`${name} to ${other}`, `${other} to ${name}`].sort());
}
await at("everything heard");
process.exit(0);
