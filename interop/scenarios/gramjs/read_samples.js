// Reads what layers_check.py gives it, with the library's own decoder: lines of a name and bytes in hex. Each has to be
// read to its end, and to be the same bytes when the library writes it again.
"use strict";
const { readFileSync } = require("node:fs");

const { LAYER, LIBRARY } = require("./library");
const { BinaryReader } = require(`${LIBRARY}/extensions`);

// The oldest has its Buffer from npm and takes no other for one.
const { Buffer } = LIBRARY === "telegram-158" ? require("buffer/") : globalThis;

const SHOWN = 20;

// Its check of what it writes takes bytes that it has read itself for text, says so, and goes on.
console.error = () => {};

if (LAYER !== Number(process.env.LAYER)) {
  console.log(`${LIBRARY} speaks layer ${LAYER}, not ${process.env.LAYER}`);
  process.exit(1);
}

const lines = readFileSync(0, "utf8").trim().split("\n");
const complaints = lines.map(complaint).filter(Boolean);
complaints.slice(0, SHOWN).forEach((text) => console.log(text));
if (complaints.length) console.log(`${complaints.length} of ${lines.length} values are not read as they should be`);
process.exit(complaints.length ? 1 : 0);

/** Its messages are more than what was read: they fill in who sent them, and cannot be compared. */
function holdsMessage(value) {
  if (Array.isArray(value)) return value.some(holdsMessage);
  if (typeof value?.className !== "string") return false;
  return /^Message(Service|Empty)?$/.test(value.className) || Object.values(value.originalArgs ?? value).some(holdsMessage);
}

/**
 * Whether they are the same but for bits that are missing: schemas of one layer differ by flags without a value, which
 * are in no id, and a library writes those it knows.
 */
function same(again, given) {
  if (again === given) return true;
  const [a, b] = [again, given].map((hex) => Buffer.from(hex, "hex"));
  return a.length === b.length && a.every((byte, i) => (byte & ~b[i]) === 0);
}

function complaint(line) {
  const [name, hex] = line.split(" ");
  const bytes = Buffer.from(hex, "hex");
  try {
    const reader = new BinaryReader(bytes);
    const value = reader.tgReadObject();
    const end = reader.tellPosition();
    if (end !== bytes.length) return `${name}: ${bytes.length - end} of ${bytes.length} bytes are left`;
    if (holdsMessage(value)) return;
    const again = value.getBytes().toString("hex");
    if (!same(again, hex)) return `${name}: written again it is\n  ${again}\nand was\n  ${hex}`;
  } catch (error) {
    return `${name}: ${error.message.slice(0, 300)}\n  ${hex.slice(0, 300)}`;
  }
}
