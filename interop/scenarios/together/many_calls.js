// One of the clients of three_clients.py: `node many_calls.js SESSION PHONE OWN_PHONE`.
"use strict";
const { assert, connected, logIn, scenario, step } = require("../gramjs/world");

const [session, phone, ownPhone] = process.argv.slice(2);

scenario(async () => {
  const shared = await connected(session, { keyless: true });
  const own = await logIn(ownPhone);
  for (let round = 0; round < 10; round++) {
    const people = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? own : shared).getMe()));
    people.forEach((me, i) => assert.equal(me.phone, i % 2 ? ownPhone : phone));
  }
  step("GramJS: 200 calls on two accounts");
});
