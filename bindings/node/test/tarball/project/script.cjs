// CommonJS, as written for GramJS.
"use strict";
const assert = require("node:assert/strict");
const { Api, TelegramClient } = require("telegram");
const { StringSession } = require("telegram/sessions");
const { serve } = require("telegram/test");

assert.equal(require("telegram/sessions/index.js").StringSession, StringSession);
assert.equal(require("telegram/sessions/StringSession").StringSession, StringSession);
assert.equal(require("telegram/tl").Api, Api);
assert.equal(require("telegram/tl/api").Api, Api);

(async () => {
  const server = await serve();
  const ada = await server.addUser("Ada");
  const session = new StringSession(await server.session(ada));
  const client = new TelegramClient(session, 1, "any", { network: server.network });
  await client.connect();
  const [me] = await client.invoke(new Api.users.GetUsers({ id: [new Api.InputUserSelf()] }));
  assert.equal(me.className, "User");
  assert.equal(me.firstName, "Ada");
  assert.equal(me.id.toString(), String(ada.id)); // and it ends by itself
})();
