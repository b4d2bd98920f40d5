// `start` and what it is made of, in each of its ways.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Api, API_HASH, API_ID, client, connected, load, serve } from "./world.mjs";

const errors = load("errors");
const server = await serve({ after });
const WRONG = "00000";

/** Callbacks that must not be asked, but for those that are given. */
function params(given) {
  const never = (name) => () => assert.fail(`${name} is asked`);
  const told = [];
  return {
    told,
    params: { phoneNumber: never("phoneNumber"), phoneCode: never("phoneCode"), onError: (error) => void told.push(error), ...given },
  };
}

const codeOf = (user) => () => server.code(user);

test("a number and the code from its phone log in, and the session that is saved then is logged in", async (t) => {
  const ada = await server.addUser("Ada");
  const stranger = await client(t, server);
  let viaApp;
  const phoneCode = (isCodeViaApp) => ((viaApp = isCodeViaApp), server.code(ada));
  const { params: given, told } = params({ phoneNumber: async () => ada.phone, phoneCode });
  assert.equal(await stranger.start(given), undefined);
  assert.equal(viaApp, false);
  assert.deepEqual(told, []);
  assert.equal(await stranger.checkAuthorization(), true);
  const saved = stranger.session.save();
  assert.match(saved, /^1/);
  const { StringSession } = load("sessions");
  const { TelegramClient } = load();
  const again = new TelegramClient(new StringSession(saved), API_ID, API_HASH, { network: server.network });
  t.after(() => again.disconnect());
  await again.start(params({}).params); // logged in already: nothing is asked
  assert.equal((await again.getMe()).phone, ada.phone);
});

test("a wrong code is told and asked for again", async (t) => {
  const bob = await server.addUser("Bob");
  const stranger = await client(t, server);
  const answers = [WRONG, "", codeOf(bob)];
  const { params: given, told } = params({
    phoneNumber: bob.phone,
    phoneCode: async () => {
      const next = answers.shift();
      return typeof next === "function" ? next() : next;
    },
  });
  await stranger.start(given);
  assert.deepEqual(told.map((error) => error.errorMessage ?? error.message), ["PHONE_CODE_INVALID", "Code is empty"]);
  assert.ok(told[0] instanceof errors.RPCError);
  assert.equal((await stranger.getMe()).phone, bob.phone);
});

test("a code that has expired is sent anew, and that one is asked for", async (t) => {
  const user = await server.addUser("Late");
  const stranger = await client(t, server);
  let asked = 0;
  const { params: given, told } = params({
    phoneNumber: user.phone,
    phoneCode: async () => {
      const code = await server.code(user);
      if (++asked === 1) await server.clock.advance("1d");
      return code;
    },
  });
  await stranger.start(given);
  assert.deepEqual(told.map((error) => error.errorMessage), ["PHONE_CODE_EXPIRED"]);
  assert.equal(asked, 2);
});

test("the password of two-step verification is asked for with its hint, until it is right", async (t) => {
  const carol = await server.addUser({ firstName: "Carol", password: "hunter2", hint: "a game" });
  const stranger = await client(t, server);
  const answers = ["wrong", "", "hunter2"];
  const hints = [];
  const { params: given, told } = params({
    phoneNumber: carol.phone,
    phoneCode: codeOf(carol),
    password: async (hint) => (hints.push(hint), answers.shift()),
  });
  await stranger.start(given);
  assert.equal((await stranger.getMe()).phone, carol.phone);
  assert.deepEqual(told.map((error) => error.errorMessage ?? error.message), ["PASSWORD_HASH_INVALID", "Password is empty"]);
  assert.equal(hints.length, 3);
  assert.equal(hints[0], hints[2]);
});

test("a password that is a string is tried once", async (t) => {
  const dave = await server.addUser({ firstName: "Dave", password: "hunter2" });
  const right = await client(t, server);
  await right.start(params({ phoneNumber: dave.phone, phoneCode: codeOf(dave), password: "hunter2" }).params);
  assert.equal((await right.getMe()).phone, dave.phone);
  const wrong = await client(t, server);
  const refused = wrong.start(params({ phoneNumber: dave.phone, phoneCode: codeOf(dave), password: "hunter3" }).params);
  await assert.rejects(refused, { errorMessage: "PASSWORD_HASH_INVALID" });
});

