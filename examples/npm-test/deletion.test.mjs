// An account's deletion, with the npm package alone: `npm install --save-dev heliogram`, then `node --test`.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Api, TelegramClient } from "heliogram";
import { serve } from "heliogram/test";

let server;
before(async () => {
  server = await serve({ redirect: true });
});
after(() => server.stop());

test("an account without a password is deleted at once", async () => {
  const ada = await server.addUser("Ada");
  const client = new TelegramClient(await server.session(ada), 1, "any", {});
  await client.connect();
  assert.equal(await client.invoke(new Api.account.DeleteAccount({ reason: "enough" })), true);
  await assert.rejects(client.invoke(new Api.updates.GetState()), { code: 401 });
});

test("with one it is after seven days", async () => {
  const ada = await server.addUser({ firstName: "Ada", password: "hunter2" });
  const client = new TelegramClient(await server.session(ada), 1, "any", {});
  await client.connect();
  await server.clock.advance("8d"); // a password younger than a week does not count
  await client.invoke(new Api.updates.GetState());
  const deletion = new Api.account.DeleteAccount({ reason: "Forgot password" });
  await assert.rejects(client.invoke(deletion), /2FA_CONFIRM_WAIT/);
  assert.match(await server.confirmationHash(ada), /^\w+$/);
  await server.clock.advance("7d");
  await assert.rejects(client.invoke(new Api.updates.GetState()), { code: 401 });
});
