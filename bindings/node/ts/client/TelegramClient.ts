// The client: what it is made of, and its connection. What it can do stands in the files beside this one, by subject.
import { inspect, type InspectOptions } from "node:util";
import { callsFor, until, type Calls } from "../calls";
import type { EventBuilder } from "../events/common";
import { type Logger, LogLevel } from "../extensions/Logger";
import { follow, levelsChanged } from "../log";
import { Turns } from "../files/turns";
import { native, type NativeClient } from "../native";
import { UpdateConnectionState } from "../network/UpdateConnectionState";
import type { Session } from "../sessions/Abstract";
import { Api } from "../tl/api";
import { TLObject, TLRequest } from "../tl/object";
import { telegram, type Schema } from "../tl/schema";
import { version } from "../Version";
import { asPromised, explain } from "./answers";
import { castRequest } from "./casting";
import { giveBack, sessionOf, takeSession } from "./keeping";
import { readInvoking, type InvokeOptions } from "./invoking";
import { readConcurrency, readOptions, readThreshold, type Settings, type TelegramClientParams } from "./options";
import { addSubjects, type Subjects } from "./subjects";

export type { InvokeOptions } from "./invoking";
export type { TelegramClientParams } from "./options";

// The methods of the other files.
export interface TelegramClient extends Subjects {}

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
  /** @internal The downloads that may run at the same time. */
  readonly _downloads = new Turns(() => this._settings.maxConcurrentDownloads);
  #errorHandler?: (error: Error) => unknown;
  #sessionVersion = 0;
  #connecting: { done: Promise<void>; signal?: AbortSignal } | undefined;

  constructor(session: string | Session, apiId: number, apiHash: string, params: TelegramClientParams = {}) {
    this._settings = readOptions(params);
    this.session = sessionOf(session);
    [this.apiId, this.apiHash] = readApi(apiId, apiHash);
    this._calls = callsFor(this._schema);
    this._native = new native.Client(this._calls.channel, apiId, apiHash, this._settings.native);
    follow(this.logger);
  }

  /** Nothing secret: neither the key nor the API hash. */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    const { session, apiId, connected } = this;
    return `TelegramClient ${inspect({ session, apiId, connected }, options)}`;
  }

  /** Whether there is a connection, or one that is being made again after it broke. */
  get connected(): boolean {
    return this._native.connected;
  }

  /** Whether there is no connection. */
  get disconnected(): boolean {
    return !this.connected;
  }

  /** Connects; does nothing when there is a connection. `signal` gives it up. */
  async connect(options: { signal?: AbortSignal } = {}): Promise<boolean> {
    const { signal } = readInvoking(options, "connect", ["signal"]);
    this._destroyed = false;
    while (this.#connecting) {
      const other = this.#connecting;
      try {
        await until(other.done, signal);
        return true;
      } catch (error) {
        // Who was first has given up, and not who asks here.
        if (signal?.aborted || !other.signal?.aborted) throw error;
      }
    }
    const done = this.#connect(signal).finally(() => (this.#connecting = undefined));
    this.#connecting = { done, signal };
    await done;
    return true;
  }

  async #connect(signal?: AbortSignal): Promise<void> {
    const wasConnected = this.connected;
    if (!wasConnected) await takeSession(this.session, this._native);
    this._online = true; // before, so that no update is missed
    this._followUpdates();
    if (wasConnected) return;
    try {
      await this._begin<void>((call) => this._native.connect(call), undefined, signal);
    } catch (error) {
      this._online = false;
      this._followUpdates();
      throw error;
    }
    void this._dispatchUpdate({ update: new UpdateConnectionState(UpdateConnectionState.connected) });
    await this._keepSession();
  }

  /** Closes all connections; `connect` may follow. */
  async disconnect(): Promise<void> {
    if (this._online) void this._dispatchUpdate({ update: new UpdateConnectionState(UpdateConnectionState.disconnected) });
    this._online = false;
    this._followUpdates();
    await this._begin<void>((call) => this._native.disconnect(call));
  }

  /** Closes all connections and takes all handlers away; `connect` may follow. */
  async destroy(): Promise<void> {
    this._destroyed = true;
    this._eventBuilders = [];
    await this.disconnect();
    this.session.close();
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
    if (!Object.values<string>(LogLevel).includes(level)) {
      throw new TypeError(`setLogLevel: one of ${Object.values(LogLevel).join(", ")} is wanted, not ${level}`);
    }
    this.logger.setLevel(level);
    levelsChanged();
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

  /** Calls a method of the API; on another DC when one is given: `invoke(request, 4)`, or `{ dcId: 4, signal }`. */
  async invoke<R extends Api.AnyRequest>(request: R, dcId?: number | InvokeOptions): Promise<R["__response"]> {
    if (!(request instanceof TLRequest)) throw notARequest(request);
    const where = dcId === undefined ? NOWHERE_ELSE : readInvoking(dcId, "invoke");
    const cast = castRequest(this, request);
    const ready = cast instanceof TLRequest ? cast : await cast;
    const answer = this._begin<{ className: string }>((call) => this._native.invoke(call, ready, where.dcId), request, where.signal);
    try {
      return asPromised(request, await answer);
    } finally {
      if (this._native.sessionVersion !== this.#sessionVersion) await this._keepSession();
    }
  }

  /** @internal Leaves the home DC for another, where nobody is logged in. */
  async _switchDC(dcId: number): Promise<void> {
    await this._begin<void>((call) => this._native.switchDc(call, dcId));
    await this._keepSession();
  }

  /** @internal The tree of classes that answers are of. */
  get _schema(): Schema {
    return telegram;
  }

  /** @internal Tells the session what has become of it. */
  async _keepSession(): Promise<void> {
    this.#sessionVersion = this._native.sessionVersion;
    await giveBack(this.session, this._native);
  }

  /** @internal Begins something in the addon. */
  _begin<T>(start: (call: number) => void, request?: Api.AnyRequest, signal?: AbortSignal): Promise<T> {
    return this._calls.promise<T>(start, (problem) => explain(problem, request), signal);
  }
}

const NOWHERE_ELSE: InvokeOptions = {};

function notARequest(value: unknown): TypeError {
  if (typeof value === "function" && "className" in value) {
    return new TypeError(`invoke: request: an object is wanted, not the class Api.${value.className}: new Api.${value.className}({ ... })`);
  }
  if (value instanceof TLObject) return new TypeError(`invoke: request: Api.${value.className} is no method, and only methods can be called`);
  const what = value === null ? "null" : typeof value === "object" ? "an object of another class" : typeof value;
  return new TypeError(`invoke: request: a method of Api is wanted, such as new Api.users.GetUsers({ ... }), not ${what}`);
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

addSubjects(TelegramClient.prototype);