test("a question that has grown old is asked anew, and the password is not to blame", async (t) => {
  const ned = await server.addUser({ firstName: "Ned", password: "hunter2" });
  const stranger = await client(t, server);
  await server.rules.add({ method: "auth.checkPassword", error: { code: 400, name: "SRP_ID_INVALID" }, times: 1 });
  const { params: given, told } = params({ phoneNumber: ned.phone, phoneCode: codeOf(ned), password: async () => "hunter2" });
  await stranger.start(given);
  assert.deepEqual(told, []);
});

test("a number without an account is signed up by the names that are given", async (t) => {
  const stranger = await client(t, server);
  const phone = "9996620555";
  const names = [["", "x"], ["x".repeat(65)], ["Eve"]];
  let terms;
  const { params: given, told } = params({
    phoneNumber: phone,
    phoneCode: () => server.code(phone),
    firstAndLastNames: async (shown) => ((terms = shown), names.shift()),
  });
  await stranger.start(given);
  const me = await stranger.getMe();
  assert.equal(me.firstName, "Eve");
  assert.equal(me.lastName, null);
  assert.ok(terms instanceof Api.help.TermsOfService);
  assert.deepEqual(told.map((error) => error.errorMessage ?? error.message), ["First name is required", "FIRSTNAME_INVALID"]);
});

test("a callback that is needed and not there is an error with its name", async (t) => {
  const fay = await server.addUser({ firstName: "Fay", password: "hunter2" });
  const stranger = await client(t, server);
  const start = (given) => stranger.start({ onError: () => undefined, ...given });
  await assert.rejects(start({ phoneNumber: fay.phone }), /phoneCode callback/);
  await assert.rejects(start({ phoneNumber: fay.phone, phoneCode: codeOf(fay) }), /^Error: Account has 2FA enabled.*password callback/);
  await assert.rejects(start({ phoneNumber: "9996620556", phoneCode: () => server.code("9996620556") }), /firstAndLastNames callback/);
  await assert.rejects(start({}), /neither phoneNumber nor botAuthToken/);
  await assert.rejects(start({ phoneNumber: fay.phone, phoneCode: "12345" }), { name: "TypeError", message: "start: phoneCode is a function, not string" });
  await assert.rejects(start({ phoneNumber: async () => 42, phoneCode: codeOf(fay) }), /phoneNumber: the callback gave number/);
  await assert.rejects(stranger.start(), /an object with phoneNumber/);
});

test("onError that returns true ends the login with AUTH_USER_CANCEL and the reason", async (t) => {
  const gus = await server.addUser("Gus");
  const stranger = await client(t, server);
  const onError = async () => true;
  await assert.rejects(stranger.start({ phoneNumber: gus.phone, phoneCode: async () => WRONG, onError }), (error) => {
    assert.equal(error.message, "AUTH_USER_CANCEL");
    assert.equal(error.cause.errorMessage, "PHONE_CODE_INVALID");
    return true;
  });
  await assert.rejects(stranger.start({ phoneNumber: async () => "12", onError }), { message: "AUTH_USER_CANCEL" });
  // A number that is a string cannot be another: its error is thrown as it is, and onError not asked.
  await assert.rejects(stranger.start({ phoneNumber: "12", onError: () => assert.fail("asked") }), { errorMessage: "PHONE_NUMBER_INVALID" });
});

test("a callback that throws ends the login with its error, and one that gives nothing is asked three times", async (t) => {
  const hal = await server.addUser("Hal");
  const stranger = await client(t, server);
  const closed = new Error("the terminal is closed");
  for (const where of ["phoneNumber", "phoneCode"]) {
    const { params: given, told } = params({ phoneNumber: hal.phone, [where]: () => Promise.reject(closed) });
    await assert.rejects(stranger.start(given), closed);
    assert.deepEqual(told, [closed]);
  }
  let asked = 0;
  const { params: given, told } = params({ phoneNumber: hal.phone, phoneCode: async () => (++asked, "") });
  await assert.rejects(stranger.start(given), { message: "Code is empty" });
  assert.equal(asked, 3);
  assert.equal(told.length, 3);
});

