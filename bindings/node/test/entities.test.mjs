// Who is who: what names somebody, and what methods are given for it.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Api, connected, serve } from "./world.mjs";

const server = await serve({ after });
const ann = await server.addUser({ firstName: "Ann", lastName: "Archer", username: "ann_archer" });
const bea = await server.addUser({ firstName: "Bea", username: "bea_baker" });
const [annClient, beaClient] = [await connected({ after }, server, ann), await connected({ after }, server, bea)];

test("getMe says who is logged in, and as an input peer asks once only", async () => {
  const me = await annClient.getMe();
  assert.equal(me.className, "User");
  assert.deepEqual([me.firstName, me.lastName, me.username, me.self], ["Ann", "Archer", "ann_archer", true]);
  const input = await annClient.getMe(true);
  assert.equal(input.className, "InputPeerUser");
  assert.equal(input.userId.toString(), String(ann.id));
  const before = (await server.calls.list({ method: "users.getUsers" })).length;
  assert.equal(await annClient.getMe(true), input);
  assert.equal((await server.calls.list({ method: "users.getUsers" })).length, before);
  assert.equal(await annClient.isBot(), false);
});

test("everything that names a user leads to the same input peer", async () => {
  const input = await annClient.getInputEntity("bea_baker");
  assert.equal(input.className, "InputPeerUser");
  assert.equal(input.userId.toString(), String(bea.id));
  const user = await annClient.getEntity("bea_baker");
  const forms = [
    "@bea_baker",
    "https://t.me/bea_baker",
    "t.me/Bea_Baker/",
    `+${bea.phone}`,
    String(bea.id),
    bea.id,
    BigInt(bea.id),
    input.userId,
    new Api.PeerUser({ userId: bea.id }),
    new Api.InputUser({ userId: input.userId, accessHash: input.accessHash }),
    user,
    input,
  ];
  for (const form of forms) {
    assert.deepEqual((await annClient.getInputEntity(form)).toJSON(), input.toJSON(), String(form));
    assert.equal(await annClient.getPeerId(form), String(bea.id));
    assert.equal((await annClient.getEntity(form)).firstName, "Bea");
  }
  for (const form of ["me", "self", ann.id, await annClient.getMe()]) {
    assert.equal((await annClient.getInputEntity(form)).className, "InputPeerSelf");
    assert.equal((await annClient.getEntity(form)).firstName, "Ann");
    assert.equal(await annClient.getPeerId(form), String(ann.id));
  }
});

test("a list of names gives a list of entities in its order", async () => {
  const [first, second, third] = await annClient.getEntity(["bea_baker", "me", bea.id]);
  assert.deepEqual([first.firstName, second.firstName, third.firstName], ["Bea", "Ann", "Bea"]);
});

test("whom nobody knows is an error that says what to do", async () => {
  await assert.rejects(annClient.getEntity("nobody_here"), /nobody has the username @nobody_here/);
  await assert.rejects(annClient.getInputEntity(123456789), /no user 123456789 has been met/);
  await assert.rejects(annClient.getInputEntity("two words"), /"two words" names no peer/);
  await assert.rejects(annClient.getInputEntity(undefined), /undefined names nobody/);
});

test("a request takes names where the method takes peers, and stays as it was", async () => {
  const request = new Api.messages.SendMessage({ peer: "bea_baker", message: "by name" });
  await annClient.invoke(request);
  assert.equal(request.peer, "bea_baker");
  const users = await annClient.invoke(new Api.users.GetUsers({ id: ["me", bea.id, "@bea_baker"] }));
  assert.deepEqual(users.map((user) => user.firstName), ["Ann", "Bea", "Bea"]);
  const dialogs = await annClient.invoke(new Api.messages.GetPeerDialogs({ peers: ["bea_baker"] }));
  assert.equal(dialogs.dialogs[0].peer.userId.toString(), String(bea.id));
  const [sent] = dialogs.messages;
  const { messages } = await annClient.invoke(new Api.messages.GetMessages({ id: [sent, sent.id] }));
  assert.deepEqual(messages.map((message) => message.message), ["by name", "by name"]);
});

test("a request that names peers by objects costs no further call", async () => {
  const peer = await annClient.getInputEntity("bea_baker");
  const last = (await server.calls.list()).at(-1).number;
  await annClient.invoke(new Api.messages.SetTyping({ peer, action: new Api.SendMessageTypingAction() }));
  const since = (await server.calls.list()).filter((call) => call.number > last).map((call) => call.method);
  assert.deepEqual(since, ["messages.setTyping"]);
});
