// The package as its users get it: packed, and installed into an empty folder, with no Rust and no network.
//
//   npm run build && npm run test:tarball [-- --node PATH]
//
// In that folder `telegram` and `heliogram` are both the packed package, as an alias makes them; what is run there is in
// project/. With HELIOGRAM_PAGE, the reference page's JavaScript block is among it. `--node` names another Node.js for all
// but the type checks, which are left out then.
import { spawnSync } from "node:child_process";
import { accessSync, constants, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const asked = process.argv.indexOf("--node");
const node = asked < 0 ? process.execPath : process.argv[asked + 1];
const folder = mkdtempSync(join(tmpdir(), "tarball-"));
const project = join(folder, "project");
// Where `node` is the one asked for, and no cargo is.
const bin = join(folder, "bin");
const path = [bin, "/usr/bin", "/bin"];
const env = { PATH: path.join(delimiter), HOME: folder, npm_config_cache: join(folder, "cache"), npm_config_update_notifier: "false" };

try {
  prepare();
  const packed = pack();
  install(packed);
  for (const [what, program, ...args] of steps()) step(what, program, args);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function prepare() {
  mkdirSync(bin);
  symlinkSync(node, join(bin, "node"));
  for (const rust of ["cargo", "rustc"]) {
    for (const folder of path) if (existsSync(join(folder, rust))) fail(`${rust} is in ${folder}, which has to stay on the PATH`);
  }
  cpSync(join(here, "project"), project, { recursive: true });
  for (const kind of ["cts", "mts"]) copyFileSync(join(project, "types.ts"), join(project, `types.${kind}`));
  copyFileSync(join(root, "../../interop/preload-heliogram.cjs"), join(project, "preload.cjs"));
  copyFileSync(join(root, "../../examples/npm-test/deletion.test.mjs"), join(project, "deletion.test.mjs"));
}

/** Packs both packages, and big-integer, which would come from the registry. */
function pack() {
  const tarballs = {};
  const packages = { heliogram: "dist", "@heliogram/linux-x64-gnu": "npm/linux-x64-gnu", "big-integer": "node_modules/big-integer" };
  for (const [name, folder] of Object.entries(packages)) {
    const { stdout } = run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", project], join(root, folder));
    const [{ filename, size, unpackedSize, entryCount }] = JSON.parse(stdout);
    console.log(`packed ${filename}: ${kilobytes(size)}, unpacked ${kilobytes(unpackedSize)}, ${entryCount} files`);
    // npm 8 names a scoped package's tarball by a name that it does not write it under.
    tarballs[name] = readdirSync(project).find((file) => file === filename.replace("@", "").replace("/", "-"));
  }
  return tarballs;
}

function install(tarballs) {
  const file = (name) => `file:${tarballs[name]}`;
  const dependencies = { telegram: file("heliogram"), heliogram: file("heliogram") };
  for (const name of ["@heliogram/linux-x64-gnu", "big-integer"]) dependencies[name] = file(name);
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "project", private: true, dependencies }, null, 2));
  run("npm", ["install", "--offline", "--no-audit", "--no-fund", "--loglevel=error"], project);
  accessSync(join(project, "node_modules/@heliogram/linux-x64-gnu/heliogram"), constants.X_OK);
  // What a TypeScript project has besides.
  mkdirSync(join(project, "node_modules/@types"), { recursive: true });
  symlinkSync(join(root, "node_modules/@types/node"), join(project, "node_modules/@types/node"));
  symlinkSync(join(root, "node_modules/undici-types"), join(project, "node_modules/undici-types"));
}

function steps() {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const types = ["--noEmit", "--strict", "--target", "es2022", "--types", "node", "--esModuleInterop"];
  const rest = [...types, "--skipLibCheck"]; // the package's own declarations are the same: once is enough
  const compiled = [
    ["types under moduleResolution node10", "node", tsc, ...types, "--module", "commonjs", "--moduleResolution", "node10", "types.ts"],
    ["types under node16, in both kinds of module", "node", tsc, ...rest, "--module", "node16", "types.cts", "types.mts"],
    ["types under bundler", "node", tsc, ...rest, "--module", "esnext", "--moduleResolution", "bundler", "types.ts"],
  ];
  return [
    ["CommonJS", "node", "script.cjs"],
    ["ECMAScript modules", "node", "script.mjs"],
    ...(asked < 0 ? compiled : []), // a compiler says the same on any Node.js
    ["npx heliogram describe", "npx", "--offline", "heliogram", "describe", "account.sendConfirmPhoneCode"],
    ["npx heliogram migrate", "npx", "--offline", "heliogram", "migrate", "--help"],
    ["npx heliogram demo", "npx", "--offline", "heliogram", "demo"],
    ["signals and exit codes of npx heliogram", "node", "program.mjs"],
    ["node:test with heliogram/test", "node", "--test", "deletion.test.mjs"],
    ...(process.env.HELIOGRAM_PAGE ? [["the page's block", "node", "page.mjs", process.env.HELIOGRAM_PAGE]] : []),
  ];
}

function step(what, program, args) {
  const started = performance.now();
  run(program, args, project);
  console.log(`ok ${what} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}

function run(program, args, cwd) {
  const done = spawnSync(program, args, { cwd, env, encoding: "utf8", maxBuffer: 1 << 28 });
  if (done.error) fail(`${program}: ${done.error.message}`);
  if (done.status !== 0) fail(`${[program, ...args].join(" ")} ended with ${done.signal ?? done.status}\n${done.stdout}${done.stderr}`);
  return done;
}

function fail(why) {
  rmSync(folder, { recursive: true, force: true });
  console.error(why);
  process.exit(1);
}

function kilobytes(bytes) {
  return `${Math.round(bytes / 1000)} kB`;
}
