// The client: what it is made of, and its connection. What it can do stands in the files beside this one, by subject.
import { callsFor, type Calls } from "../calls";
import type { EventBuilder } from "../events/common";
import type { Logger, LogLevel } from "../extensions/Logger";
import { native, type NativeClient } from "../native";
import type { Session } from "../sessions/Abstract";
import { Api } from "../tl/api";
import { TLRequest } from "../tl/object";
import { telegram } from "../tl/schema";
import { version } from "../Version";
import { asPromised, explain } from "./answers";
import { authMethods, type AuthMethods } from "./auth";
import { giveBack, sessionOf, takeSession } from "./keeping";
import { readConcurrency, readOptions, readThreshold, type Settings, type TelegramClientParams } from "./options";
import { botMethods, type BotMethods } from "./bots";
import { buttonMethods, type ButtonMethods } from "./buttons";
import { castRequest } from "./casting";
import { chatMethods, type ChatMethods } from "./chats";
import { dialogMethods, type DialogMethods } from "./dialogs";
import { fileMethods, type FileMethods } from "./files";
import { messageParseMethods, type MessageParseMethods } from "./messageParse";
import { messageMethods, type MessageMethods } from "./messages";
import { updateMethods, type UpdateMethods } from "./updates";
import { userMethods, type UserMethods } from "./users";

export type { TelegramClientParams } from "./options";

// The methods of the other files.
export interface TelegramClient
  extends AuthMethods,
    BotMethods,
    ButtonMethods,
    ChatMethods,
    DialogMethods,
    FileMethods,
    MessageMethods,
    MessageParseMethods,
    UpdateMethods,
    UserMethods {}

export class TelegramClient {
  /** The version of this package. */
  readonly __version__ = version;
  session: Session;
  readonly apiId: number;
  readonly apiHash: string;
  /** @internal The client in the addon. */
  readonly _native: NativeClient;
  /** @internal */
  readonly _calls: Calls;
  /** @internal The options, with what stands for those that were not given. */
  readonly _settings: Settings;
  /** @internal Whether `destroy` was called, and no `connect` since. */
  _destroyed = false;
  /** @internal Handlers of events. */
  _eventBuilders: [EventBuilder, CallableFunction][] = [];
  /** @internal Between `connect` and `disconnect`. */
  _online = false;
  /** @internal Ends following the updates, while that is done. */
  _stopUpdates?: () => void;
  #errorHandler?: (error: Error) => unknown;
  #sessionVersion = 0;
  #connecting: Promise<void> | undefined;

  constructor(session: string | Session, apiId: number, apiHash: string, params: TelegramClientParams = {}) {
    this._settings = readOptions(params);
    this.session = sessionOf(session);
    [this.apiId, this.apiHash] = readApi(apiId, apiHash);
    this._calls = callsFor(telegram);
    this._native = new native.Client(this._calls.channel, apiId, apiHash, this._settings.native);
  }

  /** Whether there is a connection, or one that is being made again after it broke. */
  get connected(): boolean {
    return this._native.connected;
  }

  /** Whether there is no connection. */
  get disconnected(): boolean {
    return !this.connected;
  }

  /** Connects; does nothing when there is a connection. */
  async connect(): Promise<boolean> {
    this._destroyed = false;
    this.#connecting ??= this.#connect().finally(() => (this.#connecting = undefined));
    await this.#connecting;
    return true;
  }

