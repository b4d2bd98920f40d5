// The addon: what is written in Rust, as this package sees it.
import { join } from "node:path";
import { platformFolder } from "./compiled";

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
  parseText(marked: string, html: boolean): [text: string, entities: unknown[]];
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
  /** Before a call begins: it may be given up. */
  allowStop(call: number): void;
  /** Gives it up: nothing is told of it any more. */
  stop(call: number): void;
}

/** Events of the engine, 1 for an error to 4 for debugging, from a level on; 0 for none. */
export interface NativeLog {
  setLevel(level: number): void;
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
  downloadRetries?: number;
  floodSleepThreshold?: number;
  deviceModel?: string;
  systemVersion?: string;
  appVersion?: string;
  langCode?: string;
  systemLangCode?: string;
  transferConnections?: number;
  catchUp?: boolean;
}

/** What is fetched, beside its location; see src/files.rs. */
export interface NativeSource {
  dcId?: number;
  size?: number;
  start?: number;
  end?: number;
  piece?: number;
  /** A marked id. */
  chat?: string;
  message?: number;
}

/** A download of which the pieces are asked for. */
export interface NativePieces {
  close(): void;
}

/** A client of the Rust library. A method with `call` answers through the channel, under that number. */
export interface NativeClient {
  readonly connected: boolean;
  connect(call: number): void;
  disconnect(call: number): void;
  invoke(call: number, request: object, dcId?: number): void;
  setFloodSleepThreshold(seconds: number): void;
  resolve(call: number, peer: string, isId: boolean): void;
  entity(call: number, peer: string, isId: boolean): void;
  beginUpdates(subscription: number): void;
  updatesTaken(): void;
  endUpdates(): void;
  uploadPath(call: number, progress: number | undefined, path: string, name: string): void;
  uploadBytes(call: number, progress: number | undefined, bytes: Uint8Array, name: string): void;
  downloadToPath(call: number, progress: number | undefined, source: NativeSource, location: object, path: string): void;
  downloadToMemory(call: number, progress: number | undefined, source: NativeSource, location: object): void;
  downloadPieces(source: NativeSource, location: object): NativePieces;
  nextPiece(call: number, pieces: NativePieces): void;
  /** What it works with now. */
  session(): SessionParts;
  /** How often that has changed. */
  readonly sessionVersion: number;
  /** For the next `connect`; false when there is a connection, which keeps its own. */
  setSession(parts: SessionParts): boolean;
  switchDc(call: number, dcId: number): void;
}

/** A session in parts. `dcId` 0: nothing is known yet. */
export interface SessionParts {
  dcId: number;
  serverAddress: string;
  port: number;
  key?: Buffer;
}

export interface Native {
  layer(): number;
  classNames(): string;
  describeClass(index: number): Description;
  indexOfId(id: number): number | null;
  randomLong(): bigint;
  writeObject(object: object): Buffer;
  readSession(text: string): SessionParts;
  writeSession(parts: SessionParts): string;
  /** Answers an `Api.InputCheckPasswordSRP`. */
  provePassword(channel: NativeChannel, call: number, asked: Buffer, password: string): void;
  /** Answers a Buffer. */
  passwordDigest(channel: NativeChannel, call: number, algorithm: Buffer, password: string): void;
  writeText(text: string, entities: object[], html: boolean): string;
  mimeTypeOf(name: string): string | null;
  extensionOf(mimeType: string): string | null;
  Codec: new (
    makerOf: (index: number) => unknown,
    takerOf: (index: number) => unknown,
    long?: (bigint: bigint) => unknown,
  ) => NativeCodec;
  Channel: new (codec: NativeCodec, listener: Listener) => NativeChannel;
  Log: new (listener: (level: number, text: string) => void) => NativeLog;
  Client: new (
    channel: NativeChannel,
    apiId: number,
    apiHash: string,
    options: NativeOptions,
  ) => NativeClient;
}

export const native: Native = require(join(platformFolder(), "heliogram.node"));
