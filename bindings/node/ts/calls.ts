// What is under way in the addon, and whom it is told.
//
// The addon answers every call by its number through one channel. While something is waited for, one timer keeps
// the process alive; a client that nobody waits for does not.
import { native, type NativeChannel } from "./native";
import type { Schema } from "./tl/tree";

/** Something that did not come about, as the addon tells it. */
export interface Problem {
  kind: string;
  message: string;
  code?: number;
  name?: string;
}

type Settle = (problem: Problem | undefined, value: unknown) => void;

const LONGEST_TIMER = 2 ** 31 - 1; // ms

/** The waiting of this thread. */
class Waiting {
  #count = 0;
  #timer = setInterval(() => {}, LONGEST_TIMER).unref();

  add(): void {
    if (this.#count++ === 0) this.#timer.ref();
  }

  remove(): void {
    if (--this.#count === 0) this.#timer.unref();
  }
}

/** Whoever adds to it keeps the process alive until it is removed. */
export const waiting = new Waiting();

/** Calls into the addon, whose answers are objects of one tree of classes. */
export class Calls {
  readonly channel: NativeChannel;
  #settles = new Map<number, Settle>();
  #subscriptions = new Set<number>();
  #next = 1;

  constructor(schema: Schema) {
    this.channel = new native.Channel(schema.codec, (call, kind, value, code, name) => {
      const settle = this.#settles.get(call);
      if (!settle) return; // given up meanwhile
      if (!this.#subscriptions.has(call)) this.#forget(call);
      settle(kind === null ? undefined : { kind, message: value as string, code: code ?? undefined, name: name ?? undefined }, value);
    });
  }

  /** Begins a call by its number; `settle` is told once. */
  begin(start: (call: number) => void, settle: Settle): number {
    const call = this.#next;
    this.#next = (call % 0xffff_ffff) + 1;
    start(call); // before it is noted: it throws when an argument is wrong
    this.#settles.set(call, settle);
    waiting.add();
    return call;
  }

  /** The same for what is told again and again, until the function that is returned is called. */
  subscribe(start: (call: number) => void, listener: Settle): () => void {
    const call = this.begin(start, listener);
    this.#subscriptions.add(call);
    return () => {
      if (this.#subscriptions.delete(call)) this.#forget(call);
    };
  }

  #forget(call: number): void {
    this.#settles.delete(call);
    waiting.remove();
  }

  /** The same as a promise; `explain` makes the error of a problem. `signal` gives the call up. */
  promise<T>(start: (call: number) => void, explain: (problem: Problem) => Error, signal?: AbortSignal): Promise<T> {
    if (signal) return this.#abortable(start, explain, signal);
    return new Promise((resolve, reject) => {
      this.begin(start, (problem, value) => (problem ? reject(explain(problem)) : resolve(value as T)));
    });
  }

  #abortable<T>(start: (call: number) => void, explain: (problem: Problem) => Error, signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const beginning = (call: number) => {
        this.channel.allowStop(call);
        try {
          start(call);
        } catch (error) {
          this.channel.stop(call);
          throw error;
        }
      };
      const call = this.begin(beginning, (problem, value) => {
        forget();
        problem ? reject(explain(problem)) : resolve(value as T);
      });
      const forget = onAbort(signal, () => {
        this.#forget(call);
        this.channel.stop(call);
        reject(signal.reason);
      });
    });
  }
}

/** The same promise, but rejected when the signal aborts. */
export function until<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const forget = onAbort(signal, () => reject(signal.reason));
    promise.finally(forget).then(resolve, reject);
  });
}

const tellers = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls `tell` when the signal aborts, unless what this returns is called before. One listener serves all calls of a signal. */
function onAbort(signal: AbortSignal, tell: () => void): () => void {
  let known = tellers.get(signal);
  if (!known) {
    const all = (known = new Set());
    tellers.set(signal, all);
    signal.addEventListener("abort", () => all.forEach((one) => one()), { once: true });
  }
  const all = known;
  all.add(tell);
  return () => all.delete(tell);
}

const made = new Map<Schema, Calls>();

/** The calls whose answers are of this tree: one channel for all clients that share it. */
export function callsFor(schema: Schema): Calls {
  let calls = made.get(schema);
  if (!calls) made.set(schema, (calls = new Calls(schema)));
  return calls;
}
