// Builds the package from a clone: the addon and the program with cargo, the JavaScript with tsc.
//
//   npm run build              everything, in release
//   npm run build -- --js      only the JavaScript
//   npm run build -- --debug   the addon and the program without optimisation, for work on them
//   npm run build -- --built   what cargo has built in release already
//
// dist/ is the package as it is published; npm/<platform>/ is the one for this platform, beside it.
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { publishedManifest } from "./build/manifest.mjs";
import { layModern } from "./build/modern.mjs";

const here = join(dirname(fileURLToPath(import.meta.url)), "..");
const root = join(here, "../..");
const dist = join(here, "dist");
const platform = join(here, "npm/linux-x64-gnu");
const asked = (flag) => process.argv.includes(flag);

if (!asked("--js")) buildCompiled();
buildJavaScript();

/** The addon and the program, into the package for this platform. */
function buildCompiled() {
  const profile = asked("--debug") ? "debug" : "release";
  if (!asked("--built")) {
    run("cargo", "build", ...(profile === "release" ? ["--release"] : []), "-p", "heliogram-node", "-p", "heliogram-cli");
  }
  const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
  for (const [built, name] of [["libheliogram_node.so", "heliogram.node"], ["heliogram", "heliogram"]]) {
    const draft = join(platform, `${name}.new`);
    copyFileSync(join(target, profile, built), draft);
    // What it keeps of symbols is of use only for work on it.
    if (profile === "release") run("strip", draft);
    chmodSync(draft, 0o755);
    renameSync(draft, join(platform, name)); // whoever runs the old one keeps it
  }
  copyLicenses(platform);
}

function buildJavaScript() {
  const tsc = join(here, "node_modules/typescript/bin/tsc");
  if (!existsSync(tsc)) {
    console.error("the compiler of TypeScript is not here: run `npm ci` first");
    process.exit(1);
  }
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist);
  run(process.execPath, tsc, "-p", here);
  for (const file of ["tl/api.js", "tl/api.d.ts", "migrate/gramjs.json"]) copyFileSync(join(here, "ts", file), join(dist, file));
  makeLazy(join(dist, "index.js"));
  addParser(join(dist, "migrate"));
  layModern(dist);
  chmodSync(join(dist, "bin/heliogram.js"), 0o755);
  copyFileSync(join(here, "README.md"), join(dist, "README.md"));
  copyLicenses(dist);
  writeFileSync(join(dist, "package.json"), `${JSON.stringify(publishedManifest(here, dist), null, 2)}\n`);
}

/** Lets the namespaces of a module (`utils`, `helpers` ...) be loaded when they are first asked for: few programs do. */
function makeLazy(file) {
  const eager = /^exports\.(\w+) = (__importStar\(require\("[^"]+"\)\));$/gm;
  // In this form Node's lexer still sees the names for `import { utils }`.
  const lazy = `const $1_of = { get it() { return $2; } };
Object.defineProperty(exports, "$1", { enumerable: true, get: function () { return $1_of.it; } });`;
  writeFileSync(file, readFileSync(file, "utf8").replace(eager, lazy));
}

/** What `heliogram migrate` reads programs with comes along, so that nothing more has to be installed; it is not for import. */
function addParser(folder) {
  const parser = join(here, "node_modules/@babel/parser");
  copyFileSync(join(parser, "lib/index.js"), join(folder, "parser.js"));
  copyFileSync(join(parser, "LICENSE"), join(folder, "parser.LICENSE"));
  for (const file of readdirSync(folder)) if (file.endsWith(".d.ts")) rmSync(join(folder, file));
}

function copyLicenses(folder) {
  for (const license of ["LICENSE-MIT", "LICENSE-APACHE"]) copyFileSync(join(root, license), join(folder, license));
}

function run(program, ...args) {
  const { error, status } = spawnSync(program, args, { cwd: here, stdio: "inherit" });
  if (error) console.error(`${program}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}
