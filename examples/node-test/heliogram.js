// A Telegram for node:test: a server for the test file, a world for each test, GramJS clients.
//
//   npm install telegram
//   node --test
//
// With LIBRARY=teleproto the clients are teleproto's. `heliogram` is looked for in $HELIOGRAM_BIN and then in $PATH.
"use strict";

const { spawn } = require("node:child_process");
const { mkdtempSync, readFileSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");
const bigInt = require("big-integer");

const LIBRARY = process.env.LIBRARY ?? "telegram";
const { Api, Logger, TelegramClient } = require(LIBRARY);
const { StringSession } = require(`${LIBRARY}/sessions`);
const { ConnectionTCPFull } = require(`${LIBRARY}/network/connection`);
const { _serverKeys } = require(`${LIBRARY}/crypto/RSA`);

const API_ID = 1; // the server takes any
const API_HASH = "0123456789abcdef0123456789abcdef";

/** Starts a server on free ports and waits until it listens. */
async function startServer() {
  const folder = mkdtempSync(join(tmpdir(), "heliogram-"));
  const file = join(folder, "ready.json");
  const ports = ["--port", "0", "--control-port", "0"];
  const server = spawn(process.env.HELIOGRAM_BIN || "heliogram", ["serve", ...ports, "--ready-json", file], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise((resolve, reject) => server.on("exit", resolve).on("error", reject));
  let ready;
  for (let tries = 0; !ready; tries++) {
    const over = await Promise.race([ended.then(() => true), sleep(10)]);
    if (over || tries > 1000) throw new Error("heliogram serve did not start");
    try {
      ready = JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
  }
  _serverKeys.set(ready.rsa_fingerprint, { n: bigInt(ready.rsa_n), e: ready.rsa_e });
  let worlds = 0;
  return {
    /** Another world: nobody is there yet, and its clock is its own. */
    newWorld: async () => World.open(ready.control, `world-${++worlds}`),
    stop: async () => {
      server.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

/** What a test can do from outside: people, phones and the clock. */
class World {
  #path;
  #address;
  #numbers = 0;
  #clients = [];

  static async open(control, name) {
    const { addresses } = await call("POST", `${control}/v1/worlds`, { name });
    const world = new World();
    world.#path = `${control}/v1/worlds/${name}`;
    world.#address = new URL(`tcp://${Object.values(addresses)[0]}`);
    return world;
  }

  /** Makes somebody with an account; gives the number. */
  async user(firstName, more = {}) {
    const phone = `999662${String(++this.#numbers).padStart(4, "0")}`;
    await call("POST", `${this.#path}/users`, { phone, first_name: firstName, ...more });
    return phone;
  }

  /** A client that is logged in to this account, or, without a number, to none. */
  async client(phone) {
    const { hostname, port } = this.#address;
    class Connection extends ConnectionTCPFull {
      constructor(options) {
        super({ ...options, ip: hostname, port: Number(port) }); // GramJS ignores the port of a session
      }
    }
    const minted = phone && (await call("POST", `${this.#path}/sessions`, { phone, format: "gramjs" }));
    const client = new TelegramClient(new StringSession(minted ? minted.session : ""), API_ID, API_HASH, {
      connection: Connection,
      connectionRetries: 3,
      baseLogger: new Logger("error"),
    });
    this.#clients.push(client);
    if ((await client.connect()) === false) throw new Error("the client gave up connecting");
    return client;
  }

  async inbox(phone) {
    const { items } = await call("GET", `${this.#path}/inbox/${phone}`);
    return items.map((item) => item.text).join("\n");
  }

  /** The newest code that reached this phone. */
  async code(phone) {
    return (await this.inbox(phone)).match(/(?<!\d)\d{5,7}(?!\d)/g).at(-1);
  }

  /** The hash in the newest link that stops a deletion. */
  async confirmationHash(phone) {
    return [...(await this.inbox(phone)).matchAll(/confirmphone\?\S*hash=(\w+)/g)].at(-1)[1];
  }

  /** Lets days pass. What falls due on the way has happened when this resolves. */
  advance({ days }) {
    return call("POST", `${this.#path}/clock`, { advance_seconds: days * 86_400 });
  }

  /** Disconnects the clients. */
  async close() {
    for (const client of this.#clients) await client.destroy();
  }
}

async function call(method, url, body) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  return response.json();
}

module.exports = { API_HASH, API_ID, Api, startServer };
