// Which layer this is, and the classes of `Api` by their ids.
import { native } from "../native";
import { Api } from "./api";

/** The layer of the schema. */
export const LAYER: number = native.layer();

/** The class of a constructor or method, by its id; `undefined` for ids of none. */
export const tlobjects: Readonly<Record<number, unknown>> = new Proxy({}, { get: (_, id) => classOf(Number(id)) });

let names: string[] | undefined;

function classOf(id: number): unknown {
  const index = Number.isInteger(id) ? native.indexOfId(id) : null;
  if (index === null) return undefined;
  names ??= native.classNames().split("\n");
  return names[index]!.split(".").reduce<unknown>((tree, name) => (tree as Record<string, unknown>)[name], Api);
}
