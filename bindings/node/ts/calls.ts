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

  /** The same as a promise; `explain` makes the error of a problem. */
  promise<T>(start: (call: number) => void, explain: (problem: Problem) => Error): Promise<T> {
    return new Promise((resolve, reject) => {
      this.begin(start, (problem, value) => (problem ? reject(explain(problem)) : resolve(value as T)));
    });
  }
}

const made = new Map<Schema, Calls>();

/** The calls whose answers are of this tree: one channel for all clients that share it. */
export function callsFor(schema: Schema): Calls {
  let calls = made.get(schema);
  if (!calls) made.set(schema, (calls = new Calls(schema)));
  return calls;
}
