// Names of a program and what they stand for. Later assignments to a name are believed only when nothing was known.
import type { Kind } from "./kinds";

export class Scope {
  #kinds = new Map<string, Kind | undefined>();

  constructor(
    readonly parent: Scope | undefined,
    /** Whether `var` and `this` belong to it. */
    readonly isFunction: boolean,
  ) {}

  get(name: string): Kind | undefined {
    for (let scope: Scope | undefined = this; scope; scope = scope.parent) {
      if (scope.#kinds.has(name)) return scope.#kinds.get(name);
    }
    return undefined;
  }

  declare(name: string, kind: Kind | undefined): void {
    if (kind || !this.#kinds.has(name)) this.#kinds.set(name, kind);
  }

  assign(name: string, kind: Kind | undefined): void {
    if (!kind) return;
    for (let scope: Scope | undefined = this; scope; scope = scope.parent) {
      if (!scope.#kinds.has(name)) continue;
      const known = scope.#kinds.get(name);
      if (!known || known.is === "foreign") scope.#kinds.set(name, kind);
      return;
    }
  }
}
