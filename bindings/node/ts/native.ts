// The addon: what is written in Rust, as this package sees it.
//
// It is a file of the package for this platform (`@heliogram/<platform>-<processor>-<libc>`), which npm installs
// beside this one; in a clone, what `npm run build` has put into npm/.
import { existsSync } from "node:fs";
import { join } from "node:path";

/** A constructor or method of the schema, as the addon describes it. */
export interface Description {
  id: number;
  result: string;
  function: boolean;
  fields: { name: string; type: string; optional: boolean }[];
}

export interface NativeCodec {
  read(bytes: Uint8Array, offset: number): [value: unknown, end: number];
  readBare(index: number, bytes: Uint8Array, offset: number): [value: unknown, end: number];
  readAnswer(index: number, bytes: Uint8Array, offset: number): [value: unknown, end: number];
}

/** What a call came to: see ts/calls.ts. */
export type Listener = (
  call: number,
  problem: string | null,
  value: unknown,
  code: number | null,
  name: string | null,
) => void;

export interface NativeChannel {
  readonly __channel: unique symbol;
}

export interface NativeOptions {
  network?: string;
  transport?: string;
  obfuscated?: boolean;
  timeout?: number;
  connectionRetries?: number;
  reconnectRetries?: number;
  retryDelay?: number;
  requestRetries?: number;
  floodSleepThreshold?: number;
  deviceModel?: string;
  systemVersion?: string;
  appVersion?: string;
  langCode?: string;
  systemLangCode?: string;
  transferConnections?: number;
  catchUp?: boolean;
}

/** A client of the Rust library. A method with `call` answers through the channel, under that number. */
export interface NativeClient {
  readonly connected: boolean;
  connect(call: number): void;
  disconnect(call: number): void;
  invoke(call: number, request: object, dcId?: number): void;
  save(): string;
}

export interface Native {
  layer(): number;
  classNames(): string;
  describeClass(index: number): Description;
  indexOfId(id: number): number | null;
  writeObject(object: object): Buffer;
  Codec: new (classOf: (index: number) => unknown, long?: (bigint: bigint) => unknown) => NativeCodec;
  Channel: new (codec: NativeCodec, listener: Listener) => NativeChannel;
  Client: new (
    channel: NativeChannel,
    session: string,
    apiId: number,
    apiHash: string,
    options: NativeOptions,
  ) => NativeClient;
}

/** The name of this platform's package, and where it is in a clone. */
const platform = `${process.platform}-${process.arch}${process.platform === "linux" ? "-gnu" : ""}`;
const inClone = join(__dirname, "..", "npm", platform);

/** The folder with the addon and the program. */
export function platformFolder(): string {
  if (existsSync(join(inClone, "heliogram.node"))) return inClone;
  try {
    return join(require.resolve(`@heliogram/${platform}/package.json`), "..");
  } catch {
    throw new Error(
      `heliogram has no program for ${platform} here: the package @heliogram/${platform} is not installed. ` +
        "Install without --omit=optional; where there is no such package, build one from a clone with `npm run build`.",
    );
  }
}

export const native: Native = require(join(platformFolder(), "heliogram.node"));