test("a flood wait ends the login, and the same code is not tried without an end", async (t) => {
  const ida = await server.addUser("Ida");
  const stranger = await client(t, server);
  await server.rules.add({ method: "auth.signIn", error: { code: 420, name: "FLOOD_WAIT_3600" }, times: 1 });
  const { params: given, told } = params({ phoneNumber: ida.phone, phoneCode: async () => WRONG });
  await assert.rejects(stranger.start(given), (error) => error instanceof errors.FloodWaitError && error.seconds === 3600);
  assert.equal(told.length, 1);
});

test("RESTART_AUTH from the code's callback goes back to the number", async (t) => {
  const jim = await server.addUser("Jim");
  const stranger = await client(t, server);
  const numbers = ["9996620557", jim.phone];
  const { params: given, told } = params({
    phoneNumber: async () => numbers.shift(),
    phoneCode: () => {
      if (numbers.length === 1) throw Object.assign(new Error("another number"), { errorMessage: "RESTART_AUTH" });
      return server.code(jim);
    },
  });
  await stranger.start(given);
  assert.equal((await stranger.getMe()).phone, jim.phone);
  assert.deepEqual(told, []);
});

test("a server that lost track is asked once more for a code, and not for ever", async (t) => {
  const kim = await server.addUser("Kim");
  const stranger = await connected(t, server);
  const credentials = { apiId: API_ID, apiHash: API_HASH };
  const rule = (times) => server.rules.add({ method: "auth.sendCode", error: { code: 500, name: "AUTH_RESTART" }, times });
  await rule(1);
  const sent = await stranger.sendCode(credentials, kim.phone);
  assert.deepEqual(Object.keys(sent), ["phoneCodeHash", "isCodeViaApp"]);
  await rule(2);
  await assert.rejects(stranger.sendCode(credentials, kim.phone), { errorMessage: "AUTH_RESTART" });
});

test("a bot logs in by its token, from a string or a callback", async (t) => {
  const bot = await server.addBot("Helper");
  for (const botAuthToken of [bot.token, () => bot.token, async () => bot.token]) {
    const stranger = await client(t, server);
    await stranger.start({ botAuthToken });
    const me = await stranger.getMe();
    assert.equal(me.bot, true);
    assert.equal(String(me.id), String(bot.id));
  }
  const stranger = await client(t, server);
  await assert.rejects(stranger.start({ botAuthToken: "1:wrong" }), { errorMessage: "ACCESS_TOKEN_INVALID", code: 400 });
  await assert.rejects(stranger.start({ botAuthToken: () => "" }), /a valid BotToken is required/);
});

test("who is not logged in is told so, and trouble is not taken for it", async (t) => {
  const stranger = await connected(t, server);
  assert.equal(await stranger.checkAuthorization(), false);
  assert.equal(await stranger.isUserAuthorized(), false);
  await server.rules.add({ method: "updates.getState", error: { code: 420, name: "FLOOD_WAIT_3600" }, times: 1 });
  await assert.rejects(stranger.checkAuthorization(), errors.FloodWaitError);
  await stranger.disconnect();
  await assert.rejects(stranger.checkAuthorization(), errors.DisconnectedError);
});

