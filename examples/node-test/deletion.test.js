// Somebody who has the number but not the password asks to delete the account.
"use strict";

const assert = require("node:assert/strict");
const { after, afterEach, before, beforeEach, test } = require("node:test");
const { API_HASH, API_ID, Api, startServer } = require("./heliogram");

let server, world, ada, owner, stranger;

before(async () => (server = await startServer()));
after(() => server.stop());
afterEach(() => world.close());

beforeEach(async () => {
  world = await server.newWorld();
  ada = await world.user("Ada", { password: "hunter2" });
  owner = await world.client(ada);
  await world.advance({ days: 8 }); // a password younger than a week would not make the deletion wait
  await owner.getMe(); // and somebody who is away for a week would not either

  stranger = await world.client();
  const { phoneCodeHash } = await stranger.sendCode({ apiId: API_ID, apiHash: API_HASH }, ada);
  const signIn = new Api.auth.SignIn({ phoneNumber: ada, phoneCodeHash, phoneCode: await world.code(ada) });
  await assert.rejects(stranger.invoke(signIn), { errorMessage: "SESSION_PASSWORD_NEEDED" });
  const deletion = new Api.account.DeleteAccount({ reason: "Forgot password" });
  await assert.rejects(stranger.invoke(deletion), { errorMessage: "2FA_CONFIRM_WAIT_604800" });
});

test("the owner stops the deletion", async () => {
  const hash = await world.confirmationHash(ada);
  const settings = new Api.CodeSettings({});
  const { phoneCodeHash } = await owner.invoke(new Api.account.SendConfirmPhoneCode({ hash, settings }));
  const phoneCode = await world.code(ada);
  assert.equal(await owner.invoke(new Api.account.ConfirmPhone({ phoneCodeHash, phoneCode })), true);

  await world.advance({ days: 7 });
  assert.equal((await owner.getMe()).phone, ada);
  await assert.rejects(stranger.invoke(new Api.account.GetPassword()), { code: 401 });
});

test("after seven days the account is gone", async () => {
  await world.advance({ days: 6 });
  assert.equal((await owner.getMe()).phone, ada);
  await world.advance({ days: 1 });
  await assert.rejects(owner.invoke(new Api.updates.GetState()), { code: 401 });
});
