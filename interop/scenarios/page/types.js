// The TypeScript block against a package's own types, under `strict`.
//
//   node types.js [heliogram]
//
// GramJS: exactly one error. The block declares its result `Api.auth.SentCode`, one constructor, while invoke() gives the
// type with all of them. Ours, with the package's declarations checked as well: none; and the same block with a mistake in
// it has one, so that it is not the types that let everything pass.
"use strict";
const assert = require("node:assert/strict");
const { basename, join } = require("node:path");
const ts = require("typescript");
const { block } = require("./block");
const { project } = require("./project");

const INTEROP = join(__dirname, "../..");
const [library = "gramjs"] = process.argv.slice(2);

/** What is wrong with each of these blocks: `{"page.ts": ["TS2322 ..."]}`. What is wrong elsewhere is under "". */
function check(blocks) {
  const { file, folder, remove } = project(library, blocks);
  const options = {
    strict: true,
    noEmit: true,
    skipLibCheck: library === "gramjs",
    target: ts.ScriptTarget.ES2020,
    module: ts.ModuleKind.CommonJS,
    esModuleInterop: true,
    typeRoots: [join(folder, "node_modules/@types")],
  };
  const program = ts.createProgram([...Object.keys(blocks).map(file), join(INTEROP, "globals.d.ts")], options);
  const errors = Object.fromEntries(["", ...Object.keys(blocks)].map((name) => [name, []]));
  for (const { code, file, start, messageText } of ts.getPreEmitDiagnostics(program)) {
    const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    const text = `TS${code} ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    console.log(`- ${file?.fileName}:${line} ${text}`);
    (errors[basename(file?.fileName ?? "")] ?? errors[""]).push(text);
  }
  remove();
  return errors;
}

/** The block with one thing in it changed. */
function changed(source, right, wrong) {
  assert.ok(source.includes(right), `the block has no ${right}`);
  return source.replace(right, wrong);
}

const source = block("ts");
if (library === "gramjs") {
  const errors = check({ "page.ts": source });
  assert.deepEqual(errors[""], []);
  assert.equal(errors["page.ts"].length, 1, `${errors["page.ts"].length} errors instead of one`);
  assert.match(errors["page.ts"][0], /^TS2322 Type 'TypeSentCode' is not assignable to type 'SentCode'\./);
} else {
  const errors = check({
    "page.ts": source,
    "other_result.ts": changed(source, "result: Api.auth.SentCode ", "result: Api.auth.SentCodeSuccess "),
    "other_field.ts": changed(source, "allowFlashcall: true", "allowFlashcal: true"),
    "other_value.ts": changed(source, "currentNumber: true", 'currentNumber: "yes"'),
  });
  assert.deepEqual(errors[""], []);
  assert.deepEqual(errors["page.ts"], []);
  for (const name of ["other_result.ts", "other_field.ts", "other_value.ts"]) {
    assert.equal(errors[name].length, 1, `${errors[name].length} errors in ${name} instead of one`);
  }
}
