// Rules and faults: what a test lets the server do that it does not do by itself.
import type { Control } from "./control";

/** On which calls something acts. All of it may be left out. */
export interface When {
  /** `auth.sendCode` */
  method?: string;
  /** A part of the call, in the JSON that `heliogram invoke` prints: `{ settings: { allow_flashcall: true } }`. */
  fields?: object;
  /** Only calls of this user. */
  userId?: number;
  /** So many matching calls are let pass first. */
  after?: number;
  /** So often at most. */
  times?: number;
  /** From 0 to 1. */
  probability?: number;
  /** Where the dice of `probability` start. */
  seed?: number;
}

/** What a rule does with a call; `delayMs` may stand beside one of the others. */
export interface NewRule extends When {
  /** Answers with this, whether the server has the method or not. */
  reply?: unknown;
  /** Answers with this error. */
  error?: { code: number; name: string };
  /** Lets the server answer, then sets these fields of its result. */
  alter?: object;
  /** Waits so long first. */
  delayMs?: number;
}

/** What goes wrong with a call; docs/faults.md has the kinds and what belongs to each. */
export interface NewFault extends When {
  kind: string;
  /** What belongs to the kind: `seconds`, `milliseconds`, `bytes`, `dc` ... */
  [detail: string]: unknown;
}

/** What is in force. */
class Script<New extends object, State> {
  protected readonly control: Control;
  readonly #path: string;

  /** @internal */
  constructor(control: Control, path: string) {
    this.control = control;
    this.#path = path;
  }

  /** Puts one in force, behind those that are; answers its number. */
  async add(made: New): Promise<number> {
    return (await this.control.post<{ id: number }>(this.#path, snakeCase(made))).id;
  }

  /** How one of them is doing. */
  get(id: number): Promise<State> {
    return this.control.get(`${this.#path}/${id}`);
  }

  remove(id: number): Promise<void> {
    return this.control.delete(`${this.#path}/${id}`);
  }

  /** Removes all. */
  clear(): Promise<void> {
    return this.control.delete(this.#path);
  }
}

export class Rules extends Script<NewRule, { id: number; seen: number; acted: number; unfit?: string }> {
  /** @internal */
  constructor(control: Control) {
    super(control, "/rules");
  }
}

export class Faults extends Script<NewFault, { id: number; struck: number }> {
  /** @internal */
  constructor(control: Control) {
    super(control, "/faults");
  }

  /** Faults that come together under a name, such as `flaky-network`; for one user, or for everybody. */
  async scenario(name: string, userId?: number): Promise<void> {
    await this.control.post(`/scenarios/${encodeURIComponent(name)}`, { user_id: userId });
  }
}

/** The names of the control API. What stands below is in the schema's own names already. */
function snakeCase(made: object): object {
  const name = (key: string) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(made).map(([key, value]) => [name(key), value]));
}
