// The error classes, beside GramJS's own for the same words of a server.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { Api, connected, load, serve } from "./world.mjs";

const ours = load("errors");
const require = createRequire(fileURLToPath(new URL("../../../interop/package.json", import.meta.url)));
const theirs = require("telegram/errors");
const server = await serve({ after });

const NUMBERED = [
  [303, "FILE_MIGRATE_2"],
  [303, "PHONE_MIGRATE_4"],
  [303, "USER_MIGRATE_5"],
  [303, "NETWORK_MIGRATE_1"],
  [303, "STATS_MIGRATE_3"],
  [400, "EMAIL_UNCONFIRMED_6"],
  [420, "FLOOD_WAIT_30"],
  [420, "FLOOD_WAIT_0"],
  [420, "FLOOD_PREMIUM_WAIT_7"],
  [420, "FLOOD_TEST_PHONE_WAIT_9"],
  [420, "SLOWMODE_WAIT_11"],
  [420, "2FA_CONFIRM_WAIT_604800"],
  [500, "MSG_WAIT_FAILED"],
  [400, "HASH_INVALID"],
  [401, "SESSION_PASSWORD_NEEDED"],
  [403, "CHAT_WRITE_FORBIDDEN"],
  [406, "AUTH_KEY_DUPLICATED"],
  [500, "AUTH_RESTART"],
  [-503, "Timeout"],
  [400, ""],
];

/** Names of the classes, from its own to Error. */
function line(error) {
  const names = [];
  for (let at = Object.getPrototypeOf(error); at !== Object.prototype; at = Object.getPrototypeOf(at)) names.push(at.constructor.name);
  return names.filter((name) => name !== "CustomError"); // a base of GramJS's that is not its own
}

const shown = (error) => ({ name: error.name, message: error.message, line: line(error), fields: { ...error } });

test("for the same words of a server there is the same error as GramJS's: class, message, fields", () => {
  const caused = [new Api.account.SendConfirmPhoneCode({ hash: "x", settings: new Api.CodeSettings({}) }), undefined];
  for (const [errorCode, errorMessage] of NUMBERED) {
    for (const request of caused) {
      const made = ours.RPCMessageToError({ errorCode, errorMessage }, request);
      assert.deepEqual(shown(made), shown(theirs.RPCMessageToError({ errorCode, errorMessage }, request)), errorMessage);
      assert.equal(made.rawMessage, errorMessage);
      assert.ok(made.stack.startsWith(`${made.name}: ${made.message}\n`), made.stack);
    }
  }
});

test("every class that GramJS has is here, under the same bases", () => {
  for (const [name, theirClass] of Object.entries(theirs)) {
    const ourClass = ours[name];
    assert.equal(typeof ourClass, typeof theirClass, name);
    if (typeof theirClass !== "function" || !/^class/.test(Function.prototype.toString.call(theirClass))) continue;
    const bases = (one) => line(Object.create(one.prototype));
    assert.deepEqual(bases(ourClass), bases(theirClass), name);
  }
  assert.deepEqual([...ours.rpcErrorRe.keys()].map(String), [...theirs.rpcErrorRe.keys()].map(String));
});

test("a base class made by hand has GramJS's code, name and message", () => {
  const request = { className: "x.Y" };
  for (const name of ["RPCError", "InvalidDCError", "BadRequestError", "UnauthorizedError", "ForbiddenError", "NotFoundError"].concat(
    "AuthKeyError", "FloodError", "ServerError", "TimedOutError",
  )) {
    assert.deepEqual(shown(new ours[name]("SOME_NAME", request)), shown(new theirs[name]("SOME_NAME", request)), name);
  }
});

test("errors of the protocol have GramJS's fields", () => {
  const payload = Buffer.alloc(4);
  payload.writeInt32LE(-404);
  const pairs = [
    ["InvalidBufferError", payload],
    ["InvalidBufferError", Buffer.from("ab")],
    ["TypeNotFoundError", 7, Buffer.from("rest")],
    ["InvalidChecksumError", 1, 2],
    ["BadMessageError", { className: "x.Y" }, 48],
    ["SecurityError", "why"],
    ["CdnFileTamperedError"],
    ["ReadCancelledError"],
  ];
  for (const [name, ...args] of pairs) {
    const fields = (error) => ({ ...error, errorMessage: typeof error.errorMessage });
    assert.deepEqual(fields(new ours[name](...args)), fields(new theirs[name](...args)), name);
  }
});

