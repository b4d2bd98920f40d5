// Logs in with a number that lives on another DC than the one the client begins at, and calls on that one then.
"use strict";
const { Api, addUser, assert, connected, logIn, raises, scenario, step } = require("./world");

const phones = { 2: "9996621202", 4: "9996621204" };

scenario(async () => {
  for (const [dc, phone] of Object.entries(phones)) await addUser({ phone, first_name: "Ada", dc_id: Number(dc) });

  const first = (await connected()).session.dcId;
  const home = first === 4 ? 2 : 4;
  step(`it begins at DC ${first}`);

  const client = await logIn(phones[home]);
  assert.equal(client.session.dcId, home);
  assert.equal((await client.getMe()).phone, phones[home]);
  assert.equal((await client.invoke(new Api.help.GetConfig())).thisDc, home);
  step(`logged in, at DC ${home}`);

  const there = await client.invoke(new Api.help.GetConfig(), first);
  assert.equal(there.thisDc, first);
  await client.invoke(new Api.auth.LogOut(), first); // 401 when nobody is logged in there
  await raises(401, "AUTH_KEY_UNREGISTERED", client.invoke(new Api.auth.LogOut(), first));
  assert.equal((await client.getMe()).phone, phones[home]);
  step(`called at DC ${first} with the authorization`);

  const again = await connected(client.session.save(), { keyless: true });
  assert.equal((await again.getMe()).phone, phones[home]);
  step("the saved session leads to the other DC");
});
