// What an owner does to an account: passwords made by the library's own SRP, another number, another
// session logged out, the end.
"use strict";
const {
  Api, DAY, addUser, advanceClock, assert, connected, inbox, logIn, newestCode, raises, scenario, step,
} = require("./world");

const [phone, newPhone] = ["9996621031", "9996621032"];
const [first, second] = ["first password", "second password"];

scenario(async () => {
  await addUser({ phone, first_name: "Mary" });
  const client = await logIn(phone);
  const fail = (error) => {
    throw error;
  };

  const stranger = await connected();
  const { phoneCodeHash } = await stranger.invoke(
    new Api.auth.SendCode({ phoneNumber: phone, apiId: 1, apiHash: stranger.apiHash, settings: new Api.CodeSettings({}) })
  );
  const resent = await stranger.invoke(new Api.auth.ResendCode({ phoneNumber: phone, phoneCodeHash }));
  assert.equal(resent.className, "auth.SentCode");
  const again = { phoneNumber: phone, phoneCodeHash: resent.phoneCodeHash };
  assert.equal(await stranger.invoke(new Api.auth.CancelCode(again)), true);
  await raises(400, /^PHONE_CODE_/, stranger.invoke(new Api.auth.SignIn({ ...again, phoneCode: await newestCode(phone) })));
  step("a code sent again, and cancelled");

  await client.updateTwoFaSettings({ isCheckPassword: false, newPassword: first, hint: "1", onEmailCodeError: fail });
  assert.equal((await client.invoke(new Api.account.GetPassword())).hint, "1");
  await client.updateTwoFaSettings({ isCheckPassword: false, currentPassword: first, newPassword: second, hint: "2", onEmailCodeError: fail });
  const other = await logIn(phone, { password: second });
  step("a password set, changed and asked for");

  await client.updateTwoFaSettings({ isCheckPassword: false, currentPassword: second, onEmailCodeError: fail });
  assert.equal((await client.invoke(new Api.account.GetPassword())).hasPassword ?? false, false);
  step("and taken away");

  await advanceClock(2 * DAY);
  const settings = new Api.CodeSettings({});
  const sent = await client.invoke(new Api.account.SendChangePhoneCode({ phoneNumber: newPhone, settings }));
  assert.equal((await inbox(newPhone)).at(-1).kind, "sms");
  const phoneCode = await newestCode(newPhone);
  await client.invoke(new Api.account.ChangePhone({ phoneNumber: newPhone, phoneCodeHash: sent.phoneCodeHash, phoneCode }));
  assert.equal((await other.getMe()).phone, newPhone);
  step("another number");

  const { authorizations } = await client.invoke(new Api.account.GetAuthorizations());
  const [theirs] = authorizations.filter((authorization) => !authorization.current);
  assert.equal(await client.invoke(new Api.account.ResetAuthorization({ hash: theirs.hash })), true);
  await raises(401, /^(AUTH_KEY_UNREGISTERED|SESSION_REVOKED)$/, other.invoke(new Api.updates.GetState()));
  step("the other session is logged out");

  assert.equal(await client.invoke(new Api.account.DeleteAccount({ reason: "enough" })), true);
  await raises(401, /./, client.invoke(new Api.updates.GetState()));
  step("the account is deleted");
});
