// A port above 32767 breaks GramJS: it stores the port of a session as a signed 16-bit number and
// throws once it has an auth key to save. That is why the server's default port lies below, and
// why a scenario that fails with ERR_OUT_OF_RANGE has met this and nothing else.
"use strict";
const { assert, newClient, scenario, step } = require("./world");

const outcome = (client) =>
  Promise.race([
    client.connect().then(String, (error) => error.code),
    new Promise((resolve) => setTimeout(resolve, 5000, "hangs")),
  ]);

function clientWithPort(port) {
  const client = newClient();
  client.onError = () => {};
  client.session.setDC(2, "127.0.0.1", port);
  return client;
}

scenario(async () => {
  assert.equal(await outcome(clientWithPort(32767)), "true");
  step("port 32767 in the session: connected");
  const broken = await outcome(clientWithPort(32768));
  assert.notEqual(broken, "true", "GramJS now takes ports above 32767; the README's warning can go");
  step(`port 32768 in the session: ${broken}`);
});
