// The package beside GramJS and teleproto: start, memory, calls, large answers, files.
//
//   npm run build && node bench/run.mjs [--rounds N] [--only TASK,...] [--seconds N] [--mib N] [--json FILE]
//
// One server for all, and for each measurement a client process of its own. In a round the libraries take turns, so that
// what else the machine does meets all of them; what is printed are the medians of the rounds, and ours as a ratio.
import { execFile } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { closeSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { contacts, history } from "./answers.mjs";
import libraries from "./libraries.cjs";
import { startServer } from "./server.mjs";

const { LIBRARIES } = libraries;
const here = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    only: { type: "string" },
    seconds: { type: "string", default: "3" },
    mib: { type: "string", default: "256" },
    libraries: { type: "string", default: Object.keys(LIBRARIES).join(",") },
    program: { type: "string", default: join(here, "../npm/linux-x64-gnu/heliogram") },
    json: { type: "string" },
  },
});
const rounds = Number(options.rounds);
const compared = options.libraries.split(",");
const fileBytes = Number(options.mib) * 2 ** 20;
const MANY = 100;

/** What is measured: how often, and what a round of it does with one library. */
const TASKS = {
  start: { rounds: rounds * 2, round: (world, library) => world.run("start", library, world.session) },
  "calls, 1 at once": { rounds, round: (world, library) => world.run("calls", library, world.session, 1, options.seconds) },
  "calls, 64 at once": { rounds, round: (world, library) => world.run("calls", library, world.session, 64, options.seconds) },
  "history of 100": { rounds, round: (world, library) => world.run("parse", library, world.session, "history") },
  "500 contacts": { rounds, round: (world, library) => world.run("parse", library, world.session, "users") },
  requests: { rounds, round: (world, library) => world.run("requests", library) },
  "100 clients": { rounds: Math.min(rounds, 3), round: (world, library) => world.run("many", library, ...world.sessions) },
  files: { rounds: Math.min(rounds, 3), round: file },
};

/** Which way a figure is better: these are rates, everything else is a cost. */
const MORE_IS_BETTER = /per_second$/;
/** Not to be compared. */
const NO_COST = /^(bytes|message|bare_rss)$/;

async function main() {
  const world = await open();
  const results = {};
  const began = loadavg()[0];
  try {
    for (const [name, task] of Object.entries(TASKS)) {
      if (options.only && !options.only.split(",").some((start) => name.startsWith(start))) continue;
      results[name] = await measure(world, task);
      print(name, results[name], task.rounds);
    }
  } finally {
    await world.server.stop();
  }
  const load = [began, loadavg()[0]];
  console.log(`\nload ${load.map((one) => one.toFixed(1)).join(" to ")}; ${cpus().length} threads of ${cpus()[0].model}; node ${process.version}`);
  if (options.json) writeFileSync(options.json, `${JSON.stringify({ load, node: process.version, results }, null, 2)}\n`);
}

async function open() {
  const server = await startServer(options.program);
  const phone = "9996622901";
  await server.post("/v1/users", { phone, first_name: "Bench" });
  const mint = async () => (await server.post("/v1/sessions", { phone, format: "gramjs" })).session;
  const sessions = [];
  for (let made = 0; made <= MANY; made++) sessions.push(await mint());
  await server.post("/v1/rules", { method: "messages.getHistory", reply: history() });
  await server.post("/v1/rules", { method: "contacts.getContacts", reply: contacts() });
  const run = async (task, library, ...rest) => {
    const command = ["--expose-gc", join(here, "tasks.cjs"), task, library, server.readyFile, ...rest.map(String)];
    const { stdout } = await promisify(execFile)(process.execPath, command).catch(({ stderr }) => {
      throw new Error(`${task} with ${library}: ${stderr}`);
    });
    return JSON.parse(stdout.trim().split("\n").at(-1));
  };
  return { server, session: await mint(), sessions, run };
}

/** `{ library: [figures of each round] }`. */
async function measure(world, task) {
  const found = Object.fromEntries(compared.map((library) => [library, []]));
  for (let round = 0; round < task.rounds; round++) {
    for (const library of compared) found[library].push(await task.round(world, library));
  }
  return found;
}

/** A file there and back. */
async function file(world, library) {
  const [there, back] = ["sent.bin", "back.bin"].map((name) => join(world.server.folder, name));
  const out = openSync(there, "w");
  const piece = Buffer.alloc(2 ** 20);
  for (let written = 0; written < fileBytes; written += piece.length) writeSync(out, randomFillSync(piece));
  closeSync(out);
  const named = (what, figures) => Object.fromEntries(Object.entries(figures).map(([key, value]) => [`${what}_${key}`, value]));
  const { message, ...sent } = await world.run("upload", library, world.session, there, fileBytes);
  if (message === undefined) return {};
  const fetched = await world.run("download", library, world.session, back, fileBytes, message);
  rmSync(there);
  rmSync(back);
  return { ...named("upload", sent), ...named("download", fetched) };
}

function print(name, found, times) {
  console.log(`\n${name} (medians of ${times})\n`);
  const others = compared.filter((library) => library !== "heliogram");
  const titles = compared.map((library) => LIBRARIES[library].title);
  const columns = ["", ...titles, ...others.map((library) => `to ${LIBRARIES[library].title.split(" ")[0]}`)];
  console.log(`| ${columns.join(" | ")} |\n|${"---|".repeat(columns.length)}`);
  const figures = new Set(Object.values(found).flatMap((all) => all.flatMap(Object.keys)));
  for (const figure of figures) {
    const medians = Object.fromEntries(compared.map((library) => [library, median(found[library].map((one) => one[figure]))]));
    const ratios = others.map((library) => ratio(figure, medians.heliogram, medians[library]));
    console.log(`| ${[figure, ...compared.map((library) => shown(medians[library])), ...ratios].join(" | ")} |`);
  }
}

/** How much better ours is: above one is better, whichever way the figure goes. */
function ratio(figure, ours, theirs) {
  if (NO_COST.test(figure) || ours === undefined || theirs === undefined) return "";
  return `${(MORE_IS_BETTER.test(figure) ? ours / theirs : theirs / ours).toFixed(1)}×`;
}

function median(numbers) {
  const sorted = numbers.filter((number) => number !== undefined).sort((a, b) => a - b);
  return sorted.length === 0 ? undefined : (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

function shown(number) {
  if (number === undefined) return "–";
  return Math.abs(number) >= 100 ? Math.round(number).toLocaleString("en") : number.toPrecision(3);
}

await main();
