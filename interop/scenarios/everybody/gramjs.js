// GramJS and its relatives among everybody: `node gramjs.js NAME PHONE PASSWORD`, told to go on by everybody.py.
"use strict";
const { createInterface } = require("node:readline");
const { Api, LIBRARY, assert, logIn, newestCode, raises, scenario } = require("../gramjs/world");
const { SERVICE_NOTIFICATIONS, askForDeletion, linkIn, requesterAt } = require("../gramjs/deletion");
const { NewMessage } = require(`${LIBRARY}/events`);

const [name, phone, password] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** Says where it is, and waits until the others have come there too. */
async function at(place) {
  console.log(`at ${place}`);
  return JSON.parse((await lines.next()).value);
}

async function until(done, what) {
  for (const end = Date.now() + 40_000; !done(); ) {
    assert.ok(Date.now() < end, `${name} waited in vain for ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

scenario(async () => {
  await at("the door");
  const owner = await logIn(phone, { password });
  assert.equal((await owner.getMe()).phone, phone);
  const heard = new Set();
  owner.addEventHandler((event) => heard.add(event.message.message), new NewMessage({ incoming: true }));
  await at("home");

  const requester = await requesterAt(phone);
  await raises(420, /^2FA_CONFIRM_WAIT_\d+$/, askForDeletion(requester));
  await at("the delayed deletion");

  await owner.getDialogs({});
  const notices = await owner.getMessages(SERVICE_NOTIFICATIONS, { limit: 5 });
  const notice = notices.find((message) => message.message.includes("confirmphone"));
  const { hash } = linkIn(notice.message);
  const { phoneCodeHash } = await owner.invoke(
    new Api.account.SendConfirmPhoneCode({ hash, settings: new Api.CodeSettings({}) })
  );
  const phoneCode = await newestCode(phone);
  assert.equal(await owner.invoke(new Api.account.ConfirmPhone({ phoneCodeHash, phoneCode })), true);
  await raises(401, /^(AUTH_KEY_UNREGISTERED|SESSION_REVOKED)$/, askForDeletion(requester));
  const others = await at("its end");

  for (const other of others) await owner.sendMessage(other, { message: `${name} to ${other}` });
  await at("everything sent");

  const missing = () => others.filter((other) => !heard.has(`${other} to ${name}`));
  await until(() => missing().length === 0, missing);
  for (const other of others) {
    const messages = await owner.getMessages(other, { limit: 10 });
    const texts = Array.from(messages, (message) => message.message).sort();
    assert.deepEqual(texts, [`${name} to ${other}`, `${other} to ${name}`].sort());
  }
  await at("everything heard");
});
