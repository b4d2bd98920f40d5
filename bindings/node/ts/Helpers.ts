// Numbers, bytes and lists, under the names that GramJS has for them.
import bigInt, { type BigInteger } from "big-integer";
import type { EntityLike } from "./define";
import type { Api } from "./tl/api";
import { crc32 as checksum, isBigInteger } from "./tl/numbers";
import { idOf, isObject } from "./tl/kinds";

/** A list that knows of how many it is a part. */
export class TotalList<T> extends Array<T> {
  /** How many there are in all, as the server says. */
  total?: number = 0;

  /** What is derived from it (`map`, `filter`) is a plain array. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

/** The number as big-integer has it. */
export function returnBigInt(num: BigInteger | string | number | bigint): BigInteger {
  return isBigInteger(num) ? num : bigInt(num as string);
}

/** The number in these bytes. */
export function readBigIntFromBuffer(buffer: Buffer, little = true, signed = false): BigInteger {
  const bytes = little ? Buffer.from(buffer).reverse() : buffer;
  const unsigned = BigInt(`0x${bytes.toString("hex") || "0"}`);
  return bigInt(signed ? BigInt.asIntN(bytes.length * 8, unsigned) : unsigned);
}

/** The number in so many bytes; refuses one that does not fit. */
export function readBufferFromBigInt(bigIntVar: BigInteger, bytesNumber: number, little = true, signed = false): Buffer {
  const value = BigInt(bigIntVar.toString());
  if (!signed && value < 0n) throw new Error("Cannot convert to unsigned");
  const length = (value < 0n ? -value : value).toString(2).length;
  if (length > bytesNumber * 8) throw new Error("OverflowError: int too big to convert");
  const hex = BigInt.asUintN(bytesNumber * 8, value).toString(16).padStart(bytesNumber * 2, "0");
  const bytes = Buffer.from(hex, "hex");
  return little ? bytes.reverse() : bytes;
}

/** The lowest `number` bytes of an integer, the lowest first. */
export function toSignedLittleBuffer(big: BigInteger | string | number, number = 8): Buffer {
  const value = BigInt.asUintN(number * 8, BigInt(returnBigInt(big).toString()));
  return Buffer.from(value.toString(16).padStart(number * 2, "0"), "hex").reverse();
}

/** As few bytes as the number needs, the highest first. */
export function getByteArray(integer: BigInteger | number, signed = false): Buffer {
  const length = Math.ceil(integer.toString(2).length / 8);
  return readBufferFromBigInt(bigInt(integer as BigInteger), length, false, signed);
}

/** Eight random bytes as a number. */
export function generateRandomLong(signed = true): BigInteger {
  return readBigIntFromBuffer(crypto().randomBytes(8), true, signed);
}

/** Eight random bytes as a number, never negative. */
export function generateRandomBigInt(): BigInteger {
  return readBigIntFromBuffer(crypto().randomBytes(8), false);
}

/** Random bytes, fit for keys. */
export function generateRandomBytes(count: number): Buffer {
  return crypto().randomBytes(count);
}

/** A random whole number, both ends included. */
export function getRandomInt(min: number, max: number): number {
  const least = Math.ceil(min);
  return Math.floor(Math.random() * (Math.floor(max) - least + 1)) + least;
}

/** The smallest of them; 0 of none. */
export function getMinBigInt(arrayOfBigInts: (BigInteger | string)[]): BigInteger {
  const numbers = arrayOfBigInts.map(returnBigInt);
  return numbers.length ? numbers.reduce((least, one) => (one.lesser(least) ? one : least)) : bigInt.zero;
}

/** The remainder that is never negative. */
export function mod(n: number, m: number): number {
  return ((n % m) + m) % m;
}

/** The remainder that is never negative. */
export function bigIntMod(n: BigInteger, m: BigInteger): BigInteger {
  return n.remainder(m).add(m).remainder(m);
}

/** a to the b, modulo n. */
export function modExp(a: BigInteger, b: BigInteger, n: BigInteger): BigInteger {
  return bigIntMod(a, n).modPow(b, n);
}

/** The exclusive or of two byte strings of one length. */
export function bufferXor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(a.map((byte, at) => byte ^ b[at]!));
}

