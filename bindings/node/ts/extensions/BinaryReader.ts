// Reads TL values one after the other, as GramJS's class of this name.
//
// Objects are read in Rust. What is read here is what stands between them in files and caches of one's own.
import type { BigInteger } from "big-integer";
import { TypeNotFoundError } from "../errors/Common";
import { telegram, type Schema } from "../tl/schema";

const VECTOR = 0x1cb5c415;
const BOOL_TRUE = 0x997275b5;
const BOOL_FALSE = 0xbc799737;
/** The first byte of a string whose length takes three more. */
const LONG_STRING = 254;

export class BinaryReader {
  /** Where the next value begins. */
  offset = 0;
  readonly #data: Buffer;

  constructor(data: Uint8Array) {
    if (!(data instanceof Uint8Array)) throw new TypeError(`BinaryReader: a Buffer is wanted, not ${data === null ? "null" : typeof data}`);
    this.#data = Buffer.from(data.buffer, data.byteOffset, data.length);
  }

  /** One byte. */
  readByte(): number {
    return this.read(1)[0]!;
  }

  /** 32 bits. */
  readInt(signed = true): number {
    const bytes = this.read(4);
    return signed ? bytes.readInt32LE() : bytes.readUInt32LE();
  }

  /** 64 bits. */
  readLong(signed = true): BigInteger {
    return this.readLargeInt(64, signed);
  }

  /** A floating-point number of 32 bits. */
  readFloat(): number {
    return this.read(4).readFloatLE();
  }

  /** A floating-point number of 64 bits. */
  readDouble(): number {
    return this.read(8).readDoubleLE();
  }

  /** A whole number of so many bits, a multiple of 8. */
  readLargeInt(bits: number, signed = true): BigInteger {
    const bytes = Buffer.from(this.read(Math.floor(bits / 8))).reverse();
    const unsigned = BigInt(`0x${bytes.toString("hex") || "0"}`);
    return this.schema.long(signed ? BigInt.asIntN(bytes.length * 8, unsigned) : unsigned) as BigInteger;
  }

  /** So many bytes, or all that are left. With `checkLength` false fewer, when there are no more. */
  read(length = -1, checkLength = true): Buffer {
    const left = this.#data.length - this.offset;
    const wanted = length === -1 ? left : length;
    if (checkLength && (wanted > left || wanted < 0)) {
      throw new RangeError(`BinaryReader: ${wanted} bytes are wanted at ${this.offset}, and ${left} are left`);
    }
    const bytes = this.#data.subarray(this.offset, this.offset + wanted);
    this.offset += wanted;
    return bytes;
  }

  /** All bytes, those that were read as well. */
  getBuffer(): Buffer {
    return this.#data;
  }

  /** A string of bytes, with its length before it. */
  tgReadBytes(): Buffer {
    const first = this.readByte();
    const length = first === LONG_STRING ? this.read(3).readUIntLE(0, 3) : first;
    const bytes = this.read(length);
    const taken = length + (first === LONG_STRING ? 4 : 1);
    this.read((4 - (taken % 4)) % 4);
    return bytes;
  }

  /** The same, as text in UTF-8. */
  tgReadString(): string {
    return this.tgReadBytes().toString("utf8");
  }

  /** `true` or `false`. */
  tgReadBool(): boolean {
    const id = this.readInt(false);
    if (id === BOOL_TRUE) return true;
    if (id === BOOL_FALSE) return false;
    throw new Error(`BinaryReader: ${hex(id)} is neither boolTrue nor boolFalse`);
  }

  /** The time in seconds since 1970. */
  tgReadDate(): Date {
    return new Date(this.readInt() * 1000);
  }

  /** The next object, id first; also a Bool or a Vector of objects. */
  tgReadObject(): any {
    const id = this.readInt(false);
    this.offset -= 4;
    if (id !== VECTOR && id !== BOOL_TRUE && id !== BOOL_FALSE && !this.schema.knows(id)) {
      throw new TypeNotFoundError(id, this.#data.subarray(this.offset));
    }
    const [value, end] = this.schema.codec.read(this.#data, this.offset);
    this.offset = end;
    return value;
  }

  /** A Vector of objects. */
  tgReadVector(): any[] {
    const id = this.readInt(false);
    this.offset -= 4;
    if (id !== VECTOR) throw new Error(`BinaryReader: ${hex(id)} is no vector`);
    return this.tgReadObject() as unknown[];
  }

  /** Where the next value begins. */
  tellPosition(): number {
    return this.offset;
  }

  /** Goes to this place, from the beginning. */
  setPosition(position: number): void {
    this.offset = position;
  }

  /** Goes on by so many bytes, or back. */
  seek(offset: number): void {
    this.offset += offset;
  }

  /** @internal Whose objects are read. */
  protected get schema(): Schema {
    return telegram;
  }
}

function hex(id: number): string {
  return `0x${id.toString(16).padStart(8, "0")}`;
}
