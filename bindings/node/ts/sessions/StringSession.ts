// A session in a string.
import { Session } from "./Abstract";

export class StringSession extends Session {
  #saved: string;
  #source?: () => string;

  constructor(session = "") {
    super();
    this.#saved = session;
  }

  /** The session as it is now. Whoever has it is logged in. */
  save(): string {
    return this.#source ? this.#source() : this.#saved;
  }

  /** @internal */
  attach(source: () => string): void {
    this.#source = source;
  }
}
