// Makes the calls of calls.js with whatever `telegram` is here, and writes what came back: `node objects.js FILE`.
//
// The server's address and key are all that is said in two ways: as GramJS and its descendants are told of a server,
// and as ours is.
"use strict";

const { readFileSync, writeFileSync } = require("node:fs");
const { createRequire } = require("node:module");

// As a program in the folder it was started in would find it.
const from = createRequire(`${process.cwd()}/program.js`);
const { Api, Logger, TelegramClient } = from("telegram");
const { StringSession } = from("telegram/sessions");
const { FloodWaitError, RPCError } = from("telegram/errors");

async function main(file) {
  const { session, friend } = JSON.parse(process.env.CALLS);
  const client = new TelegramClient(new StringSession(session), 1, "0123456789abcdef0123456789abcdef", {
    baseLogger: new Logger("error"),
    floodSleepThreshold: 1,
    ...server(),
  });
  await client.connect();
  const results = {};
  for (const call of require("./calls")(Api, { friend, peer: await client.getInputEntity(friend) })) {
    const result = await client.invoke(call).catch(failed);
    const name = results[call.className] ? `${call.className} ${Object.keys(results).length}` : call.className;
    results[name] = plain(result);
  }
  writeFileSync(file, JSON.stringify(results));
  await client.disconnect();
  process.exit(0); // GramJS keeps its process alive
}

function server() {
  const ready = JSON.parse(readFileSync(process.env.HELIOGRAM_READY, "utf8"));
  let keys;
  try {
    keys = from("telegram/crypto/RSA")._serverKeys;
  } catch {
    return { network: process.env.HELIOGRAM_READY };
  }
  keys.set(ready.rsa_fingerprint, { n: require("big-integer")(ready.rsa_n), e: ready.rsa_e });
  const { ConnectionTCPFull } = from("telegram/network/connection");
  const { hostname, port } = new URL(`tcp://${ready.mtproto}`);
  return {
    connection: class extends ConnectionTCPFull {
      constructor(options) {
        super({ ...options, ip: hostname, port: Number(port) });
      }
    },
  };
}

/** An error as it can be told apart by programs. */
function failed(error) {
  const { code, errorMessage, seconds } = error;
  if (!(error instanceof RPCError)) throw error;
  return { error: error.constructor.name, isFlood: error instanceof FloodWaitError, code, errorMessage, ...(seconds === undefined ? {} : { seconds }) };
}

/** What a class has beside its fields. */
const ABOUT = new Set(["CONSTRUCTOR_ID", "SUBCLASS_OF_ID", "className", "classType", "originalArgs"]);

/** An object's fields as text that can be compared: longs in digits, bytes in hex, what is absent as null. */
function plain(value) {
  if (value === undefined || value === null) return null;
  if (typeof value === "bigint" || require("big-integer").isInstance(value) || value.constructor?.name === "Integer") return { long: String(value) };
  if (Buffer.isBuffer(value)) return { bytes: value.toString("hex") };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object") return value;
  const fields = Object.entries(value).filter(([name]) => !ABOUT.has(name) && !name.startsWith("_") && !/^flags\d*$/.test(name));
  return { ...(value.className && { _: value.className }), ...Object.fromEntries(fields.map(([name, field]) => [name, plain(field)])) };
}

main(process.argv[2]).catch((error) => {
  console.error(error);
  process.exit(1);
});
