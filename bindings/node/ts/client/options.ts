// The options of a client: GramJS's, each honoured or refused by name with the reason, and some of ours.
//
// A name that is no option is an error, and so is a value of the wrong type: GramJS takes both without a word, and
// does something else than was meant. What is `undefined` or `null` counts as not given.
import os from "node:os";
import { inspect } from "node:util";
import { Logger } from "../extensions/Logger";
import type { NativeOptions } from "../native";
import { Connection } from "../network/connection/Connection";
import { defaultNetwork, readNetwork, type NetworkLike } from "./network";

/** Options of a client. All have a default. */
export interface TelegramClientParams {
  /** Which servers: `"production"`, `"test"`, or the ready file of `heliogram serve`. Default: Telegram's own. */
  network?: NetworkLike;
  /** Telegram's test servers: the same as `network: "test"`. */
  testServers?: boolean;
  /** Telegram's servers over IPv6. */
  useIPV6?: boolean;
  /** How packets are framed: a class of `telegram/network`. Default: `ConnectionTCPAbridged`, the shortest. */
  connection?: typeof Connection;
  /** In seconds: how long one attempt to connect may take, and each step of making a key. Default: 10. */
  timeout?: number;
  /**
   * How often `connect` tries again before its promise rejects; `Infinity` or a negative number: without an end.
   * Default: 5, as GramJS's documentation has it; its code never gives up.
   */
  connectionRetries?: number;
  /** How often a connection that broke is tried again before calls fail. Default: without an end. */
  reconnectRetries?: number;
  /** Whether a connection that broke is made again; `false` is the same as `reconnectRetries: 0`. Default: true. */
  autoReconnect?: boolean;
  /** In milliseconds: the wait before the second attempt; each further one doubles it, up to a minute. Default: 1000. */
  retryDelay?: number;
  /** How often a call is repeated after flood waits, migrations and failures inside the server. Default: 5. */
  requestRetries?: number;
  /** How often connecting to another DC, for a file, is tried again. Default: 5. */
  downloadRetries?: number;
  /** In seconds: the longest flood wait that is slept, at most a day; a longer one is an error. Default: 60. */
  floodSleepThreshold?: number;
  /** How many downloads run at the same time; further ones wait. Default: without a limit. */
  maxConcurrentDownloads?: number;
  /** How many connections a file of more than 10 MiB is carried over, beside the first. Default: 3. */
  transferConnections?: number;
  /** Whether handlers of one update have ended before those of the next begin. Default: false. */
  sequentialUpdates?: boolean;
  /** For the account's list of devices. Default: the operating system. */
  deviceModel?: string;
  /** For the same list. Default: the release of the operating system. */
  systemVersion?: string;
  /** The version of your program, for the same list. Default: 1.0. */
  appVersion?: string;
  /** The language of texts that the server sends. Default: en. */
  langCode?: string;
  /** The language of the system. Default: en. */
  systemLangCode?: string;
  /** Where messages of the client go, and from which level on. Default: the console, from info on. */
  baseLogger?: Logger;
  /** Messages are always checked: `false` is refused. */
  securityChecks?: boolean;
  /** The engine speaks TCP: `true` is refused. */
  useWSS?: false;
  /** Refused: the engine makes its connections itself. */
  proxy?: undefined;
  /** Refused: the engine has its own sockets. */
  networkSocket?: undefined;
}

/** @internal What a client was told, in full. */
export interface Settings {
  native: NativeOptions;
  logger: Logger;
  testServers: boolean;
  useIPV6: boolean;
  floodSleepThreshold: number;
  maxConcurrentDownloads: number;
  sequentialUpdates: boolean;
}

/** @internal Reads the options, or throws. */
export function readOptions(params: unknown = {}): Settings {
  if (typeof params !== "object" || params === null) {
    throw new TypeError(`TelegramClient: the options are an object, not ${shown(params)}`);
  }
  const given: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(params)) {
    if (!Object.hasOwn(CHECKS, name)) throw new TypeError(unknown(name));
    if (value === undefined || value === null) continue;
    CHECKS[name as Option](value, name);
    given[name] = value;
  }
  return settle(given as TelegramClientParams);
}

/** @internal In seconds; a day at most, as in GramJS. */
export function readThreshold(value: unknown, name: string): number {
  amount(value ?? 0, name);
  return Math.min((value as number) || 0, 24 * 60 * 60);
}

/** @internal */
export function readConcurrency(value: unknown, name: string): number {
  if (value === Infinity) return Infinity;
  count(value, name);
  if (value === 0) throw new RangeError(`${name}: at least 1, or no download ever begins`);
  return value as number;
}

function settle(options: TelegramClientParams): Settings {
  const floodSleepThreshold = readThreshold(options.floodSleepThreshold ?? 60, "floodSleepThreshold");
  const framing = options.connection;
  const native: NativeOptions = {
    network: networkOf(options),
    transport: framing?.transport,
    obfuscated: framing?.obfuscated,
    timeout: options.timeout,
    connectionRetries: options.connectionRetries === undefined ? undefined : (endless(options.connectionRetries) ?? 2 ** 32 - 1),
    reconnectRetries: options.autoReconnect === false ? 0 : endless(options.reconnectRetries ?? Infinity),
    retryDelay: options.retryDelay,
    requestRetries: options.requestRetries,
    downloadRetries: options.downloadRetries,
    floodSleepThreshold,
    deviceModel: options.deviceModel || os.type() || "Unknown",
    systemVersion: options.systemVersion || os.release() || "1.0",
    appVersion: options.appVersion || "1.0",
    langCode: options.langCode,
    systemLangCode: options.systemLangCode,
    transferConnections: options.transferConnections,
  };
  return {
    native,
    logger: options.baseLogger ?? new Logger(),
    testServers: native.network?.startsWith("test") ?? false,
    useIPV6: options.useIPV6 ?? false,
    floodSleepThreshold,
    maxConcurrentDownloads: options.maxConcurrentDownloads ?? Infinity,
    sequentialUpdates: options.sequentialUpdates ?? false,
  };
}

