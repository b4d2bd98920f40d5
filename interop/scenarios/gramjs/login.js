// Phone and code, a wrong code first; then the session string alone; then log out.
"use strict";
const { Api, addUser, assert, connected, newestCode, raises, scenario, step } = require("./world");

const phone = "9996621001";

scenario(async () => {
  const { id } = await addUser({ phone, first_name: "Ada" });

  const client = await connected();
  const complaints = [];
  await client.start({
    phoneNumber: `+${phone}`,
    phoneCode: async () => {
      const code = await newestCode(phone);
      return complaints.length ? code : code.replace(/^./, (digit) => (Number(digit) + 1) % 10);
    },
    onError: (error) => {
      complaints.push(error.errorMessage ?? String(error));
      return complaints.length > 1;
    },
  });
  assert.deepEqual(complaints, ["PHONE_CODE_INVALID"]);
  step("logged in at the second try");

  const me = await client.getMe();
  assert.equal(me.phone, phone);
  assert.equal(me.firstName, "Ada");
  assert.equal(String(me.id), String(id));
  step("getMe");

  const session = client.session.save();
  await client.disconnect();
  const again = await connected(session, { keyless: true });
  assert.equal(String((await again.getMe()).id), String(id));
  step("getMe with the saved session");

  const loggedOut = await again.invoke(new Api.auth.LogOut());
  assert.equal(loggedOut.className, "auth.LoggedOut");
  await raises(401, "AUTH_KEY_UNREGISTERED", again.invoke(new Api.updates.GetState()));
  step("logged out");
});
