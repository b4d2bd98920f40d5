// Downloads wait for their turn, when only so many may run at the same time.

export class Turns {
  readonly #atOnce: () => number;
  #running = 0;
  #waiting: (() => void)[] = [];

  /** `atOnce()` says how many may run; it is asked anew for each. */
  constructor(atOnce: () => number) {
    this.#atOnce = atOnce;
  }

  /** Does this when it is its turn; those that wait go in the order in which they came. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#atOnce()) await new Promise<void>((begin) => this.#waiting.push(begin));
    else this.#running++;
    try {
      return await work();
    } finally {
      // Whoever comes next takes the place as it is.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}
