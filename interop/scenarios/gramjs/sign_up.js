// A number nobody has: sign-up, then an ordinary log-in to the new account.
"use strict";
const { assert, connected, logIn, newestCode, scenario, step } = require("./world");

const phone = "9996621003";

scenario(async () => {
  const client = await connected();
  await client.start({
    phoneNumber: phone,
    phoneCode: () => newestCode(phone),
    firstAndLastNames: async () => ["Mary", "Somerville"],
    onError: (error) => {
      throw error;
    },
  });
  const me = await client.getMe();
  assert.equal(me.phone, phone);
  assert.equal(`${me.firstName} ${me.lastName}`, "Mary Somerville");
  step("signed up");

  const again = await logIn(phone);
  assert.equal(String((await again.getMe()).id), String(me.id));
  step("logged in to the new account");
});
