// Two people who know each other, with a client each, and what tests of messages do with them.
import { Api, connected } from "./world.mjs";

let made = 0;

/** Somebody with a user name. */
export async function person(server, firstName) {
  const username = `${firstName.toLowerCase()}_${++made}_${process.pid}`;
  return { ...(await server.addUser({ firstName, username })), username };
}

/** Two of them, connected: `{ ada, bob, users }`. */
export async function two(t, server) {
  const users = { ada: await person(server, "Ada"), bob: await person(server, "Bob") };
  const ada = await connected(t, server, users.ada);
  const bob = await connected(t, server, users.bob);
  return { ada, bob, users };
}

/** The input peer of somebody with a user name. */
export async function peerOf(client, { username }) {
  const { users } = await client.invoke(new Api.contacts.ResolveUsername({ username }));
  const [{ id, accessHash }] = users;
  return new Api.InputPeerUser({ userId: id, accessHash });
}

/** Sends a text. */
export const say = async (client, peer, message) => client.invoke(new Api.messages.SendMessage({ peer, message }));

/** Calls that are waited for: `const [seen, handler] = listen(); ... await seen(2)` gives the first two arguments. */
export function listen(timeout = 10_000) {
  const all = [];
  let wake = () => {};
  const handler = (event) => {
    all.push(event);
    wake();
  };
  const seen = async (count = 1) => {
    const until = Date.now() + timeout;
    while (all.length < count) {
      const left = until - Date.now();
      if (left <= 0) throw new Error(`${all.length} of ${count} events came within ${timeout} ms`);
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, left);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return all.slice(0, count);
  };
  return [seen, handler, all];
}
