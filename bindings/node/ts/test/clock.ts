// The business clock: what codes, deletions, flood waits and the dates of messages follow.
import type { Control } from "./control";

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** A stretch of time: seconds, or a text such as `"90s"`, `"5m"`, `"7d"`, `"1d 12h"`. */
export type Stretch = number | string;

interface State {
  now: number;
  ahead_seconds: number;
  frozen: boolean;
}

export class Clock {
  readonly #control: Control;

  /** @internal */
  constructor(control: Control) {
    this.#control = control;
  }

  /** What it shows. */
  async now(): Promise<Date> {
    return shown(await this.#control.get<State>("/clock"));
  }

  /** Moves it forward. What falls due on the way has happened, in order, when this resolves. */
  async advance(by: Stretch): Promise<Date> {
    return shown(await this.#control.post<State>("/clock", { advance_seconds: seconds(by) }));
  }

  /** Sets it to a later moment; while nobody has an account yet, to any since the year 2000. */
  async set(to: Date): Promise<Date> {
    return shown(await this.#control.post<State>("/clock", { set: Math.floor(to.getTime() / 1000) }));
  }

  /** Lets it stand still. */
  async freeze(): Promise<Date> {
    return shown(await this.#control.post<State>("/clock", { frozen: true }));
  }

  /** Lets it go on from where it stands. */
  async unfreeze(): Promise<Date> {
    return shown(await this.#control.post<State>("/clock", { frozen: false }));
  }
}

function shown({ now }: State): Date {
  return new Date(now * 1000);
}

function seconds(stretch: Stretch): number {
  const wrong = () => new TypeError(`clock: ${JSON.stringify(stretch)} is no stretch of time; "7d", "90s", "1d 12h" or whole seconds are`);
  if (typeof stretch === "number") {
    if (!Number.isSafeInteger(stretch) || stretch < 0) throw wrong();
    return stretch;
  }
  if (!/^\s*(\d+\s*[smhdw]\s*)+$/.test(stretch)) throw wrong();
  const parts = stretch.matchAll(/(\d+)\s*([smhdw])/g);
  return [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit!]!, 0);
}
