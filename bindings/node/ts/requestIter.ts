// What asks for a long list piece by piece, as it is read.
import type { TelegramClient } from "./client/TelegramClient";
import { sleep, TotalList } from "./Helpers";

interface BaseRequestIterInterface {
  /** From the oldest on. */
  reverse?: boolean;
  /** Seconds between two requests. */
  waitTime?: number;
}

/** Iterates over what a list of requests answers; `for await` or `collect`. */
export abstract class RequestIter<T = any, A extends object = any> implements AsyncIterable<T> {
  readonly client: TelegramClient;
  reverse: boolean | undefined;
  waitTime: number | undefined;
  kwargs: A;
  /** How many there are in all, as the server says; known when the first piece has come. */
  total: number | undefined;
  /** How many are wanted; as in GramJS, 0 is no limit, and a negative one asks for the total only. */
  protected readonly limit: number;
  /** How many are still wanted. */
  protected left: number;
  /** What the last request answered. */
  protected buffer: T[] = [];

  constructor(client: TelegramClient, limit?: number, params: BaseRequestIterInterface = {}, args = {} as A) {
    this.client = client;
    Object.defineProperty(this, "client", { enumerable: false });
    this.reverse = params.reverse;
    this.waitTime = params.waitTime;
    this.limit = Math.max(limit || Number.MAX_SAFE_INTEGER, 0);
    this.left = this.limit;
    this.kwargs = args;
  }

  /** Before the first piece; `true` when there is no more than what it has put into `buffer`. */
  abstract _init(args: A): Promise<boolean | void>;

  /** Asks for a piece and puts it into `buffer`; `true` when it is the last, `false` when there was none. */
  abstract _loadNextChunk(): Promise<boolean | void>;

  async *[Symbol.asyncIterator](): AsyncGenerator<T, undefined, undefined> {
    this.left = this.limit;
    this.buffer = [];
    let more = !(await this._init(this.kwargs));
    if (!more) yield* this.buffer;
    let asked = 0;
    while (more && this.left > 0) {
      const wait = (this.waitTime ?? 0) * 1000 - (Date.now() - asked);
      if (asked && wait > 0) await sleep(wait);
      asked = Date.now();
      this.buffer = [];
      const last = await this._loadNextChunk();
      more = last === undefined && this.buffer.length > 0;
      for (const one of this.buffer) {
        if (this.left-- <= 0) return;
        yield one;
      }
    }
  }

  /** All of them. */
  async collect(): Promise<TotalList<T>> {
    const list = new TotalList<T>();
    for await (const one of this) list.push(one);
    list.total = this.total;
    return list;
  }
}
