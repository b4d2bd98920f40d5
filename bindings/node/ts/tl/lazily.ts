// A tree whose properties are made when they are first used, and stand there from the beginning.
//
// A thousand getters take 8 ms of what `require` has, before anybody has asked for one. A Proxy takes nothing: it looks into a map
// of the names, and what was made once stands in its target like any other property.
import { inspect } from "node:util";

export type Tree = Record<string, unknown>;

/** A tree with these names; `make(name)` gives what is there. */
export function lazyTree(names: ReadonlyMap<string, number>, make: (index: number) => unknown): Tree {
  const made: Tree = {};
  const tree = new Proxy(made, {
    get(made, name) {
      const value = Reflect.get(made, name);
      if (value !== undefined || typeof name !== "string") return value;
      const index = names.get(name);
      return index === undefined ? undefined : (made[name] = make(index));
    },
    has: (made, name) => Reflect.has(made, name) || (typeof name === "string" && names.has(name)),
    ownKeys: (made) => [...new Set([...names.keys(), ...Reflect.ownKeys(made)])],
    getOwnPropertyDescriptor(made, name) {
      const there = Reflect.getOwnPropertyDescriptor(made, name);
      if (there || typeof name !== "string" || !names.has(name)) return there;
      return { configurable: true, enumerable: true, get: () => tree[name] };
    },
  });
  // Whoever prints it sees all of it: print looks at the target alone.
  Object.defineProperty(made, inspect.custom, { value: () => ({ ...tree }) });
  return tree;
}
