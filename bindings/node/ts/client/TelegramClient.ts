// The client: what it is made of, and its connection. What it can do stands in the files beside this one, by subject.
import { Calls, type Problem } from "../calls";
import { RPCError } from "../errors";
import { native, type NativeClient } from "../native";
import type { Session } from "../sessions/Abstract";
import { StringSession } from "../sessions/StringSession";
import type { Api } from "../tl/api";
import { TLRequest } from "../tl/object";
import { telegram } from "../tl/schema";
import { defaultNetwork } from "./network";
import { userMethods, type UserMethods } from "./users";

export interface TelegramClientParams {
  /** Which servers. */
  network?: string;
}

let calls: Calls | undefined;

// The methods of the other files.
export interface TelegramClient extends UserMethods {}

export class TelegramClient {
  session: Session;
  readonly apiId: number;
  readonly apiHash: string;
  /** @internal The client in the addon. */
  readonly _native: NativeClient;
  /** @internal */
  readonly _calls: Calls;

  constructor(session: string | Session, apiId: number, apiHash: string, params: TelegramClientParams = {}) {
    this.session = typeof session === "string" ? new StringSession(session) : session;
    this.apiId = apiId;
    this.apiHash = apiHash;
    this._calls = calls ??= new Calls(telegram);
    const saved = String(this.session.save());
    this._native = new native.Client(this._calls.channel, saved, apiId, apiHash, {
      network: params.network ?? defaultNetwork(),
    });
    const made = this._native;
    if (this.session instanceof StringSession) this.session.attach(() => made.save());
  }

  /** Whether there is a connection, or one that is being made again after it broke. */
  get connected(): boolean {
    return this._native.connected;
  }

  /** Connects; does nothing when there is a connection. */
  async connect(): Promise<boolean> {
    await this._begin<void>((call) => this._native.connect(call));
    return true;
  }

  /** Closes all connections; `connect` may follow. */
  async disconnect(): Promise<void> {
    await this._begin<void>((call) => this._native.disconnect(call));
  }

  /** Calls a method of the API; on DC `dcId` when one is given. */
  async invoke<R extends Api.AnyRequest>(request: R, dcId?: number): Promise<R["__response"]> {
    if (!(request instanceof TLRequest)) throw new TypeError("invoke: a method of Api is wanted");
    return this._begin((call) => this._native.invoke(call, request, dcId), request);
  }

  /** @internal Begins something in the addon. */
  _begin<T>(start: (call: number) => void, request?: Api.AnyRequest): Promise<T> {
    return this._calls.promise<T>(start, (problem) => explain(problem, request));
  }
}

function explain(problem: Problem, request: Api.AnyRequest | undefined): Error {
  if (problem.kind === "rpc") return new RPCError(problem.name!, request, problem.code!);
  return new Error(problem.message);
}

Object.assign(TelegramClient.prototype, userMethods);
