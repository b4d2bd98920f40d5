// What the reference page's code blocks leave open, for `node -r ./preload.cjs block.js`.
//
// The blocks are run unaltered. They use two globals that they do not define, dial production,
// trust production's keys, and start from an empty session. So this file, loaded before them,
//
//   1. defines the globals `apiId` and `apiHash` (TELEGRAM_API_ID, TELEGRAM_API_HASH, or fillers:
//      our server takes any);
//   2. registers the RSA key of the server named in the ready file (HELIOGRAM_READY), which only
//      matters to a session that has no auth key yet;
//   3. sends every connection to that server, each DC's to the port of this DC. GramJS dials port 80 whatever port the session
//      names, so the address is replaced where a connection is opened;
//   4. gives an empty StringSession the content of HELIOGRAM_SESSION, when that is set.
//
// Nothing else of GramJS is touched.
"use strict";

const { readFileSync } = require("node:fs");
const bigInt = require("big-integer");
require("telegram"); // first: its modules form a circle that only its index enters at the right place
const { _serverKeys } = require("telegram/crypto/RSA");
const { Connection } = require("telegram/network/connection/Connection");
const sessions = require("telegram/sessions/StringSession");

if (!process.env.HELIOGRAM_READY) {
  throw new Error("HELIOGRAM_READY is not set: give it the path that `heliogram serve --ready-json` wrote");
}
const ready = JSON.parse(readFileSync(process.env.HELIOGRAM_READY, "utf8"));

globalThis.apiId = Number(process.env.TELEGRAM_API_ID ?? 1);
globalThis.apiHash = process.env.TELEGRAM_API_HASH ?? "0123456789abcdef0123456789abcdef";

_serverKeys.set(ready.rsa_fingerprint, { n: bigInt(ready.rsa_n), e: ready.rsa_e });

const connect = Connection.prototype._connect;
Connection.prototype._connect = function () {
  const server = new URL(`tcp://${ready.dcs[this._dcId] ?? ready.mtproto}`);
  this._ip = server.hostname;
  this._port = Number(server.port);
  return connect.call(this);
};

const { StringSession } = sessions;
sessions.StringSession = class extends StringSession {
  constructor(session) {
    super(session || process.env.HELIOGRAM_SESSION);
  }
};
