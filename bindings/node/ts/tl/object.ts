// What every class of `Api` is made of.
import { inspect } from "node:util";
import { native, type Description } from "../native";

/** An object of the schema: its fields, in wire order. What is the same for all of a class is on the prototype. */
export class TLObject {
  declare static CONSTRUCTOR_ID: number;
  declare static SUBCLASS_OF_ID: number;
  declare static className: string;
  declare static classType: "constructor" | "request";

  declare readonly CONSTRUCTOR_ID: number;
  declare readonly SUBCLASS_OF_ID: number;
  declare readonly className: string;
  declare readonly classType: "constructor" | "request";

  /** By id, so that it does not matter which copy of this package, or which entry of it, made the object. */
  static [Symbol.hasInstance](value: unknown): boolean {
    if (typeof value !== "object" || value === null) return false;
    const { CONSTRUCTOR_ID, classType } = value as TLObject;
    if (this === TLObject) return CONSTRUCTOR_ID !== undefined && classType !== undefined;
    if (this === TLRequest) return CONSTRUCTOR_ID !== undefined && classType === "request";
    if (!Object.hasOwn(this, "CONSTRUCTOR_ID")) return Function.prototype[Symbol.hasInstance].call(this, value);
    return CONSTRUCTOR_ID === this.CONSTRUCTOR_ID;
  }

  /** The TL bytes, id first. Throws when a field is missing or of the wrong type, and names it. */
  getBytes(): Buffer {
    return native.writeObject(this);
  }

  /** The fields as they are now. */
  get originalArgs(): Record<string, unknown> {
    const args: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(this)) if (!name.startsWith("_")) args[name] = value;
    return args;
  }

  toJSON(): Record<string, unknown> {
    return { ...this.originalArgs, className: this.className };
  }

  [inspect.custom](): object {
    const { CONSTRUCTOR_ID, SUBCLASS_OF_ID, className, classType } = this;
    return { CONSTRUCTOR_ID, SUBCLASS_OF_ID, className, classType, ...this.originalArgs };
  }
}

/** A method with its arguments. */
export class TLRequest extends TLObject {
  /** @internal */
  declare static index: number;
}

export type { Description };
