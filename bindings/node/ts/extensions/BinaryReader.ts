// Reads TL values one after the other, as GramJS's class of this name.
import { telegram } from "../tl/schema";

export class BinaryReader {
  readonly buffer: Buffer;
  /** Where the next value begins. */
  position = 0;

  constructor(data: Buffer) {
    this.buffer = data;
  }

  /** The next object, id first; also a Bool or a Vector of objects. */
  tgReadObject(): unknown {
    const [value, end] = telegram.codec.read(this.buffer, this.position);
    this.position = end;
    return value;
  }
}
