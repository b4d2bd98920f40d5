// Numbers of the schema.
import bigInt from "big-integer";
import { native } from "../native";

/** A random `random_id`. */
export function randomLong(): bigint {
  return native.randomLong();
}

/** A long as GramJS shows it. */
export function toBigInteger(long: bigint): bigInt.BigInteger {
  return bigInt(long);
}

/** Whether this is of big-integer, be it another copy of that package. */
export function isBigInteger(value: unknown): value is bigInt.BigInteger {
  return typeof value === "object" && value !== null && (bigInt.isInstance(value) || "toJSNumber" in value);
}

/** What is of big-integer as a BigInt; anything else as it is. */
export function fromBigInteger(value: unknown): unknown {
  if (!isBigInteger(value)) return value;
  const { value: inner } = value as { value?: unknown };
  return typeof inner === "bigint" ? inner : BigInt(String(value));
}

/** The checksum of a type's name, which GramJS calls SUBCLASS_OF_ID. */
export function crc32(text: string | Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** A long written in digits, of the kind that `like` has: a BigInt beside BigInts, otherwise as GramJS shows it. */
export function toLong(digits: string, like: unknown): bigInt.BigInteger {
  const native = typeof like === "bigint" || (typeof like === "object" && like !== null && Object.values(like).some((field) => typeof field === "bigint"));
  return native ? (BigInt(digits) as unknown as bigInt.BigInteger) : bigInt(digits);
}
