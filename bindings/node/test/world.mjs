// What the tests of this folder begin with: the package as it was built, a server of its own, clients.
//
//   import { Api, StringSession, serve, TelegramClient } from "./world.mjs";
//   const server = await serve({ after });                // of node:test, for a whole file; or
//   const server = await serve(t);                        // for the test `t`: stopped when that ends
//   const client = await connected(t, server, await server.addUser("Ada"));
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);

/** Where the built package is. */
export const DIST = fileURLToPath(new URL("../dist/", import.meta.url));
/** A module of it, as `require("telegram/...")` would give it. */
export const load = (path = "index") => require(`${DIST}${path}`);

export const { Api, TelegramClient } = load();
export const { StringSession } = load("sessions");
export const API_ID = 1; // the server takes any
export const API_HASH = "0123456789abcdef0123456789abcdef";

/** A server that is stopped when the test `t` ends, or at the end of the file with `{ after }`. */
export async function serve(t, options) {
  const server = await load("test").serve(options);
  t.after(() => server.stop());
  return server;
}

/** A client of this server that is not connected: of `user`, or of nobody. Disconnected when the test ends. */
export async function client(t, server, user, options) {
  const session = new StringSession(user ? await server.session(user) : "");
  const made = new TelegramClient(session, API_ID, API_HASH, { network: server.network, ...options });
  t.after(() => made.disconnect());
  return made;
}

/** The same, connected. */
export async function connected(t, server, user, options) {
  const made = await client(t, server, user, options);
  await made.connect();
  return made;
}
