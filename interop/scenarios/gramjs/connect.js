// Key exchange, help.getConfig, and a second connection with the key of the first.
"use strict";
const { Api, assert, connected, ready, scenario, step } = require("./world");

scenario(async () => {
  const client = await connected();
  step("key exchange");

  const config = await client.invoke(new Api.help.GetConfig());
  const { mtproto, dc_id } = ready();
  assert.equal(config.thisDc, dc_id);
  assert.ok(
    config.dcOptions.some((dc) => dc.id === dc_id && `${dc.ipAddress}:${dc.port}` === mtproto),
    `no DC option is our own address ${mtproto}`
  );
  const skew = Math.abs(config.date - Date.now() / 1000);
  assert.ok(skew < 30, `config.date is ${skew} s away from this machine's clock`);
  step("help.getConfig");

  const nearest = await client.invoke(new Api.help.GetNearestDc());
  assert.equal(nearest.thisDc, dc_id);
  step("help.getNearestDc");

  const session = client.session.save();
  assert.ok(session, "the session has nothing to save");
  await client.disconnect();

  const again = await connected(session, { keyless: true });
  assert.equal((await again.invoke(new Api.help.GetConfig())).thisDc, dc_id);
  assert.equal(again.session.save(), session, "the second connection made a new key");
  step("second connection, same key");
});
