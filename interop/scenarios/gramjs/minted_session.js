// A session string from POST /v1/sessions needs no key exchange and no RSA key.
"use strict";
const { addUser, assert, connected, mintSession, scenario, step } = require("./world");
const { _serverKeys } = require("telegram/crypto/RSA");

const phone = "9996621006";

scenario(async () => {
  await addUser({ phone, first_name: "Sofia" });
  const session = await mintSession(phone);
  const keys = _serverKeys.size;

  const client = await connected(session, { keyless: true });
  assert.equal((await client.getMe()).phone, phone);
  assert.equal(client.session.save(), session, "the string does not survive GramJS's own save()");
  assert.equal(_serverKeys.size, keys);
  step("getMe with the minted string");
});
