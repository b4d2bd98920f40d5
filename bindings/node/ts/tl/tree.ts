// `Api`: a class for each of the schema's 1,698 constructors and 850 methods, made when it is first used.
//
// The names come from the addon at once, what is in a class only when somebody asks for it. Three functions are compiled
// for a class: its constructor, which takes named arguments; the maker, which the addon calls with the fields of an answer in
// wire order; and, once such an object is to be written, the taker, which gives the addon what is in it. The first
// two set the fields in the same order, so that V8 sees one shape.
import { lazyTree, type Tree } from "./lazily";
import { crc32, fromBigInteger, randomLong } from "./numbers";
import { native, type Description, type NativeCodec } from "../native";
import { TLObject, TLRequest } from "./object";

type Class = typeof TLObject & (new (args?: Record<string, unknown>) => TLObject);
type Maker = (...fields: unknown[]) => void;

/** Adds to a class's prototype what GramJS adds to it: `Api.Message` has `reply` and so on. */
export type Patch = (prototype: object) => void;

export interface Schema {
  Api: Tree;
  codec: NativeCodec;
  /** A long as it is in this tree. */
  long: (bigint: bigint) => unknown;
  /** Whether there is a constructor or method of this id. */
  knows: (id: number) => boolean;
}

/** Makes the tree of classes whose longs are what `long` makes of a BigInt; left out, they stay BigInts. */
export function makeSchema(long: Long, patches: Record<string, Patch>): Schema {
  const shown = long ?? ((bigint: bigint) => bigint);
  const random = () => shown(randomLong());
  const names = native.classNames().split("\n");
  const classes = new Map<number, Made>();
  const classOf = (index: number) => {
    let made = classes.get(index);
    if (!made) {
      made = makeClass(names[index]!, index, () => codec, long, random);
      patches[names[index]!]?.(made.Class.prototype);
      classes.set(index, made);
    }
    return made;
  };
  const codec = new native.Codec((index) => classOf(index).maker, makeTaker, long);
  const top = new Map<string, number>();
  const spaces: Map<string, number>[] = [];
  names.forEach((name, index) => {
    const dot = name.indexOf(".");
    if (dot < 0) return void top.set(name, index);
    const space = name.slice(0, dot);
    let place = top.get(space);
    // A namespace stands behind all classes.
    if (place === undefined) top.set(space, (place = names.length + spaces.push(new Map()) - 1));
    spaces[place - names.length]!.set(name.slice(dot + 1), index);
  });
  const make = (place: number): unknown =>
    place < names.length ? classOf(place).Class : lazyTree(spaces[place - names.length]!, make);
  const Api = lazyTree(top, make);
  return { Api, codec, long: shown, knows: (id) => native.indexOfId(id) !== null };
}

type Long = ((bigint: bigint) => unknown) | undefined;
type Made = { Class: Class; maker: Maker };

function makeClass(name: string, index: number, codec: () => NativeCodec, long: Long, random: () => unknown): Made {
  const description = native.describeClass(index);
  const fields = description.fields.map((field) => field.name);
  const Base = description.function ? TLRequest : TLObject;
  const Class = compile(name, description, fields)(Base, checker(name, fields), random);
  const about = {
    CONSTRUCTOR_ID: description.id,
    SUBCLASS_OF_ID: crc32(resultOf(description)),
    className: name,
    classType: description.function ? "request" : "constructor",
  };
  for (const [key, value] of Object.entries(about)) {
    Object.defineProperty(Class, key, { value, enumerable: true });
    Object.defineProperty(Class.prototype, key, { value });
  }
  Object.defineProperty(Class, "index", { value: index });
  Object.defineProperty(Class, "fromReader", {
    value: (reader: Reader | Uint8Array) => readFrom(reader, (bytes, at) => codec().readBare(index, bytes, at)),
  });
  if (description.function) {
    Object.defineProperty(Class.prototype, "readResult", {
      value: (reader: Reader | Uint8Array) => readFrom(reader, (bytes, at) => codec().readAnswer(index, bytes, at)),
    });
  }
  const maker = makeMaker(description, long);
  maker.prototype = Class.prototype;
  return { Class, maker };
}