  async #connect(): Promise<void> {
    if (!this.connected) await takeSession(this.session, this._native);
    this._online = true; // before, so that no update is missed
    this._followUpdates();
    try {
      await this._begin<void>((call) => this._native.connect(call));
    } catch (error) {
      this._online = false;
      this._followUpdates();
      throw error;
    }
    await this._keepSession();
  }

  /** Closes all connections; `connect` may follow. */
  async disconnect(): Promise<void> {
    this._online = false;
    this._followUpdates();
    await this._begin<void>((call) => this._native.disconnect(call));
  }

  /** Closes all connections and takes all handlers away; `connect` may follow. */
  async destroy(): Promise<void> {
    this._destroyed = true;
    this._eventBuilders = [];
    await this.disconnect();
  }

  /** In seconds: the longest flood wait that is slept; a longer one is an error. At most a day. */
  get floodSleepThreshold(): number {
    return this._settings.floodSleepThreshold;
  }

  set floodSleepThreshold(seconds: number) {
    const threshold = readThreshold(seconds, "floodSleepThreshold");
    this._native.setFloodSleepThreshold(threshold);
    this._settings.floodSleepThreshold = threshold;
  }

  /** How many downloads run at the same time, of those that begin from now on. */
  get maxConcurrentDownloads(): number {
    return this._settings.maxConcurrentDownloads;
  }

  set maxConcurrentDownloads(downloads: number) {
    this._settings.maxConcurrentDownloads = readConcurrency(downloads, "maxConcurrentDownloads");
  }

  /** Where messages of this client go. */
  get logger(): Logger {
    return this._settings.logger;
  }

  /** From which level on messages are told. */
  setLogLevel(level: LogLevel): void {
    this.logger.setLevel(level);
  }

  /** Whom errors are told that no promise tells: those of handlers, for instance. Without one they are logged. */
  set onError(handler: (error: Error) => unknown) {
    if (typeof handler !== "function") throw new TypeError(`onError: a function is wanted, not ${typeof handler}`);
    this.#errorHandler = handler;
  }

  /** @internal Tells an error that no promise tells. */
  async _tellError(error: unknown): Promise<void> {
    const told = error instanceof Error ? error : new Error(String(error));
    if (!this.#errorHandler) return this.logger.error(told.stack ?? told.message);
    try {
      await this.#errorHandler(told);
    } catch (another) {
      this.logger.error(`onError failed with ${another}, when it was told: ${told.stack ?? told.message}`);
    }
  }

  /** Where a DC is, by the server's own list: over TCP and for everything, on Telegram's IPv6 if that was asked for. */
  async getDC(dcId: number, _download = false): Promise<{ id: number; ipAddress: string; port: number }> {
    const { dcOptions } = await this.invoke(new Api.help.GetConfig());
    const found = dcOptions.find(
      (dc) => dc.id === dcId && !!dc.ipv6 === this._settings.useIPV6 && !(dc.cdn || dc.mediaOnly || dc.tcpoOnly),
    );
    if (!found) throw new Error(`getDC: the server lists no DC ${dcId}; it has ${dcOptions.map((dc) => dc.id).join(", ")}`);
    return { id: found.id, ipAddress: found.ipAddress, port: found.port };
  }

  /** Calls a method of the API; on DC `dcId` when one is given. */
  async invoke<R extends Api.AnyRequest>(request: R, dcId?: number): Promise<R["__response"]> {
    if (!(request instanceof TLRequest)) throw new TypeError("invoke: a method of Api is wanted");
    const cast = castRequest(this, request);
    const ready = cast instanceof TLRequest ? cast : await cast;
    const answer = this._begin<{ className: string }>((call) => this._native.invoke(call, ready, dcId), request);
    try {
      return asPromised(request, await answer);
    } finally {
      if (this._native.sessionVersion !== this.#sessionVersion) await this._keepSession();
    }
  }

  /** @internal Tells the session what has become of it. */
  async _keepSession(): Promise<void> {
    this.#sessionVersion = this._native.sessionVersion;
    await giveBack(this.session, this._native);
  }

  /** @internal Begins something in the addon. */
  _begin<T>(start: (call: number) => void, request?: Api.AnyRequest): Promise<T> {
    return this._calls.promise<T>(start, (problem) => explain(problem, request));
  }
}

function readApi(apiId: unknown, apiHash: unknown): [number, string] {
  const from = "both are your program's own, from https://my.telegram.org";
  if (!apiId) throw new TypeError(`apiId is missing or empty: API id and hash are wanted, ${from}`);
  if (typeof apiId !== "number" || !Number.isInteger(apiId) || apiId < 0 || apiId >= 2 ** 31) {
    const hint = typeof apiId === "string" ? `; write Number(apiId) for one from the environment` : "";
    throw new TypeError(`apiId: a whole number is wanted, not ${typeof apiId === "number" ? apiId : `a ${typeof apiId}`}${hint}`);
  }
  if (!apiHash) throw new TypeError(`apiHash is missing or empty: API id and hash are wanted, ${from}`);
  if (typeof apiHash !== "string") throw new TypeError(`apiHash: a string is wanted, not a ${typeof apiHash}`);
  return [apiId, apiHash];
}

/** What a client can do, by subject. */
const subjects = [
  ...[authMethods, botMethods, buttonMethods, chatMethods, dialogMethods, fileMethods],
  ...[messageMethods, messageParseMethods, updateMethods, userMethods],
];
for (const methods of subjects) Object.defineProperties(TelegramClient.prototype, Object.getOwnPropertyDescriptors(methods));