test("a login by QR code shows each token, and ends with the user once it was accepted", async (t) => {
  // The server has no such login: the answers are scripted, and what is seen is what the client makes of them.
  const stranger = await connected(t, server);
  const token = (byte) => ({ reply: { _: "auth.loginToken", expires: Math.floor(Date.now() / 1000), token: Buffer.of(byte).toString("base64") } });
  const user = { _: "user", id: 77, first_name: "Scanned" };
  const success = { reply: { _: "auth.loginTokenSuccess", authorization: { _: "auth.authorization", user } } };
  const script = async (...answers) => {
    for (const answer of answers) await server.rules.add({ method: "auth.exportLoginToken", times: 1, ...answer });
  };
  await script(token(1), token(2), success);
  const shown = [];
  const qrCode = async ({ token, expires }) => void shown.push([token, typeof expires]);
  const credentials = { apiId: API_ID, apiHash: API_HASH };
  const made = await stranger.signInUserWithQrCode(credentials, { qrCode, onError: () => assert.fail("told") });
  assert.equal(made.firstName, "Scanned");
  assert.deepEqual(shown, [[Buffer.of(1), "number"], [Buffer.of(2), "number"]]);
  assert.deepEqual(stranger.listEventHandlers(), [], "nothing listens any more");

  await script(success);
  const { params: given } = params({
    phoneNumber: () => Promise.reject(Object.assign(new Error("by code"), { errorMessage: "RESTART_AUTH_WITH_QR" })),
    qrCode,
  });
  await stranger.start(given);

  await script(token(3));
  const gone = new Error("the window is closed");
  await assert.rejects(stranger.signInUserWithQrCode(credentials, { qrCode: () => Promise.reject(gone), onError: () => {} }), gone);
  await assert.rejects(stranger.signInUserWithQrCode(credentials, { onError: () => {} }), { message: "qrCode callback not defined" });
});

test("a QR code's login that is at home elsewhere goes there, and a password is asked for", async (t) => {
  const two = await serve(t, { dcs: [4] });
  const stranger = await connected(t, two);
  await two.rules.add({ method: "auth.exportLoginToken", times: 1, reply: { _: "auth.loginTokenMigrateTo", dc_id: 4, token: "AQ==" } });
  await two.rules.add({ method: "auth.importLoginToken", times: 1, reply: { _: "auth.loginTokenSuccess", authorization: { _: "auth.authorization", user: { _: "user", id: 7 } } } });
  const credentials = { apiId: API_ID, apiHash: API_HASH };
  const before = stranger.session.authKey;
  await stranger.signInUserWithQrCode(credentials, { qrCode: async () => {}, onError: () => {} });
  assert.equal(stranger.session.dcId, 4);
  assert.ok(!stranger.session.authKey.equals(before));
  assert.equal((await two.calls.wait({ method: "auth.importLoginToken" })).dc_id, 4);
});

test("a password is set, changed, proven and removed", async (t) => {
  const lea = await server.addUser("Lea");
  const client = await connected(t, server, lea);
  const asked = () => client.invoke(new Api.account.GetPassword());
  await client.updateTwoFaSettings({ newPassword: "one", hint: "the first" });
  assert.deepEqual([(await asked()).hasPassword, (await asked()).hint], [true, "the first"]);
  await assert.rejects(client.updateTwoFaSettings({ currentPassword: "wrong", newPassword: "two" }), { errorMessage: "PASSWORD_HASH_INVALID" });
  await client.updateTwoFaSettings({ currentPassword: "one", newPassword: "zwei ü" });
  const stranger = await connected(t, server);
  await stranger.start(params({ phoneNumber: lea.phone, phoneCode: codeOf(lea), password: "zwei ü" }).params);
  await client.updateTwoFaSettings({ currentPassword: "zwei ü" });
  assert.equal((await asked()).hasPassword, false);
  await assert.rejects(client.updateTwoFaSettings({}), /neither `currentPassword` nor `newPassword`/);
  await assert.rejects(client.updateTwoFaSettings({ newPassword: "x", email: "a@b.c" }), /emailCodeCallback/);
});

test("a mail address is confirmed by its code, a wrong one is asked for again, and proofs fit GramJS's", async (t) => {
  const max = await server.addUser("Max");
  const client = await connected(t, server, max);
  const email = "max@example.org";
  const codes = ["000000", () => server.code(max)];
  const told = [];
  let length;
  await client.updateTwoFaSettings({
    newPassword: "one",
    email,
    emailCodeCallback: async (digits) => ((length = digits), typeof codes[0] === "function" ? codes[0]() : codes.shift()),
    onEmailCodeError: (error) => told.push(error.errorMessage),
  });
  assert.equal(length, 6);
  assert.deepEqual(told, ["CODE_INVALID"]);
  assert.equal((await client.invoke(new Api.account.GetPassword())).hasRecovery, true);
});
