// The libraries of the bench, each by what its own users would write to reach a server of ours.
//
// GramJS and teleproto come from interop/node_modules (`interop/install.sh`), ours from dist/ (`npm run build`).
"use strict";

const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { join } = require("node:path");

const interop = createRequire(join(__dirname, "../../../interop/package.json"));
const ours = join(__dirname, "../dist");

const FROM = {
  heliogram: (part = "") => require(join(ours, part)),
  telegram: (part = "") => interop(join("telegram", part)),
  teleproto: (part = "") => interop(join("teleproto", part)),
};

const LIBRARIES = {
  heliogram: { title: "Heliogram" },
  telegram: { title: "GramJS 2.26.22" },
  teleproto: { title: "teleproto 1.229.0" },
};

/** What `require` gives for this library, for a module inside it, or for big-integer as it sees it. */
function load(library, part) {
  if (part === "big-integer") return interop(part);
  return FROM[library](part);
}

/** `session` -> client, for the server whose ready file this is. */
function clients(library, readyFile) {
  const text = readFileSync(readyFile, "utf8");
  const { TelegramClient } = load(library);
  const { StringSession } = load(library, "sessions");
  const make = (session, options) => new TelegramClient(new StringSession(session), 1, "0123456789abcdef0123456789abcdef", options);
  if (library === "heliogram") return (session) => make(session, { network: text });

  const { ConnectionTCPFull } = load(library, "network/connection");
  const { Logger } = load(library);
  const { _serverKeys } = load(library, "crypto/RSA");
  const { dcs, mtproto, rsa_fingerprint, rsa_n, rsa_e } = JSON.parse(text);
  _serverKeys.set(rsa_fingerprint, { n: load(library, "big-integer")(rsa_n), e: rsa_e });
  class Connection extends ConnectionTCPFull {
    constructor(options) {
      const { hostname, port } = new URL(`tcp://${dcs[options.dcId] ?? mtproto}`);
      super({ ...options, ip: hostname, port: Number(port) });
    }
  }
  return (session) => make(session, { connection: Connection, baseLogger: new Logger("error") });
}

module.exports = { LIBRARIES, clients, load };
