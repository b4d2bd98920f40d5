// Every class of `Api`, with random values: through bytes and back, and as GramJS reads and prints the same bytes.
import assert from "node:assert/strict";
import { inspect } from "node:util";
import test from "node:test";
import bigInt from "big-integer";
import { TheirApi, requireTheirs } from "./gramjs.mjs";
import { Api, load } from "./world.mjs";

const { native } = load("native");
const { BinaryReader, BinaryWriter } = load("extensions");
const { TypeNotFoundError } = load("errors");

const names = native.classNames().split("\n");
const described = names.map((_, index) => native.describeClass(index));
const classOf = (index) => names[index].split(".").reduce((tree, name) => tree[name], Api);
const makers = Map.groupBy
  ? Map.groupBy(names.keys(), (index) => described[index].result)
  : [...names.keys()].reduce((by, index) => by.set(described[index].result, [...(by.get(described[index].result) ?? []), index]), new Map());
const constructorsOf = (type) => (makers.get(type) ?? []).filter((index) => !described[index].function);

/** A generator of the same numbers each time. */
function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** How deep the least object of each constructor is. */
const depths = (() => {
  const depth = new Map();
  for (let changed = true; changed; ) {
    changed = false;
    described.forEach(({ fields }, index) => {
      if (depth.has(index)) return;
      const needed = fields.filter((field) => !field.optional && constructorsOf(field.type).length);
      const each = needed.map((field) => Math.min(...constructorsOf(field.type).map((one) => depth.get(one) ?? Infinity)));
      const most = Math.max(0, ...each);
      if (most < Infinity) depth.set(index, most + 1), (changed = true);
    });
  }
  return depth;
})();

const TEXTS = ["", "a", "päck", "👋🏽 hello", "x".repeat(300)];
const bytesOf = (pick, length) => Buffer.from(Array.from({ length }, () => pick(256)));

function value(type, pick, deep) {
  const list = /^[Vv]ector<(.*)>$/.exec(type);
  if (list) return Array.from({ length: deep > 3 ? 0 : pick(3) }, () => value(list[1], pick, deep + 1));
  switch (type) {
    case "int":
      return bytesOf(pick, 4).readInt32LE();
    case "long":
      return bigInt(bytesOf(pick, 8).readBigInt64LE());
    case "int128":
      return bytesOf(pick, 16);
    case "int256":
      return bytesOf(pick, 32);
    case "double":
      return pick(2 ** 20) / 64;
    case "string":
      return TEXTS[pick(TEXTS.length)];
    case "bytes":
      return bytesOf(pick, pick(40));
    case "Bool":
      return pick(2) === 1;
    case "true":
      return pick(2) === 1;
  }
  const able = constructorsOf(type);
  const bare = names.indexOf(type.replace(/(^|[._])([a-z])/g, (_, before, letter) => (before === "." ? "." : "") + letter.toUpperCase()));
  if (able.length === 0) return bare >= 0 ? object(bare, pick, deep + 1) : new Api.help.GetConfig();
  const least = able.reduce((one, other) => (depths.get(other) < depths.get(one) ? other : one));
  return object(deep > 3 ? least : able[pick(able.length)], pick, deep + 1);
}

function object(index, pick, deep = 0) {
  const all = deep < 3 && pick(2) === 1;
  const made = fill(index, pick, deep, (type) => all || type === "true");
  try {
    made.getBytes();
    return made;
  } catch (error) {
    // A flag that is another optional's too: the description does not say which.
    if (!/shares a bit/.test(error.message)) throw error;
    return fill(index, pick, deep, () => false);
  }
}

function fill(index, pick, deep, wanted) {
  const args = {};
  for (const { name, type, optional } of described[index].fields) {
    if (type === "#" || (optional && !wanted(type))) continue;
    args[name] = value(type, pick, deep);
  }
  return new (classOf(index))(args);
}

test("there are as many classes as the schema has constructors and methods, each of its own id", () => {
  assert.ok(names.length > 2500);
  assert.equal(new Set(described.map(({ id }) => id)).size, names.length);
});

test("two random objects of every class come back from their bytes as the same bytes", () => {
  const pick = random(7);
  for (const index of names.keys()) {
    for (let round = 0; round < 2; round++) {
      const made = object(index, pick);
      const bytes = made.getBytes();
      const where = `${names[index]}: ${inspect(made, { depth: 3 }).slice(0, 600)}`;
      assert.equal(bytes.readUInt32LE(), made.CONSTRUCTOR_ID, where);
      const reader = new BinaryReader(bytes);
      const read = reader.tgReadObject();
      assert.equal(reader.tellPosition(), bytes.length, where);
      assert.equal(read.className, names[index]);
      assert.ok(read.getBytes().equals(bytes), where);
      const body = classOf(index).fromReader(bytes.subarray(4));
      assert.deepEqual({ ...body }, { ...read }, where);
      assert.deepEqual(Object.keys(body), described[index].fields.map(({ name }) => name), where);
    }
  }
});

