// The people of the deletion story, and what both of its endings begin with.
//
// The owner has a 2FA password and a session. The requester has the owner's phone, so the code,
// but not the password: such a one can only ask for the account to be deleted in seven days.
"use strict";
const { Api, DAY, addUser, advanceClock, assert, connected, logIn, newestCode, raises, step } = require("./world");

const WAIT = 7 * DAY;
const SERVICE_NOTIFICATIONS = 777000;
const password = "correct horse battery staple";

/** The owner, logged in and active, with a password that is older than the seven days of the rule. */
async function ownerWithAnOldPassword(phone) {
  await addUser({ phone, first_name: "Owner", password });
  await advanceClock(8 * DAY);
  const owner = await logIn(phone, { password });
  assert.equal((await owner.getMe()).phone, phone);
  step("the owner is logged in");
  return owner;
}

/** A second client that gets as far as the password and no further. */
async function requesterAt(phone) {
  const requester = await connected();
  const sent = await requester.invoke(
    new Api.auth.SendCode({
      phoneNumber: phone,
      apiId: requester.apiId,
      apiHash: requester.apiHash,
      settings: new Api.CodeSettings({}),
    })
  );
  const signIn = new Api.auth.SignIn({
    phoneNumber: phone,
    phoneCodeHash: sent.phoneCodeHash,
    phoneCode: await newestCode(phone),
  });
  await raises(401, "SESSION_PASSWORD_NEEDED", requester.invoke(signIn));
  step("a requester knows the code, not the password");
  return requester;
}

const askForDeletion = (requester) => requester.invoke(new Api.account.DeleteAccount({ reason: "Forgot password" }));

/** deleteAccount answers with the whole wait at first, and with what is left of it afterwards. */
async function deletionIsDelayed(requester) {
  await raises(420, `2FA_CONFIRM_WAIT_${WAIT}`, askForDeletion(requester));
  await advanceClock(100);
  const { errorMessage } = await raises(420, /^2FA_CONFIRM_WAIT_\d+$/, askForDeletion(requester));
  const left = Number(errorMessage.split("_").pop());
  assert.ok(left <= WAIT - 100 && left > WAIT - 200, `${left} s left, 100 s after ${WAIT} s`);
  step(`the deletion is delayed by ${WAIT} s`);
}

/** Phone and hash of the confirmation link in a message, held to what clients can read. */
function linkIn(text) {
  const link = /(?:https?:\/\/|tg:(?:\/\/)?)\S*confirmphone\/?\?\S+/.exec(text)?.[0];
  assert.ok(link, `no confirmation link in: ${text}`);
  const query = new URLSearchParams(link.slice(link.indexOf("?")));
  assert.match(query.get("phone"), /^\d{1,32}$/);
  assert.match(query.get("hash"), /^[0-9a-fA-F]{1,32}$/);
  return { phone: query.get("phone"), hash: query.get("hash") };
}

module.exports = {
  SERVICE_NOTIFICATIONS, WAIT, askForDeletion, deletionIsDelayed, linkIn, ownerWithAnOldPassword, password, requesterAt,
};