/** The SHA-1 digest. */
export async function sha1(data: Buffer): Promise<Buffer> {
  return crypto().createHash("sha1").update(data).digest();
}

/** The SHA-256 digest. */
export async function sha256(data: Buffer): Promise<Buffer> {
  return crypto().createHash("sha256").update(data).digest();
}

/** The CRC-32 checksum. */
export function crc32(buf: Buffer | string): number {
  return checksum(buf);
}

/** Each byte as four, in the last of which it stands. */
export function convertToLittle(buf: Buffer): Buffer {
  const wide = Buffer.alloc(buf.length * 4);
  buf.forEach((byte, at) => wide.writeUInt32BE(byte, at * 4));
  return wide;
}

/** Resolves after so many milliseconds; with `isUnref` without keeping the process alive. */
export function sleep(ms: number, isUnref = false): Promise<unknown> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    if (isUnref) timer.unref();
  });
}

/** The text without white space around it; the entities are moved and cut with it, those of nothing removed. */
export function stripText(text: string, entities: Api.TypeMessageEntity[]): string {
  const stripped = text.trim();
  const start = text.length - text.trimStart().length;
  const kept = entities.filter((entity) => {
    const [from, to] = [entity.offset, entity.offset + entity.length].map((at) => Math.min(Math.max(at - start, 0), stripped.length)) as [number, number];
    [entity.offset, entity.length] = [from, to - from];
    return to > from;
  });
  entities.splice(0, entities.length, ...kept);
  return stripped;
}

/** The key and iv that protect the last steps of a key exchange. */
export async function generateKeyDataFromNonce(serverNonceBigInt: BigInteger, newNonceBigInt: BigInteger): Promise<{ key: Buffer; iv: Buffer }> {
  const serverNonce = toSignedLittleBuffer(serverNonceBigInt, 16);
  const newNonce = toSignedLittleBuffer(newNonceBigInt, 32);
  const pairs = [[newNonce, serverNonce], [serverNonce, newNonce], [newNonce, newNonce]];
  const [first, second, third] = (await Promise.all(pairs.map((pair) => sha1(Buffer.concat(pair))))) as [Buffer, Buffer, Buffer];
  const all = Buffer.concat([first, second, third, newNonce.subarray(0, 4)]);
  return { key: all.subarray(0, 32), iv: all.subarray(32) };
}

/** A text in which nothing means anything to a regular expression. */
export function escapeRegex(string: string): string {
  return string.replace(/[-/\\^$*+?.()|[\]{}]/g, "\\$&");
}

/** The elements, by what `keyGetter` says of each. */
export function groupBy<T, K>(list: readonly T[], keyGetter: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of list) {
    const key = keyGetter(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Whether it has a length and elements: an array, a buffer; not a text. */
export const isArrayLike = <T>(x: unknown): x is T[] =>
  typeof x === "object" && x !== null && typeof (x as { length?: unknown }).length === "number";

/** The fields that are not private. */
export function betterConsoleLog(object: object): Record<string, unknown> {
  const shown = Object.entries(object).filter(([name]) => !name.startsWith("_") && name !== "originalArgs");
  return Object.fromEntries(shown);
}

/** What kinds of chats there are. */
export const _EntityType = Object.freeze({ USER: 0, CHAT: 1, CHANNEL: 2 });

/** Of what kind a peer or entity is. */
export function _entityType(entity: EntityLike): number {
  if (!isObject(entity)) throw new Error(`${entity} is not a TLObject, cannot determine entity type`);
  if (PEOPLE.some((type) => idOf(type) === entity.SUBCLASS_OF_ID)) {
    const { className } = entity;
    if (/User|Self/.test(className)) return _EntityType.USER;
    if (/Channel/.test(className)) return _EntityType.CHANNEL;
    if (/Chat/.test(className)) return _EntityType.CHAT;
  }
  throw new Error(`${entity.className} does not have any entity type`);
}

/** Loaded when it is needed. */
const crypto = () => require("node:crypto") as typeof import("node:crypto");

const PEOPLE = ["Peer", "InputPeer", "InputUser", "InputChannel", "User", "Chat", "UserFull", "ChatFull"];
