// The same for our package, for `node -r ./preload-heliogram.cjs block.js`, where `telegram` is an alias of `heliogram`.
//
// As in preload.cjs the block is run unaltered, and what it leaves open is added:
//
//   1. the globals `apiId` and `apiHash`;
//   2. every client goes to the server of the ready file (HELIOGRAM_READY), with its key: our client names no network in
//      the block, and `heliogram/test` can say where such a client goes;
//   3. an empty StringSession gets the content of HELIOGRAM_SESSION, when that is set.
"use strict";

const { createRequire } = require("node:module");
// As the block sees it, from the folder it is in.
const from = createRequire(process.argv[1]);
const { running } = from("telegram/test");
const sessions = from("telegram/sessions/StringSession");

globalThis.apiId = Number(process.env.TELEGRAM_API_ID ?? 1);
globalThis.apiHash = process.env.TELEGRAM_API_HASH ?? "0123456789abcdef0123456789abcdef";

running().redirect();

const { StringSession } = sessions;
sessions.StringSession = class extends StringSession {
  constructor(session) {
    super(session || process.env.HELIOGRAM_SESSION);
  }
};
