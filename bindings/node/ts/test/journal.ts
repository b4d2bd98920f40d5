// The journal: every call with its answer, as the server saw it.
import type { Control } from "./control";

/** A call in the newest layer's JSON; secrets in it are hidden. */
export interface Call {
  number: number;
  /** Business time, unix seconds. */
  date: number;
  method: string;
  request: Record<string, unknown> | null;
  result?: unknown;
  error?: { code: number; message: string };
  user_id: number | null;
  layer: number;
  dc_id: number;
  /** `handler`, `rule:3`, `fault:1`, `auto_reply` or `nobody`. */
  by: string;
}

/** Which calls. */
export interface CallFilter {
  method?: string;
  /** A part of the request, as rules have it. */
  fields?: object;
  userId?: number;
  /** The name of the error: `FLOOD_WAIT` is any number of seconds. */
  error?: string;
  /** Who answered. */
  by?: string;
  /** Later than the call of this number. */
  since?: number;
}

interface Page {
  items: Call[];
  newest: number;
}

export class Calls {
  readonly #control: Control;

  /** @internal */
  constructor(control: Control) {
    this.#control = control;
  }

  /** Those that pass, the oldest first. */
  async list(filter: CallFilter = {}): Promise<Call[]> {
    return (await this.#control.get<Page>("/calls", query(filter))).items;
  }

  /** The first that passes, there already or to come. */
  async wait(filter: CallFilter, timeout = 5000): Promise<Call> {
    const { items } = await this.#control.get<Page>("/calls", { ...query(filter), limit: 1, wait_ms: timeout });
    if (items[0]) return items[0];
    throw new Error(`no call ${JSON.stringify(filter)} within ${timeout} ms`);
  }

  /** The number of the newest call, for `since`. */
  async newest(): Promise<number> {
    return (await this.#control.get<Page>("/calls", { limit: 1 })).newest;
  }

  /** Forgets all; their numbers go on. */
  clear(): Promise<void> {
    return this.#control.delete("/calls");
  }
}

function query({ method, fields, userId, error, by, since }: CallFilter) {
  return { method, fields: fields && JSON.stringify(fields), user_id: userId, error, by, since };
}
