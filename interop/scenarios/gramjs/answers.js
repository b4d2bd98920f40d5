// Every answer that a client asks for on its own or for its user's screens is one that it can read,
// to the last byte, in its own layer: `node answers.js LAYER`.
"use strict";
const { Api, LAYER, addUser, assert, bigInt, connected, logIn, mintSession, readWhole, scenario, step } = require("./world");

const phone = "9996621030";
const SERVICE_NOTIFICATIONS = bigInt(777000);
const layer = Number(process.argv[2]);

const self = new Api.InputUserSelf();

function calls(service, state) {
  const inputUser = new Api.InputUser({ userId: service.id, accessHash: service.accessHash ?? bigInt.zero });
  const peer = new Api.InputPeerUser({ userId: service.id, accessHash: service.accessHash ?? bigInt.zero });
  return [
    new Api.help.GetConfig(),
    new Api.help.GetNearestDc(),
    new Api.help.GetAppConfig({ hash: 0 }),
    new Api.help.GetTermsOfServiceUpdate(),
    new Api.langpack.GetLanguages({ langPack: "" }),
    new Api.langpack.GetLanguage({ langPack: "", langCode: "en" }),
    new Api.langpack.GetLangPack({ langPack: "", langCode: "en" }),
    new Api.langpack.GetDifference({ langPack: "", langCode: "en", fromVersion: 0 }),
    new Api.langpack.GetStrings({ langPack: "", langCode: "en", keys: ["lng_menu"] }),
    new Api.users.GetUsers({ id: [self, inputUser] }),
    new Api.users.GetFullUser({ id: self }),
    new Api.users.GetFullUser({ id: inputUser }),
    new Api.updates.GetState(),
    new Api.updates.GetDifference({ pts: state.pts, date: state.date, qts: state.qts }),
    new Api.updates.GetDifference({ pts: 1, date: 1, qts: 0 }),
    new Api.messages.GetHistory({ peer, limit: 10 }),
    new Api.messages.GetDialogs({ offsetPeer: new Api.InputPeerEmpty(), limit: 10 }),
    new Api.account.GetPassword(),
    new Api.account.GetAuthorizations(),
    new Api.account.GetAccountTTL(),
    new Api.account.SetAccountTTL({ ttl: new Api.AccountDaysTTL({ days: 180 }) }),
    new Api.account.UpdateStatus({ offline: false }),
  ];
}

scenario(async () => {
  assert.equal(LAYER, layer, "the library speaks another layer than scenarios.toml says");
  await addUser({ phone, first_name: "Ada", last_name: "Byron" });
  const client = await connected(await mintSession(phone));
  const state = await client.invoke(readWhole(new Api.updates.GetState()));
  await logIn(phone); // a new login is news from 777000
  const difference = await client.invoke(readWhole(new Api.updates.GetDifference({ pts: 1, date: 1, qts: 0 })));
  const service = difference.users.find((user) => user.id.equals(SERVICE_NOTIFICATIONS));
  assert.ok(service, "updates.getDifference names no 777000");

  for (const call of calls(service, state)) {
    const answer = await client.invoke(readWhole(call));
    step(`${call.className}: ${answer?.className ?? typeof answer}`);
  }
});