function networkOf({ network, testServers, useIPV6 }: TelegramClientParams): string | undefined {
  const own = network === undefined ? defaultNetwork() : readNetwork(network);
  if (own === undefined || own === "production") {
    if (testServers && own) throw new TypeError('testServers: true, but network is "production"');
    const name = testServers ? "test" : "production";
    return useIPV6 ? `${name}-ipv6` : name;
  }
  if (own === "test") return useIPV6 ? "test-ipv6" : own;
  if (network !== undefined && (testServers || useIPV6)) {
    throw new TypeError(`${testServers ? "testServers" : "useIPV6"}: about Telegram's servers, but network is a server of one's own`);
  }
  return own;
}

/** A number of retries, none when there is no end. */
function endless(retries: number): number | undefined {
  return retries < 0 || retries === Infinity ? undefined : retries;
}

type Check = (value: unknown, name: string) => void;
type Option = keyof TelegramClientParams;

function kind(wanted: "boolean" | "string", called: string): Check {
  return (value, name) => {
    if (typeof value !== wanted) throw wrong(name, called, value);
  };
}

const flag = kind("boolean", "a boolean");
const text = kind("string", "a string");

function amount(value: unknown, name: string): void {
  if (typeof value !== "number" || Number.isNaN(value)) throw wrong(name, "a number", value);
  if (value < 0) throw new RangeError(`${name}: ${value} is less than 0`);
}

function count(value: unknown, name: string): void {
  if (typeof value !== "number" || !Number.isInteger(value)) throw wrong(name, "a whole number", value);
  if (value < 0 || value >= 2 ** 32) throw new RangeError(`${name}: ${value} is not between 0 and ${2 ** 32 - 1}`);
}

function retries(value: unknown, name: string): void {
  if (typeof value === "number" && (value < 0 || value === Infinity)) return;
  count(value, name);
}

function time(value: unknown, name: string): void {
  amount(value, name);
  if (value === Infinity) throw new RangeError(`${name}: an end is wanted, not Infinity`);
}

function framing(value: unknown, name: string): void {
  if (typeof value !== "function") throw wrong(name, "a class of telegram/network, not an object of one,", value);
  if (!(value as typeof Connection).transport) {
    throw new TypeError(
      `${name}: ${value.name || "this class"} is not one of ConnectionTCPFull, ConnectionTCPAbridged, ConnectionTCPObfuscated; ` +
        "the engine frames packets itself, and knows no other framing",
    );
  }
}

function logger(value: unknown, name: string): void {
  const methods = ["error", "warn", "info", "debug", "canSend", "setLevel"] as const;
  const missing = methods.find((method) => typeof (value as Logger)[method] !== "function");
  if (missing) throw new TypeError(`${name}: a Logger is wanted (extend the one of this package), and this has no method ${missing}`);
}

/** Refuses whatever `refused` says so of, and says why. */
function refuse(refused: (value: unknown) => boolean, why: string): Check {
  return (value, name) => {
    if (refused(value)) throw new Error(`${name}: ${why}`);
  };
}

const CHECKS: Record<Option, Check> = {
  network: () => {}, // by readNetwork, which reads a file
  testServers: flag,
  useIPV6: flag,
  connection: framing,
  timeout: time,
  connectionRetries: retries,
  reconnectRetries: retries,
  autoReconnect: flag,
  retryDelay: time,
  requestRetries: count,
  downloadRetries: count,
  floodSleepThreshold: amount,
  maxConcurrentDownloads: readConcurrency,
  transferConnections: count,
  sequentialUpdates: flag,
  deviceModel: text,
  systemVersion: text,
  appVersion: text,
  langCode: text,
  systemLangCode: text,
  baseLogger: logger,
  securityChecks: (value, name) => {
    flag(value, name);
    refuse((checks) => checks === false, "every message is checked against its key and numbers, and there is no client without that")(value, name);
  },
  useWSS: (value, name) => {
    flag(value, name);
    refuse((wss) => wss === true, "the engine speaks TCP, not WebSocket; against networks that filter MTProto, use connection: ConnectionTCPObfuscated")(value, name);
  },
  proxy: refuse(() => true, "proxies are not there yet; connections are made straight to the server"),
  networkSocket: refuse(() => true, "the engine has its own sockets, and takes none from JavaScript"),
};

function unknown(name: string): string {
  const like = Object.keys(CHECKS).find((known) => known.toLowerCase() === name.replace(/^_+/, "").toLowerCase());
  return `TelegramClient: there is no option ${name}; ${like ? `${like} is one` : `the options are ${Object.keys(CHECKS).join(", ")}`}`;
}

function wrong(name: string, wanted: string, value: unknown): TypeError {
  return new TypeError(`${name}: ${wanted} is wanted, not ${shown(value)}`);
}

function shown(value: unknown): string {
  if (typeof value !== "object") return `the ${typeof value} ${inspect(value, { maxStringLength: 40 })}`;
  return value === null ? "null" : Array.isArray(value) ? "an array" : "an object";
}
