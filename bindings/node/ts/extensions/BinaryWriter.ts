// Puts bytes behind each other, as GramJS's class of this name.

export class BinaryWriter {
  readonly #parts: Uint8Array[];

  /** Begins with these bytes. */
  constructor(stream: Uint8Array) {
    this.#parts = [stream];
  }

  write(buffer: Uint8Array): void {
    this.#parts.push(buffer);
  }

  /** All bytes so far. */
  getValue(): Buffer {
    return Buffer.concat(this.#parts);
  }
}
