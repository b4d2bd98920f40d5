// `heliogram/test`: a Telegram server of its own for a test.
//
//   const server = await serve();
//   const ada = await server.addUser("Ada");
//   const client = new TelegramClient(await server.session(ada), 1, "any", { network: server.network });
//   ...
//   await server.stop();
//
// The server is the program that this package carries. It keeps everything in memory, and ends with this process if
// nobody stops it before.
import { readFileSync } from "node:fs";
import { defaultNetwork, setDefaultNetwork } from "../client/network";
import { start, type Ready, type Running } from "./process";
import { World } from "./world";

export interface ServeOptions {
  /** Keeps everything in this folder instead of in memory. */
  data?: string;
  /** A TOML file of users to make at the start, and after each reset. */
  fixtures?: string;
  /** DCs beside DC 2. */
  dcs?: number[];
  /** Makes codes, ids, hashes and session strings the same each time, on a clock that stands at 2026-01-01 until it is moved. */
  seed?: number;
  /** Says that this is a test server: the numbers 99966XYYYY then have the code XXXXX. */
  testMode?: boolean;
  /** Answers methods that the server does not have with the least that the schema allows. */
  autoReply?: boolean;
  /** Begins with `redirect()`. */
  redirect?: boolean;
}

/** Starts a server on free ports; resolves when it listens. */
export async function serve(options: ServeOptions = {}): Promise<Server> {
  const { data, fixtures, dcs = [], seed, testMode, autoReply, redirect, ...unknown } = options;
  for (const name in unknown) throw new TypeError(`serve: there is no option ${name}`);
  const args = dcs.map((dc) => `--dc=${dc}=0`);
  if (data !== undefined) args.push("--data", data);
  if (fixtures !== undefined) args.push("--fixtures", fixtures);
  if (seed !== undefined) args.push("--seed", String(seed));
  if (testMode) args.push("--test-mode");
  if (autoReply) args.push("--auto-reply");
  const server = new Server(await start(args));
  if (redirect) server.redirect();
  return server;
}

/**
 * The main world of a server that something else has started, by its ready file: the one that HELIOGRAM_READY names, as
 * inside of `heliogram serve --exec "npm test"`, unless one is said.
 */
export function running(readyFile = process.env.HELIOGRAM_READY): World {
  if (!readyFile) throw new Error("HELIOGRAM_READY is not set: say which file `heliogram serve --ready-json` wrote");
  const ready = JSON.parse(readFileSync(readyFile, "utf8")) as Ready;
  return new World(ready, `${ready.control}/v1`);
}

/** A running server, and its main world. */
export class Server extends World {
  readonly #running: Running;

  /** @internal */
  constructor(running: Running) {
    super(running.ready, `${running.ready.control}/v1`);
    this.#running = running;
  }

  /** Another world on the same server, with people and a clock of its own, for tests that run beside each other. */
  async world(name: string): Promise<World> {
    const { addresses } = await this.control.post<{ addresses: Record<string, string> }>("/worlds", { name });
    const mtproto = addresses[this.ready.dc_id]!;
    const ready: Ready = { ...this.ready, dcs: addresses, mtproto };
    return new World(ready, `${this.ready.control}/v1/worlds/${name}`);
  }

  /** Ends the server; resolves when it has ended. */
  async stop(): Promise<void> {
    if (defaultNetwork() === this.network) setDefaultNetwork(undefined);
    await this.#running.stop();
  }

  /** For `await using`. */
  declare [Symbol.asyncDispose]: () => Promise<void>;
}

// By hand, since Node before 18.18 has no such symbol; compilers look for it under this name then.
const asyncDispose: symbol = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");
Object.defineProperty(Server.prototype, asyncDispose, {
  value(this: Server) {
    return this.stop();
  },
});

export { World } from "./world";
export { ControlError } from "./control";
export type { Bot, InboxItem, NewUser, Phone, SessionFormat, User } from "./world";
export type { Call, CallFilter } from "./journal";
export type { Clock, Stretch } from "./clock";
export type { NewFault, NewRule, When } from "./script";
export type { Ready } from "./process";
