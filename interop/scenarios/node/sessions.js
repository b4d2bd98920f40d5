// Session strings in both directions: GramJS's own load in ours and ours in GramJS, each still logged in, with the same DC,
// address and key when the other has saved it. The port is not compared: GramJS writes 443 whatever it connected to.
"use strict";

const { resolve } = require("node:path");
const { addUser, assert, connected, logIn, newestCode, scenario, step } = require("../gramjs/world");

const OURS = resolve(__dirname, "../../../bindings/node/dist");
const { TelegramClient } = require(OURS);
const { StringSession } = require(`${OURS}/sessions`);
const phone = "9996621007";

function ours(session) {
  return new TelegramClient(new StringSession(session), 1, "0123456789abcdef0123456789abcdef", { network: process.env.HELIOGRAM_READY });
}

/** What a string holds, as GramJS reads it and as we do: both have to see the same. */
async function inside(string) {
  const [theirs, own] = await Promise.all(
    [new (require("telegram/sessions").StringSession)(string), new StringSession(string)].map(async (session) => {
      await session.load();
      return { dcId: session.dcId, address: session.serverAddress, key: session.authKey.getKey().toString("hex") };
    })
  );
  assert.deepEqual(own, theirs);
  return own;
}

scenario(async () => {
  await addUser({ phone, first_name: "Emmy" });

  const gramjs = await logIn(phone);
  const theirs = gramjs.session.save();
  await gramjs.disconnect();
  const withTheirs = ours(theirs);
  await withTheirs.connect();
  assert.equal((await withTheirs.getMe()).phone, phone);
  assert.deepEqual(await inside(withTheirs.session.save()), await inside(theirs));
  await withTheirs.disconnect();
  step("GramJS's string in ours");

  const client = ours("");
  await client.start({
    phoneNumber: phone,
    phoneCode: () => newestCode(phone),
    onError: (error) => {
      throw error;
    },
  });
  const own = client.session.save();
  assert.notEqual(own, theirs);
  await client.disconnect();
  const back = await connected(own, { keyless: true });
  assert.equal((await back.getMe()).phone, phone);
  assert.deepEqual(await inside(back.session.save()), await inside(own));
  await back.disconnect();
  step("our string in GramJS");

  const again = ours(back.session.save());
  await again.connect();
  assert.equal((await again.getMe()).firstName, "Emmy");
  await again.disconnect();
  step("and back");
});
