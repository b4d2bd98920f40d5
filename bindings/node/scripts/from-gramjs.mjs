// Says of every public member of GramJS what has become of it here: docs/from-gramjs.md, and the same for `heliogram migrate`.
//
//   node scripts/from-gramjs.mjs            writes both
//   node scripts/from-gramjs.mjs --check    fails when what is committed is not what it would write
//   node scripts/from-gramjs.mjs --missing  lists the members that need a judgement
//
// The members come from GramJS's own declarations (interop/install.sh puts them there), what is here from the
// declarations and the code in dist/ (`npm run build` first), the words from from-gramjs.tsv. A judgement about a
// member that does not exist, a member that is neither here nor judged, and a `not yet` about one that is here all
// end it with 1.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { compareLayers } from "./from-gramjs/layers.mjs";
import { readJudgements, settle } from "./from-gramjs/judgements.mjs";
import { lookAtOurs } from "./from-gramjs/ours.mjs";
import { page } from "./from-gramjs/page.mjs";
import { programOver } from "./from-gramjs/program.mjs";
import { listTheirs } from "./from-gramjs/theirs.mjs";

const here = join(dirname(fileURLToPath(import.meta.url)), "..");
const root = join(here, "../..");
const gramjs = join(root, "interop/node_modules/telegram");
const dist = join(here, "dist");
const outputs = { page: join(root, "docs/from-gramjs.md"), data: join(here, "ts/migrate/gramjs.json") };

for (const [folder, made] of [[gramjs, "run interop/install.sh"], [dist, "run `npm run build` in bindings/node"]]) {
  if (existsSync(join(folder, "index.d.ts"))) continue;
  console.error(`from-gramjs: ${folder} is not there; ${made} first`);
  process.exit(2);
}

const program = programOver(gramjs, dist);
const { members, types } = listTheirs(program, gramjs);
const ours = lookAtOurs(program, dist, members);
const judgements = readJudgements(join(here, "from-gramjs.tsv"));
const { compared: layers, problems: wrong } = compareLayers(program, gramjs, dist, judgements.ofGone);
const { states, problems, missing } = settle(members, ours, judgements.ofMembers);

if (process.argv.includes("--missing")) {
  for (const { id, why } of missing) console.log(`${id}\t${why}`);
  process.exit(0);
}
problems.push(...wrong);
if (problems.length > 0) {
  console.error(problems.join("\n"));
  console.error(`from-gramjs: ${problems.length} problems; the judgements are in bindings/node/from-gramjs.tsv`);
  process.exit(1);
}

const version = JSON.parse(readFileSync(join(gramjs, "package.json"), "utf8")).version;
const written = {
  page: page(readFileSync(outputs.page, "utf8"), version, members, states, layers),
  data: lines({ version, members: Object.fromEntries(states), types, api: layers }),
};
let stale = 0;
for (const [what, path] of Object.entries(outputs)) {
  if (existsSync(path) && readFileSync(path, "utf8") === written[what]) continue;
  if (process.argv.includes("--check")) {
    console.error(`from-gramjs: ${path} is not what the script writes today; run \`npm run from-gramjs\` and look at the difference`);
    stale += 1;
  } else {
    writeFileSync(path, written[what]);
  }
}
/** JSON with a line for each member, so that a difference can be read. */
function lines(object) {
  const entries = (of, each) => `{\n${Object.entries(of).map(([key, value]) => `${JSON.stringify(key)}: ${each(value)}`).join(",\n")}\n}`;
  const deep = (value, levels) => (levels > 0 && typeof value === "object" && !Array.isArray(value) ? entries(value, (inner) => deep(inner, levels - 1)) : JSON.stringify(value));
  return `${deep(object, 3)}\n`;
}

const count = (state) => [...states.values()].filter(([is]) => is === state).length;
console.log(`${states.size} members of GramJS ${version}: ${count("same")} same, ${count("better")} better, ${count("not yet")} not yet`);
process.exit(stale ? 1 : 0);
