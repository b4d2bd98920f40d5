// The errors of the page's method: a wrong hash, and a session nobody logged in with.
"use strict";
const { Api, LIBRARY, addUser, assert, connected, mintSession, raises, scenario, step } = require("./world");

const phone = "9996621004";
const sendConfirmPhoneCode = (hash) =>
  new Api.account.SendConfirmPhoneCode({ hash, settings: new Api.CodeSettings({}) });

scenario(async () => {
  await addUser({ phone, first_name: "Emmy" });
  const client = await connected(await mintSession(phone));
  for (const hash of ["0123456789abcdef0123456789abcdef", "", "not hexadecimal", "é".repeat(300)]) {
    const error = await raises(400, "HASH_INVALID", client.invoke(sendConfirmPhoneCode(hash)));
    // What the page shows; the descendant says it in words.
    if (LIBRARY === "telegram") {
      assert.equal(error.message, "400: HASH_INVALID (caused by account.SendConfirmPhoneCode)");
    }
  }
  step("wrong hashes");

  const confirm = (phoneCodeHash, phoneCode) => client.invoke(new Api.account.ConfirmPhone({ phoneCodeHash, phoneCode }));
  await raises(400, "CODE_HASH_INVALID", confirm("0123456789abcdef01", "12345"));
  await raises(400, "PHONE_CODE_EMPTY", confirm("0123456789abcdef01", ""));
  step("confirmPhone without a code sent");

  const stranger = await connected();
  await raises(401, "AUTH_KEY_UNREGISTERED", stranger.invoke(sendConfirmPhoneCode("abc")));
  await raises(401, "AUTH_KEY_UNREGISTERED", stranger.invoke(new Api.account.ConfirmPhone({ phoneCodeHash: "a", phoneCode: "1" })));
  step("a fresh session");
});
