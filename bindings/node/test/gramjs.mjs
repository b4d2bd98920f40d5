// GramJS itself, as the other side: what the same program sees with it. Installed in interop/ only.
//
//   const theirs = await gramjs(t, server, user);         // connected, destroyed when the test `t` ends
//   const theirs = await gramjs(t, server, undefined, session);   // by a session of theirs
import assert from "node:assert/strict";
import { createRequire } from "node:module";

export const requireTheirs = createRequire(new URL("../../../interop/package.json", import.meta.url));
const bigInt = requireTheirs("big-integer");
const { Logger, TelegramClient } = requireTheirs("telegram");
const { StringSession } = requireTheirs("telegram/sessions");
const { ConnectionTCPFull } = requireTheirs("telegram/network/connection");
const { _serverKeys } = requireTheirs("telegram/crypto/RSA");

export const { Api: TheirApi } = requireTheirs("telegram");

/** A client of GramJS's that is logged in as `user` on this server, or has a session of theirs, and is connected. */
export async function gramjs(t, server, user, session) {
  const { rsa_fingerprint, rsa_n, rsa_e, dcs, mtproto } = server.ready;
  _serverKeys.set(rsa_fingerprint, { n: bigInt(rsa_n), e: rsa_e });
  // It dials port 80 whatever port a session names; this class dials where the server is.
  class Connection extends ConnectionTCPFull {
    constructor(options) {
      const { hostname, port } = new URL(`tcp://${dcs[options.dcId] ?? mtproto}`);
      super({ ...options, ip: hostname, port: Number(port) });
    }
  }
  session ??= new StringSession(await server.session(user, "gramjs"));
  const client = new TelegramClient(session, 1, "0123456789abcdef0123456789abcdef", {
    connection: Connection,
    connectionRetries: 3,
    retryDelay: 200,
    baseLogger: new Logger("none"),
  });
  assert.notEqual(await client.connect(), false, "GramJS did not connect");
  t.after(() => client.destroy());
  return client;
}

/** An object of either library's as plain data: class names, numbers as digits, bytes as hex; what is not there or false is left out. */
export function plain(value) {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "bigint" || value.toJSNumber) return `${value}`;
  if (Buffer.isBuffer(value)) return value.toString("hex");
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object") return value;
  const fields = { ...value };
  if (value.className) fields.className = value.className;
  const shown = Object.entries(fields).filter(([name]) => !/^(_.*|CONSTRUCTOR_ID|SUBCLASS_OF_ID|classType|originalArgs|flags\d*)$/.test(name));
  return Object.fromEntries(shown.map(([name, field]) => [name, plain(field)]).filter(([, field]) => field !== undefined && field !== false).sort());
}

/** What a function does: its result as plain data, or that it throws. */
export function outcome(call) {
  try {
    return { result: plain(call()) };
  } catch (error) {
    return { throws: true, message: error.message };
  }
}
