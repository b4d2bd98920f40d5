// The trees of classes: the telegram-shaped one, and the one whose longs are BigInts.
import { toBigInteger } from "./numbers";
import { patches } from "./patches";
import { makeSchema, type Schema } from "./tree";

export type { Tree } from "./lazily";
export type { Schema } from "./tree";

/** What `require("telegram")` shows: longs are of the package big-integer, as GramJS has them. */
export const telegram: Schema = makeSchema(toBigInteger, patches);

let withBigInts: Schema | undefined;

/** What `heliogram/modern` shows: longs are BigInts. Made when it is first asked for. */
export function modern(): Schema {
  return (withBigInts ??= makeSchema(undefined, patches));
}
