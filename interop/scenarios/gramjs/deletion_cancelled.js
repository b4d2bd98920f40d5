// The whole story with its good end: the notice waits for an owner who was offline, through a
// kill -9 of the server, and the owner cancels the deletion with the link and a code.
"use strict";
const { Api, assert, bigInt, connected, inbox, killAndRestart, newestCode, raises, scenario, step } = require("./world");
const { SERVICE_NOTIFICATIONS, askForDeletion, deletionIsDelayed, linkIn, ownerWithAnOldPassword, requesterAt } = require("./deletion");

const phone = "9996621010";

scenario(async () => {
  let owner = await ownerWithAnOldPassword(phone);
  const before = await owner.invoke(new Api.updates.GetState());
  const session = owner.session.save();
  await owner.disconnect();
  step("the owner goes offline");

  const requester = await requesterAt(phone);
  await deletionIsDelayed(requester);

  await killAndRestart();
  step("the server was killed and started again");

  owner = await connected(session, { keyless: true });
  const difference = await owner.invoke(
    new Api.updates.GetDifference({ pts: before.pts, date: before.date, qts: before.qts })
  );
  assert.equal(difference.className, "updates.Difference");
  const notice = difference.newMessages.filter((m) => m.message?.includes("confirmphone")).at(-1);
  assert.ok(notice, "updates.getDifference has no notice");
  assert.equal(String(notice.peerId.userId), String(SERVICE_NOTIFICATIONS));
  step("updates.getDifference has the notice");

  const service = difference.users.find((user) => user.id.equals(SERVICE_NOTIFICATIONS));
  assert.ok(service, "updates.getDifference names 777000 without its user");
  const history = await owner.invoke(
    new Api.messages.GetHistory({
      peer: new Api.InputPeerUser({ userId: service.id, accessHash: service.accessHash ?? bigInt.zero }),
      limit: 10,
    })
  );
  const stored = history.messages.find((message) => message.id === notice.id);
  assert.equal(stored?.message, notice.message);
  step("messages.getHistory has it too");

  const [dialog] = await owner.getDialogs({});
  assert.equal(String(dialog.id), String(SERVICE_NOTIFICATIONS));
  const [message] = await owner.getMessages(SERVICE_NOTIFICATIONS, { limit: 1 });
  assert.equal(message.text, notice.message);
  step("so have getDialogs and getMessages");

  const link = linkIn(notice.message);
  assert.equal(link.phone, phone);
  const sendCode = new Api.account.SendConfirmPhoneCode({ hash: link.hash, settings: new Api.CodeSettings({}) });
  const sent = await owner.invoke(sendCode);
  assert.equal(sent.className, "auth.SentCode");
  assert.equal(sent.type.className, "auth.SentCodeTypeSms");
  const code = await newestCode(phone);
  assert.equal((await inbox(phone)).at(-1).kind, "sms");
  assert.equal(code.length, sent.type.length);
  step("account.sendConfirmPhoneCode sent a code");

  const confirm = (phoneCode) =>
    owner.invoke(new Api.account.ConfirmPhone({ phoneCodeHash: sent.phoneCodeHash, phoneCode }));
  const wrong = code.replace(/^./, (digit) => (Number(digit) + 1) % 10);
  await raises(400, "PHONE_CODE_INVALID", confirm(wrong));
  assert.equal(await confirm(code), true);
  await raises(400, "CODE_HASH_INVALID", confirm(code));
  await raises(400, "HASH_INVALID", owner.invoke(sendCode));
  step("account.confirmPhone cancelled the deletion, once");

  await raises(401, /^(AUTH_KEY_UNREGISTERED|SESSION_REVOKED)$/, askForDeletion(requester));
  step("the requester is logged out");

  const another = await requesterAt(phone);
  await raises(400, "2FA_RECENT_CONFIRM", askForDeletion(another));
  step("nobody can ask again so soon");

  assert.equal((await owner.getMe()).phone, phone);
  step("the owner stays");
});
