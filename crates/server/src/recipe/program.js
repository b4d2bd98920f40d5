// {{library}} on the Heliogram server at {{address}}.
//
//   npm install {{package}}@{{version}}
//   node page.js
//
// Made by `heliogram recipe {{name}}`. It holds a session that is logged in, so keep it to yourself; on
// a server without --data it is worth nothing after a restart.
"use strict";

const bigInt = require("big-integer");
const { Api, Logger, TelegramClient } = require("{{package}}");
const { StringSession } = require("{{package}}/sessions");
const { ConnectionTCPFull } = require("{{package}}/network/connection");
const { _serverKeys } = require("{{package}}/crypto/RSA");

const apiId = 1; // this server takes any
const apiHash = "0123456789abcdef0123456789abcdef";

// The server's RSA key. The session below has a key of its own already; a new one needs this.
_serverKeys.set({{rsa_fingerprint}}, {
  n: bigInt(
    {{rsa_n}}
  ),
  e: {{rsa_e}},
});

// The library dials port 80 whatever port a session names, so the address is given here.
class Connection extends ConnectionTCPFull {
  constructor(options) {
    super({ ...options, ip: {{host}}, port: {{port}} });
  }
}

// Logged in as {{phone}}.
const session = new StringSession(
  {{session}}
);
const client = new TelegramClient(session, apiId, apiHash, {
  connection: Connection,
  connectionRetries: 3,
  baseLogger: new Logger("error"),
});

(async function run() {
  if ((await client.connect()) === false) {
    throw new Error("no server answers at {{address}}; is `heliogram serve` still running?");
  }
  const me = await client.getMe();
  console.log(`Logged in as ${me.firstName} (${me.phone}).`);

  // The call of the page about account.SendConfirmPhoneCode. Nobody asked to delete this account, so
  // there is no such hash; `heliogram demo` shows the whole story.
  try {
    const sent = await client.invoke(
      new Api.account.SendConfirmPhoneCode({
        hash: process.argv[2] ?? "0123456789abcdef0123456789abcdef",
        settings: new Api.CodeSettings({}),
      })
    );
    console.log(sent);
  } catch (error) {
    console.log(`account.SendConfirmPhoneCode: ${error.code} ${error.errorMessage}`);
  }
})().then(
  () => process.exit(0), // the library would keep the process alive
  (error) => {
    console.error(error);
    process.exit(1);
  }
);