/** GramJS's classes that have ours of the same id, with that one's index. */
function* shared(tree = TheirApi) {
  for (const Theirs of Object.values(tree)) {
    if (typeof Theirs === "object") yield* shared(Theirs);
    if (typeof Theirs !== "function" || !Theirs.CONSTRUCTOR_ID) continue;
    const index = native.indexOfId(Theirs.CONSTRUCTOR_ID >>> 0);
    if (index !== null) yield [Theirs, index];
  }
}

test("what GramJS has under the same id has the same name, kind and type", () => {
  let compared = 0;
  for (const [Theirs, index] of shared()) {
    const Ours = classOf(index);
    const about = ({ CONSTRUCTOR_ID, SUBCLASS_OF_ID, className, classType }) => ({ CONSTRUCTOR_ID, SUBCLASS_OF_ID, className, classType });
    assert.deepEqual(about(Ours), about(Theirs));
    compared++;
  }
  assert.ok(compared > 1500, `${compared} classes`);
});

/** A flag without a value is no part of an id: those that a newer layer has are taken out here. */
function asTheirs(ours, theirs) {
  if (typeof ours !== "object" || ours === null || Buffer.isBuffer(ours) || bigInt.isInstance(ours)) return;
  if (Array.isArray(ours)) return ours.forEach((one, at) => asTheirs(one, theirs[at]));
  const { fields } = described[names.indexOf(ours.className)];
  for (const key of Object.keys(ours)) {
    if (Buffer.isBuffer(ours[key]) && typeof theirs[key] === "string") {
      // What GramJS has as a string, under the same id: of the protocol itself, and in one place of the API.
      assert.equal(ours[key].toString(), theirs[key]);
      ours[key] = theirs[key];
    } else if (key in theirs.originalArgs) asTheirs(ours[key], theirs[key]);
    else {
      assert.equal(fields.find(({ name }) => name === key)?.type, "true", `${ours.className}.${key}`);
      delete ours[key];
    }
  }
}

test("GramJS reads our bytes as an object of the same fields and the same JSON, and prints it the same", () => {
  const { BinaryReader: TheirReader } = requireTheirs("telegram/extensions");
  const pick = random(11);
  const known = [...shared()];
  let compared = 0;
  let alike = 0;
  for (const [, index] of known) {
    for (let round = 0; round < 2; round++) {
      const bytes = object(index, pick).getBytes();
      let theirs;
      try {
        theirs = new TheirReader(bytes).tgReadObject();
      } catch (error) {
        if (error.constructor.name === "TypeNotFoundError") continue; // there is something of a newer layer in it
        if (names[index] === "FutureSalts") continue; // GramJS's reader of bare vectors fails
        throw error;
      }
      const ours = new BinaryReader(bytes).tgReadObject();
      asTheirs(ours, theirs);
      assert.equal(JSON.stringify(ours), JSON.stringify(theirs), names[index]);
      // GramJS prints of messages every field that any kind of message has, undefined where this kind has none.
      const printed = inspect(theirs, { depth: 30 });
      if (!/className: '(Message|MessageService|MessageEmpty)'/.test(printed)) {
        assert.equal(inspect(ours, { depth: 30 }), printed, names[index]);
        alike++;
      }
      assert.deepEqual(Object.keys(ours.originalArgs), Object.keys(theirs.originalArgs));
      compared++;
    }
  }
  assert.ok(compared > 2000 && alike > 2000, `${compared} objects, ${alike} of them printed`);
});

test("a BinaryReader reads what a BinaryWriter and GramJS's own helpers have put together", () => {
  const { serializeBytes } = requireTheirs("telegram/tl/generationHelpers");
  const writer = new BinaryWriter(Buffer.from([1]));
  const numbers = Buffer.alloc(4 + 8 + 4 + 8);
  numbers.writeInt32LE(-5, 0);
  numbers.writeBigInt64LE(-6n, 4);
  numbers.writeFloatLE(1.5, 12);
  numbers.writeDoubleLE(-2.25, 16);
  for (const part of [numbers, serializeBytes(Buffer.from("abc")), serializeBytes("x".repeat(1000))]) writer.write(part);
  writer.write(Buffer.from("b5757299" + "379779bc" + "10000000", "hex"));
  const reader = new BinaryReader(writer.getValue());
  assert.equal(reader.readByte(), 1);
  assert.equal(reader.readInt(), -5);
  assert.ok(reader.readLong().equals(-6));
  assert.equal(reader.readFloat(), 1.5);
  assert.equal(reader.readDouble(), -2.25);
  assert.equal(reader.tgReadBytes().toString(), "abc");
  assert.equal(reader.tgReadString(), "x".repeat(1000));
  assert.deepEqual([reader.tgReadBool(), reader.tgReadBool()], [true, false]);
  assert.deepEqual(reader.tgReadDate(), new Date(16_000));
  assert.throws(() => reader.readInt(), /^RangeError: BinaryReader: 4 bytes are wanted at \d+, and 0 are left$/);
  reader.setPosition(1);
  assert.equal(reader.readInt(false), 2 ** 32 - 5);
  reader.seek(-4);
  assert.equal(reader.tellPosition(), 1);
  assert.equal(reader.getBuffer().length, writer.getValue().length);
  assert.throws(() => new BinaryReader(Buffer.from("01020304", "hex")).tgReadObject(), TypeNotFoundError);
});
