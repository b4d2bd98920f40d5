// The key that a client shares with a data centre. Whoever has it is logged in.
import { createHash } from "node:crypto";
import bigInt, { type BigInteger } from "big-integer";

export class AuthKey {
  // Private, so that neither console.log nor JSON shows it.
  #key?: Buffer;
  /** The last 64 bits of the key's SHA-1, which name it in every packet. */
  keyId?: BigInteger;

  /** `hash`, the key's SHA-1, is computed when it is left out. */
  constructor(value?: Buffer, _hash?: Buffer) {
    this.#set(value);
  }

  /** Takes another key, or none. */
  async setKey(value?: Buffer | AuthKey): Promise<void> {
    this.#set(value instanceof AuthKey ? value.getKey() : value);
  }

  /** Resolves once there is a key. */
  async waitForKey(): Promise<void> {
    while (!this.#key) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** The 256 bytes. A secret. */
  getKey(): Buffer | undefined {
    return this.#key;
  }

  equals(other: unknown): boolean {
    return other instanceof AuthKey && this.#key !== undefined && (other.getKey()?.equals(this.#key) ?? false);
  }

  #set(value: Buffer | undefined): void {
    this.#key = value;
    const name = value && createHash("sha1").update(value).digest().readBigUInt64LE(12);
    this.keyId = name === undefined ? undefined : bigInt(name);
  }
}