/** The addon gives longs as BigInts, except in lists. */
function makeMaker({ fields }: Description, long: Long): Maker {
  const parameters = fields.map((_, at) => `f${at}`);
  const value = (type: string, at: number) => (long && type === "long" ? `f${at} === null ? null : long(f${at})` : `f${at}`);
  const sets = fields.map(({ name, type }, at) => `this.${name} = ${value(type, at)};`);
  return new Function("long", `return function (${parameters}) { ${sets.join("\n")} }`)(long) as Maker;
}

/**
 * What the addon calls to write an object, by the names of its fields, so that any tree's will do: it gives which are there,
 * 32 bits each, and then the values of those. A flag that is true is there.
 */
function makeTaker(index: number): (object: object) => unknown[] {
  const { fields } = native.describeClass(index);
  const words = Array.from({ length: Math.ceil(fields.length / 32) }, (_, word) => `w${word}`);
  const takes = fields.map(({ name, type }, at) => {
    const mark = `w${at >> 5} |= ${1 << (at & 31)};`;
    if (type === "#") return "";
    if (type === "true") return `if (object.${name}) ${mark}`;
    return `value = object.${name}; if (value !== null && value !== undefined) { ${mark} taken.push(${plain(type)}); }`;
  });
  const source = `return function (object) {
    let value, ${words.map((word) => `${word} = 0`)};
    const taken = [${words}];
    ${takes.join("\n    ")}
    ${words.map((word, at) => `taken[${at}] = ${word};`).join(" ")}
    return taken;
  };`;
  return new Function("number", source)(fromBigInteger) as (object: object) => unknown[];
}

/** A value without the package big-integer's numbers, which the addon does not know. */
function plain(type: string): string {
  if (WHOLE.test(type)) return "number(value)";
  return VECTOR_OF_WHOLE.test(type) ? "Array.isArray(value) ? value.map(number) : value" : "value";
}

const WHOLE = /^(long|int|int128|int256)$/;
const VECTOR_OF_WHOLE = /^[Vv]ector<(long|int|int128|int256)>$/;

/** The name of its type; of a method that answers whatever the one in it does, the schema's letter for that. */
function resultOf({ function: method, result }: Description): string {
  return method && result === "Object" ? "X" : result;
}

/** What reads from a `BinaryReader`, and moves it on. */
interface Reader {
  getBuffer(): Buffer;
  offset: number;
}

function readFrom(from: Reader | Uint8Array, read: (bytes: Uint8Array, at: number) => [unknown, number]): unknown {
  if (from instanceof Uint8Array) return read(from, 0)[0];
  const [value, end] = read(from.getBuffer(), from.offset);
  from.offset = end;
  return value;
}

type Compiled = (Base: typeof TLObject, check: (args: object) => void, random: () => unknown) => Class;

function compile(name: string, { fields: described }: Description, fields: string[]): Compiled {
  const sets = fields.map((field, at) => {
    // auth.importBotAuthorization has a number of this name, which GramJS's users do not give.
    if (field === "flags" && described[at]!.type === "int") return "this.flags = args.flags ?? 0;";
    if (field !== "randomId") return `this.${field} = args.${field};`;
    // As in GramJS: who names no random_id gets one, and a list of messages gets one for each.
    const made = described[at]!.type.startsWith("Vector") ? "args.id.map(random)" : "random()";
    return `this.randomId = args.randomId || ${made};`;
  });
  const short = name.slice(name.indexOf(".") + 1);
  const source = `return class ${short} extends Base {
    constructor(args = {}) {
      super();
      check(args);
      ${sets.join("\n      ")}
    }
  };`;
  return new Function("Base", "check", "random", source) as Compiled;
}

/** What is the same for a whole class, and what GramJS's objects have as fields when they are copied with `...`. */
const ABOUT = ["CONSTRUCTOR_ID", "SUBCLASS_OF_ID", "className", "classType", "originalArgs"];

/** Refuses names that are no fields: GramJS forgets them, and the call does something else than was meant. */
function checker(name: string, fields: string[]): (args: object) => void {
  const known = new Set([...fields, ...ABOUT]);
  return (args) => {
    if (typeof args !== "object" || args === null) {
      throw new TypeError(`Api.${name}: an object with its fields is wanted, not ${args === null ? "null" : typeof args}`);
    }
    for (const key in args) {
      if (known.has(key) || key.startsWith("_")) continue;
      const have = fields.filter((field) => !/^flags\d*$/.test(field));
      throw new TypeError(`Api.${name} has no field ${key}; it has ${have.join(", ") || "none"}`);
    }
  };
}
