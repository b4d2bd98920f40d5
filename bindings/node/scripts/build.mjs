// Builds the package from a clone: the addon and the program with cargo, the JavaScript with tsc.
//
//   npm run build            everything, in release
//   npm run build -- --js    only the JavaScript
//   npm run build -- --debug the addon without optimisation, for work on it
//
// dist/ is the package as it is published; npm/<platform>/ is the one for this platform, beside it.
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = join(dirname(fileURLToPath(import.meta.url)), "..");
const root = join(here, "../..");
const run = (program, ...args) => {
  const { error, status } = spawnSync(program, args, { cwd: here, stdio: "inherit" });
  if (error) console.error(`${program}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
};

const manifest = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));

if (!process.argv.includes("--js")) {
  const profile = process.argv.includes("--debug") ? "debug" : "release";
  const flags = profile === "release" ? ["--release"] : [];
  run("cargo", "build", ...flags, "-p", "heliogram-node", "-p", "heliogram-cli");
  const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
  const platform = join(here, "npm/linux-x64-gnu");
  copyFileSync(join(target, profile, "libheliogram_node.so"), join(platform, "heliogram.node"));
  copyFileSync(join(target, profile, "heliogram"), join(platform, "heliogram"));
  chmodSync(join(platform, "heliogram"), 0o755);
}

const dist = join(here, "dist");
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
run(process.execPath, join(here, "node_modules/typescript/bin/tsc"), "-p", here);
for (const file of ["tl/api.js", "tl/api.d.ts"]) cpSync(join(here, "ts", file), join(dist, file));
const { scripts, devDependencies, ...published } = manifest;
writeFileSync(join(dist, "package.json"), `${JSON.stringify(published, null, 2)}\n`);
