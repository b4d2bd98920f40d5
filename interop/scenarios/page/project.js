// A project of somebody who uses the page's blocks: a folder in which `telegram` is GramJS, or an alias of our package.
"use strict";
const { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

const INTEROP = join(__dirname, "../..");
const PACKAGE = join(INTEROP, "../bindings/node");

/** What `telegram` is, and what is loaded before a block. */
const LIBRARIES = {
  gramjs: { folder: join(INTEROP, "node_modules/telegram"), preload: join(INTEROP, "preload.cjs") },
  heliogram: { folder: join(PACKAGE, "dist"), preload: join(INTEROP, "preload-heliogram.cjs") },
};

/** Makes the folder with these files; `remove` takes it away. */
function project(library, files) {
  const { folder: installed, preload } = LIBRARIES[library];
  if (!existsSync(installed)) throw new Error(`${installed} is not there: interop/install.sh and \`npm run build\` in bindings/node make it`);
  const folder = mkdtempSync(join(tmpdir(), "page-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(installed, join(folder, "node_modules/telegram"));
  symlinkSync(join(INTEROP, "node_modules/@types"), join(folder, "node_modules/@types"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return { folder, preload, file: (name) => join(folder, name), remove: () => rmSync(folder, { recursive: true }) };
}

module.exports = { project };
