// The key that a client shares with a data centre. Whoever has it is logged in.
import bigInt, { type BigInteger } from "big-integer";
import { nodeCrypto } from "./node";

export class AuthKey {
  // Private, so that neither console.log nor JSON shows it.
  #key?: Buffer;

  /** `hash`, the key's SHA-1, is computed when it is left out. */
  constructor(value?: Buffer, _hash?: Buffer) {
    this.#key = value;
  }

  /** Takes another key, or none. */
  async setKey(value?: Buffer | AuthKey): Promise<void> {
    this.#key = value instanceof AuthKey ? value.getKey() : value;
  }

  /** Resolves once there is a key. */
  async waitForKey(): Promise<void> {
    while (!this.#key) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** The last 64 bits of the key's SHA-1, which name it in every packet. */
  get keyId(): BigInteger | undefined {
    if (!this.#key) return undefined;
    return bigInt(nodeCrypto().createHash("sha1").update(this.#key).digest().readBigUInt64LE(12));
  }

  /** The 256 bytes. A secret. */
  getKey(): Buffer | undefined {
    return this.#key;
  }

  equals(other: unknown): boolean {
    return other instanceof AuthKey && this.#key !== undefined && (other.getKey()?.equals(this.#key) ?? false);
  }
}
