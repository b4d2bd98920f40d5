// What the package is made of: versions, and the paths of its modules.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { DIST, load } from "./world.mjs";

const here = join(dirname(fileURLToPath(import.meta.url)), "..");
const root = join(here, "../..");
const json = (...path) => JSON.parse(readFileSync(join(here, ...path), "utf8"));

test("every part has the version of the workspace", () => {
  const [, version] = /^\[workspace\.package\][^[]*?^version = "([^"]+)"/ms.exec(readFileSync(join(root, "Cargo.toml"), "utf8"));
  const platforms = readdirSync(join(here, "npm"));
  assert.ok(platforms.length > 0);
  assert.equal(json("package.json").version, version);
  assert.equal(json("package-lock.json").version, version);
  assert.equal(json("package-lock.json").packages[""].version, version);
  for (const platform of platforms) assert.equal(json("npm", platform, "package.json").version, version, platform);
  const published = json("dist/package.json");
  assert.equal(published.version, version);
  assert.deepEqual(published.optionalDependencies, Object.fromEntries(platforms.map((platform) => [`@heliogram/${platform}`, version])));
  assert.deepEqual(Object.keys(published.dependencies), ["big-integer"]);
  assert.equal(load("Version").version, version);
});

// A project where the package has GramJS's name.
const project = mkdtempSync(join(tmpdir(), "package-"));
after(() => rmSync(project, { recursive: true }));
mkdirSync(join(project, "node_modules"));
symlinkSync(DIST.replace(/\/$/, ""), join(project, "node_modules/telegram"));
const { resolve } = createRequire(join(project, "any.js"));

/** The files with this ending, without it. */
function modules(folder, ending) {
  const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(ending));
  return files.filter((file) => !file.includes("node_modules")).map((file) => file.slice(0, -ending.length)).sort();
}

test("every module is found with and without .js, and a folder by its name or its index", () => {
  const found = modules(DIST, ".js").filter((module) => !module.startsWith("migrate/"));
  assert.ok(found.includes("tl/api") && found.includes("sessions/index"));
  for (const module of found) {
    const file = join(DIST, `${module}.js`);
    const names = [module, `${module}.js`];
    if (module.endsWith("/index")) names.push(dirname(module));
    for (const name of names) assert.equal(resolve(`telegram/${name}`), file, name);
    assert.ok(existsSync(join(DIST, `${module}.d.ts`)) || module === "bin/heliogram", `${module} has no types`);
  }
  assert.equal(resolve("telegram"), join(DIST, "index.js"));
  assert.ok(resolve("telegram/package.json"));
});

/** Of GramJS's modules only these may be absent: what they do is done in Rust here, or by Node, or not yet. */
const MAY_BE_ABSENT = new Set(
  `
  CryptoFile crypto/CTR crypto/Factorizator crypto/IGE crypto/RSA crypto/converters crypto/crypto crypto/words
  client/fs client/os client/path extensions/net extensions/socks inspect platform sessions/localStorage
  extensions/AsyncQueue extensions/BinaryWriter extensions/Deferred extensions/MessagePacker extensions/PendingState
  extensions/PromisedNetSockets extensions/PromisedWebSockets entityCache sessions/CacheApiSession
  network/Authenticator network/MTProtoPlainSender network/MTProtoSender network/MTProtoState network/RequestState
  network/connection/TCPMTProxy tl/AllTLObjects tl/MTProtoRequest tl/apiTl tl/schemaTl tl/generateModule tl/generationHelpers
  tl/core/GZIPPacked tl/core/MessageContainer tl/core/RPCResult tl/core/TLMessage tl/core/index tl/patched/index
  tl/types-generator/generate tl/types-generator/template
  client/2fa client/account client/downloads client/index client/telegramBaseClient client/uploads
  events/Album events/CallbackQuery tl/custom/index
  `
    .trim()
    .split(/\s+/),
);

test("every module of GramJS is here, but for its own machinery", (t) => {
  const gramjs = join(root, "interop/node_modules/telegram");
  if (!existsSync(gramjs)) return t.skip("GramJS is not installed: interop/install.sh");
  const absent = modules(gramjs, ".d.ts").filter((module) => !existsSync(join(DIST, `${module}.js`)));
  assert.deepEqual(absent.filter((module) => !MAY_BE_ABSENT.has(module)), []);
});
