// Lays the tree of `heliogram/modern` over the built package: the same modules under modern/, with longs that are BigInts.
//
// The modules of dist/bigints.js stand in it for those of their names. What only passes names on is copied, so that
// these are passed on; everything else is the very module of the telegram-shaped tree. In the declarations the type of big-integer
// becomes `bigint`, which makes `type long = bigint` in tl/api.d.ts.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** Modules that bigints.js has something else for: its name there. */
const OTHERWISE = { "tl/api": "Api", "client/TelegramClient": "TelegramClient", "extensions/BinaryReader": "BinaryReader" };
const PASSES_ON = ["index", "tl/index", "extensions/index"];
/** Programs, and what is about servers and not about objects. */
const LEFT_OUT = /^(bin|migrate|test|modern)\/|^bigints\./;
/** About numbers of big-integer, which they stay under `modern`. */
const ABOUT_NUMBERS = /^(Helpers|Password|crypto\/.*|tl\/numbers)\.d\.ts$/;
const IMPORT = /^import (?:type \{ BigInteger \}|\{ type BigInteger \}|type bigInt|bigInt) from "big-integer";$/m;

export function layModern(dist) {
  const files = readdirSync(dist, { recursive: true }).filter((file) => !LEFT_OUT.test(file));
  for (const file of files) {
    const made = file.endsWith(".d.ts") ? declaration(dist, file) : file.endsWith(".js") ? module(dist, file) : undefined;
    if (made === undefined) continue;
    const to = join(dist, "modern", file);
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, made);
  }
}

function module(dist, file) {
  const name = file.slice(0, -".js".length);
  if (PASSES_ON.includes(name)) return readFileSync(join(dist, file), "utf8");
  const path = (target) => JSON.stringify(relative(join("modern", dirname(file)), target));
  const other = OTHERWISE[name];
  return other ? `exports.${other} = require(${path("bigints.js")}).${other};\n` : `module.exports = require(${path(file)});\n`;
}

function declaration(dist, file) {
  const text = readFileSync(join(dist, file), "utf8");
  if (ABOUT_NUMBERS.test(file) || !IMPORT.test(text)) return text;
  return text.replace(IMPORT, "type BigInteger = bigint;").replaceAll("bigInt.BigInteger", "bigint");
}
