// The world a GramJS scenario runs in: the server of this run, its control port, and clients of it.
//
// GramJS itself is used as installed. What points it at our server is what a user of it would write:
// the server's key in `_serverKeys`, and a `connection` class with our address, because GramJS
// dials port 80 whatever port a session names. teleproto descends from it and has the same interface, so
// LIBRARY=teleproto runs the same scenario with that.
"use strict";

const assert = require("node:assert/strict");
const { readFileSync } = require("node:fs");
const bigInt = require("big-integer");

const { LAYER, LIBRARY } = require("./library");
const { Api, Logger, TelegramClient } = require(LIBRARY);
const { StringSession } = require(`${LIBRARY}/sessions`);
const { ConnectionTCPFull } = require(`${LIBRARY}/network/connection`);
const { _serverKeys } = require(`${LIBRARY}/crypto/RSA`);

const API_ID = 1;
const API_HASH = "0123456789abcdef0123456789abcdef";
const DAY = 86400;

/** What the server wrote into its ready file; read anew each time, since a restart rewrites it. */
function ready() {
  return JSON.parse(readFileSync(process.env.HELIOGRAM_READY, "utf8"));
}

class ConnectionToOurs extends ConnectionTCPFull {
  constructor(options) {
    // GramJS asks for a DC by its number; a server with one DC is all of them.
    const { dcs, mtproto } = ready();
    const { hostname, port } = new URL(`tcp://${dcs[options.dcId] ?? mtproto}`);
    super({ ...options, ip: hostname, port: Number(port) });
  }
}

/**
 * GramJS 2.17.3 was published as it is built for browsers: its TCP socket is an empty class, and it looks for the
 * cryptography of a window. Its `networkSocket` option takes another socket, here that of 2.22.2, whose bytes become
 * those of the Buffer it knows.
 */
function socketOf(library) {
  if (library !== "telegram-158") return {};
  globalThis.self ??= globalThis;
  globalThis.crypto ??= require("node:crypto").webcrypto;
  const { PromisedNetSockets } = require("telegram-181/extensions");
  const { Buffer } = require("buffer/");
  class Socket extends PromisedNetSockets {
    async readExactly(count) {
      return Buffer.from(await super.readExactly(count));
    }
  }
  return { networkSocket: Socket };
}

/** A client of our server with a session string, or none; `keyless` leaves our RSA key unknown to it. */
function newClient(session = "", { keyless = false, ...options } = {}) {
  if (!keyless) {
    const { rsa_fingerprint, rsa_n, rsa_e } = ready();
    _serverKeys.set(rsa_fingerprint, { n: bigInt(rsa_n), e: rsa_e });
  }
  return new TelegramClient(new StringSession(session), API_ID, API_HASH, {
    connection: ConnectionToOurs,
    connectionRetries: 8, // a restart of the server takes a moment, and teleproto's first tries take milliseconds
    retryDelay: 200,
    ...socketOf(LIBRARY),
    baseLogger: new Logger(process.env.GRAMJS_LOG ?? "error"),
    ...options,
  });
}

/** The same, connected. GramJS answers `false` instead of an error when it could not connect. */
async function connected(session, options) {
  const client = newClient(session, options);
  assert.notEqual(await client.connect(), false, "connect() gave up");
  return client;
}

async function control(method, path, body) {
  const response = await fetch(ready().control + path, {
    method,
    headers: body ? { "content-type": "application/json" } : {},
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}

const addUser = (user) => control("POST", "/v1/users", user);
const advanceClock = (seconds) => control("POST", "/v1/clock", { advance_seconds: seconds });
const mintSession = async (phone) => (await control("POST", "/v1/sessions", { phone, format: "gramjs" })).session;
const inbox = async (phone) => (await control("GET", `/v1/inbox/${phone}`)).items;

/** The digits of the newest code that reached this phone, read as a person would: out of the text. */
async function newestCode(phone) {
  for (const item of (await inbox(phone)).reverse()) {
    const code = /(?<!\d)\d{5,7}(?!\d)/.exec(item.text);
    if (code) return code[0];
  }
  throw new Error(`no code in the inbox of ${phone}`);
}

/** Asks the harness to kill the server with -9 and to start it on the same data. */
async function killAndRestart() {
  const response = await fetch(`${process.env.HELIOGRAM_HARNESS}/kill-and-restart`, { method: "POST" });
  assert.ok(response.ok, await response.text());
}

/** Logs in with the code from the inbox, and with the password where the account has one. */
async function logIn(phone, { password } = {}) {
  const client = await connected();
  await client.start({
    phoneNumber: phone,
    phoneCode: () => newestCode(phone),
    password: async () => {
      if (!password) throw new Error(`${phone} asked for a password`);
      return password;
    },
    onError: (error) => {
      throw error;
    },
  });
  return client;
}

/** The promise must reject with this code and name: `raises(401, "AUTH_KEY_UNREGISTERED", call)`. */
async function raises(code, name, promise) {
  const error = await promise.then(
    (result) => assert.fail(`expected ${code} ${name}, got ${result?.className ?? result}`),
    (error) => error
  );
  const got = `${error.code} ${error.errorMessage}`;
  assert.ok(error.code === code && matches(error.errorMessage, name), `expected ${code} ${name}, got ${got}: ${error.stack}`);
  return error;
}

const matches = (text, name) => (name instanceof RegExp ? name.test(text) : text === name);

/**
 * The same call, which fails when the answer, written again by the library, is not what was read: then
 * it holds something that the library's layer does not have.
 */
function readWhole(call) {
  const read = call.readResult.bind(call);
  call.readResult = (reader) => {
    const answer = read(reader);
    if (typeof answer?.getBytes === "function") {
      const got = reader.stream.subarray(0, reader.offset);
      assert.equal(answer.getBytes().toString("hex"), got.toString("hex"), `the answer to ${call.className}`);
    }
    // Outside a container the library hands over the padding of the envelope with it.
    const left = reader.stream.length - reader.offset;
    assert.ok(left === 0 || (left >= 12 && left < 28), `${call.className}: ${left} bytes of the answer are left`);
    return answer;
  };
  return call;
}

/** Says what was reached and when, so that the output of a failed run shows where it stopped. */
function step(text) {
  console.log(`- ${text} (${process.uptime().toFixed(1)} s)`);
}

/**
 * Runs a scenario; GramJS keeps its process alive after disconnect(), so this ends it.
 *
 * A client that is not connected does the opposite: invoke() waits for a promise that nothing will
 * keep, no timer is left, and node ends in silence, with 0. That must not count as passed.
 */
function scenario(body) {
  process.on("beforeExit", () => {
    console.error("nothing is left to wait for, and the scenario is not at its end");
    process.exit(1);
  });
  body().then(
    () => process.exit(0),
    (error) => {
      console.error(error);
      process.exit(1);
    }
  );
}

module.exports = {
  ConnectionToOurs,
  Api, DAY, LAYER, LIBRARY, addUser, advanceClock, assert, bigInt, connected, control, inbox, killAndRestart, logIn, mintSession,
  newClient, newestCode, raises, readWhole, ready, scenario, step,
};
