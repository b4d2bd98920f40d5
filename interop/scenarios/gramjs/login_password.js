// A 2FA account: code, a wrong password, then the right one.
"use strict";
const { addUser, assert, connected, newestCode, scenario, step } = require("./world");

const phone = "9996621002";
const password = "correct horse battery staple";

scenario(async () => {
  await addUser({ phone, first_name: "Grace", password });

  const client = await connected();
  const complaints = [];
  await client.start({
    phoneNumber: phone,
    phoneCode: () => newestCode(phone),
    password: async () => (complaints.length ? password : "wrong"),
    onError: (error) => {
      complaints.push(error.errorMessage ?? String(error));
      return complaints.length > 1;
    },
  });
  assert.deepEqual(complaints, ["PASSWORD_HASH_INVALID"]);
  step("logged in with the second password");

  assert.equal((await client.getMe()).phone, phone);
  step("getMe");
});
