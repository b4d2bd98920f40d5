// The same story when nobody cancels: seven days later the account is gone and the number free.
"use strict";
const { Api, advanceClock, assert, connected, newestCode, raises, scenario, step } = require("./world");
const { WAIT, deletionIsDelayed, ownerWithAnOldPassword, requesterAt } = require("./deletion");

const phone = "9996621011";

scenario(async () => {
  const owner = await ownerWithAnOldPassword(phone);
  const { id } = await owner.getMe();
  const requester = await requesterAt(phone);
  await deletionIsDelayed(requester);

  await advanceClock(WAIT - 200);
  assert.equal((await owner.getMe()).phone, phone);
  step("just before the end the account is there");

  await advanceClock(200);
  const calls = [new Api.users.GetUsers({ id: [new Api.InputUserSelf()] }), new Api.updates.GetState()];
  for (const call of calls) {
    await raises(401, /^(USER_DEACTIVATED|AUTH_KEY_UNREGISTERED)$/, owner.invoke(call));
  }
  step("then the owner's calls get 401");

  const successor = await connected();
  await successor.start({
    phoneNumber: phone,
    phoneCode: () => newestCode(phone),
    firstAndLastNames: async () => ["Successor", ""],
    onError: (error) => {
      throw error;
    },
  });
  const me = await successor.getMe();
  assert.equal(me.firstName, "Successor");
  assert.notEqual(String(me.id), String(id));
  step("and the number signs up as someone else");
});
