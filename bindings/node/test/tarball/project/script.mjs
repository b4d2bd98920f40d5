// ECMAScript modules: names from CommonJS, folders without their index, and both names of the package.
import assert from "node:assert/strict";
import telegram, { Api, errors, TelegramClient } from "telegram";
import { StringSession } from "telegram/sessions";
import * as again from "telegram/sessions/index.js";
import { NewMessage } from "telegram/events";
import { NewMessage as itself } from "telegram/events/NewMessage.js";
import { serve } from "heliogram/test";
import { TelegramClient as OtherCopy } from "heliogram";
import { TelegramClient as Modern } from "heliogram/modern";

assert.equal(telegram.TelegramClient, TelegramClient);
assert.equal(again.StringSession, StringSession);
assert.equal(itself, NewMessage);
assert.ok(new Error() instanceof Error && errors.RPCError.prototype instanceof Error);

const server = await serve();
const ada = await server.addUser("Ada");
for (const Client of [TelegramClient, OtherCopy]) {
  const client = new Client(new StringSession(await server.session(ada)), 1, "any", { network: server.network });
  await client.connect();
  assert.equal((await client.getMe()).firstName, "Ada");
  await assert.rejects(
    client.invoke(new Api.account.SendConfirmPhoneCode({ hash: "0", settings: new Api.CodeSettings({}) })),
    { errorMessage: "HASH_INVALID", code: 400 },
  );
}

const modern = new Modern(await server.session(ada), 1, "any", { network: server.network });
await modern.connect();
assert.equal((await modern.getMe()).id, BigInt(ada.id));
