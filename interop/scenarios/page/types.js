// The TypeScript block against GramJS's own types: exactly one error. The block declares its result
// `Api.auth.SentCode`, one constructor, while invoke() gives the type with all of them.
"use strict";
const assert = require("node:assert/strict");
const { join } = require("node:path");
const ts = require("typescript");
const { block } = require("./block");

const INTEROP = join(__dirname, "../..");
// The block lives in memory, at a path from which `telegram` resolves.
const FILE = join(INTEROP, "page.ts");

const source = block("ts");
const options = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2020,
  module: ts.ModuleKind.CommonJS,
  esModuleInterop: true,
};
const host = ts.createCompilerHost(options);
const { fileExists, readFile } = host;
host.fileExists = (name) => name === FILE || fileExists(name);
host.readFile = (name) => (name === FILE ? source : readFile(name));
host.getSourceFile = (name, target) => {
  const text = host.readFile(name);
  return text === undefined ? undefined : ts.createSourceFile(name, text, target);
};
host.getCurrentDirectory = () => INTEROP;

const checked = ts.createProgram([FILE, join(INTEROP, "globals.d.ts")], options, host);
const errors = ts.getPreEmitDiagnostics(checked).map(({ code, file, start, messageText }) => {
  const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
  return `${file?.fileName}:${line} TS${code} ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
});
for (const error of errors) console.log(`- ${error}`);

assert.equal(errors.length, 1, `${errors.length} errors instead of one`);
assert.match(errors[0], /page\.ts:\d+ TS2322 Type 'TypeSentCode' is not assignable to type 'SentCode'\./);
