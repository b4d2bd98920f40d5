// Of which type of the schema an object is, by the id that GramJS calls SUBCLASS_OF_ID.
import { crc32 } from "./numbers";

const ids = new Map<string, number>();

/** Whether this is an object of the type: `isOf(value, "InputPeer")`. */
export function isOf(value: unknown, type: string): boolean {
  return typeof value === "object" && value !== null && (value as { SUBCLASS_OF_ID?: number }).SUBCLASS_OF_ID === idOf(type);
}

/** The SUBCLASS_OF_ID of a type. */
export function idOf(type: string): number {
  let id = ids.get(type);
  if (id === undefined) ids.set(type, (id = crc32(type)));
  return id;
}

/** Whether this is an object of the schema. */
export function isObject(value: unknown): value is { SUBCLASS_OF_ID: number; className: string } {
  return typeof value === "object" && value !== null && (value as { SUBCLASS_OF_ID?: number }).SUBCLASS_OF_ID !== undefined;
}

/** Refuses what cannot be made into a type. */
export function castFailed(value: unknown, target: string): never {
  const shown = isObject(value) ? value.className : String(value);
  throw new Error(`Cannot cast ${shown} to any kind of ${target}`);
}