test("the kinds hold by code, also for errors without a class of their own", () => {
  const made = (errorCode, errorMessage) => ours.RPCMessageToError({ errorCode, errorMessage });
  const kinds = ["InvalidDCError", "BadRequestError", "UnauthorizedError", "ForbiddenError", "AuthKeyError", "FloodError", "ServerError", "TimedOutError"];
  const kindOf = (error) => kinds.filter((name) => error instanceof ours[name]);
  assert.deepEqual(kindOf(made(400, "HASH_INVALID")), ["BadRequestError"]);
  assert.deepEqual(kindOf(made(401, "AUTH_KEY_UNREGISTERED")), ["UnauthorizedError"]);
  assert.deepEqual(kindOf(made(420, "2FA_CONFIRM_WAIT_5")), ["FloodError"]);
  assert.deepEqual(kindOf(made(-503, "Timeout")), ["TimedOutError"]);
  assert.deepEqual(kindOf(made(303, "STATS_MIGRATE_2")), ["InvalidDCError"]);
  assert.ok(!(made(420, "SLOWMODE_WAIT_5") instanceof ours.FloodWaitError));
  assert.ok(!({ code: 400 } instanceof ours.BadRequestError));
  assert.ok(!(made(400, "X") instanceof ours.EmailUnconfirmedError));
});

test("a call that is refused rejects with such an error", async (t) => {
  const client = await connected(t, server, await server.addUser("Ada"));
  const request = new Api.account.SendConfirmPhoneCode({ hash: "no", settings: new Api.CodeSettings({}) });
  await assert.rejects(client.invoke(request), (error) => {
    assert.ok(error instanceof ours.RPCError && error instanceof load().errors.BadRequestError);
    assert.equal(String(error), "RPCError: 400: HASH_INVALID (caused by account.SendConfirmPhoneCode)");
    assert.deepEqual({ ...error }, { code: 400, errorMessage: "HASH_INVALID" });
    return true;
  });
  await server.rules.add({ method: "help.getConfig", error: { code: 420, name: "FLOOD_WAIT_3600" }, times: 1 });
  await assert.rejects(client.invoke(new Api.help.GetConfig()), (error) => {
    assert.ok(error instanceof ours.FloodWaitError);
    assert.equal(error.seconds, 3600);
    assert.equal(error.rawMessage, "FLOOD_WAIT_3600");
    return true;
  });
});

test("an answer that is not the promised constructor rejects, and is not lost", async (t) => {
  const client = await connected(t, server, await server.addUser("Bob"));
  const value = { _: "auth.sentCodeSuccess", authorization: { _: "auth.authorizationSignUpRequired" } };
  await server.rules.add({ method: "account.sendConfirmPhoneCode", reply: value, times: 1 });
  const request = new Api.account.SendConfirmPhoneCode({ hash: "no", settings: new Api.CodeSettings({}) });
  await assert.rejects(client.invoke(request), (error) => {
    assert.ok(error instanceof ours.UnexpectedResultError);
    assert.ok(error.result instanceof Api.auth.SentCodeSuccess);
    assert.match(error.message, /^account.SendConfirmPhoneCode answered auth.SentCodeSuccess, not auth.SentCode/);
    assert.ok(!inspect(error).includes("Authorization"), "the answer may be secret");
    return true;
  });
});

test("trouble that is not the server's has classes too", async (t) => {
  const client = await connected(t, server);
  await client.disconnect();
  await assert.rejects(client.invoke(new Api.help.GetConfig()), (error) => {
    assert.ok(error instanceof ours.DisconnectedError);
    assert.match(error.message, /help.getConfig was not sent: the client is not connected/);
    return true;
  });
});
