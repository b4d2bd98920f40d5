// A bot logs in with its token and may not call methods for users.
"use strict";
const { Api, addUser, assert, connected, raises, scenario, step } = require("./world");

scenario(async () => {
  const bot = await addUser({ phone: "9996621005", first_name: "Robot", bot: true });
  assert.match(bot.bot_token, /^\d+:[\w-]+$/);

  const client = await connected();
  await client.start({ botAuthToken: bot.bot_token });
  const me = await client.getMe();
  assert.equal(me.bot, true);
  assert.equal(String(me.id), String(bot.id));
  step("logged in with the token");

  const call = new Api.account.SendConfirmPhoneCode({ hash: "abc", settings: new Api.CodeSettings({}) });
  await raises(400, "BOT_METHOD_INVALID", client.invoke(call));
  await raises(400, "BOT_METHOD_INVALID", client.invoke(new Api.account.ConfirmPhone({ phoneCodeHash: "a", phoneCode: "1" })));
  step("methods for users");
});
