// Makes a thousand clients, uses and drops them, and prints what is left: memory, sockets, threads, handles.
//
//   node --expose-gc thousand.cjs DIST READY SESSION drop|disconnect|handler|keep
//
// `keep` drops none, which the test has to notice.
const { readdirSync, readlinkSync } = require("node:fs");
const { setImmediate: turn, setTimeout: sleep } = require("node:timers/promises");
const [dist, network, session, end] = process.argv.slice(2);
const { TelegramClient, sessions } = require(dist);

const options = { network };
const sockets = () =>
  readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith("socket:");
    } catch {
      return false; // the one of this very listing
    }
  }).length;
/** In KiB. Of V8's heap only what is used: how much more it keeps for later is by halves and doubles. */
const resident = () => {
  const { rss, heapTotal, heapUsed } = process.memoryUsage();
  return Math.round((rss - heapTotal + heapUsed) / 1024);
};

async function one() {
  const client = new TelegramClient(new sessions.StringSession(session), 1, "hash", options);
  if (end === "handler") client.addEventHandler(() => {});
  await client.connect();
  await client.getMe();
  if (end === "keep") kept.push(client);
  if (end === "handler") await client.destroy();
  if (end === "disconnect") await client.disconnect();
}

async function many(count) {
  for (let made = 0; made < count; made += 10) {
    await Promise.all(Array.from({ length: 10 }, one));
    // So that as many wait for the collector at one time before the measure as after it.
    if (made % 50 === 0) gc();
  }
}

/** What is left when the collector has run, and tasks have had the time to end. */
async function left() {
  for (let round = 0; round < 20; round++) {
    gc();
    await turn();
    await sleep(25);
  }
  return { resident: resident(), sockets: sockets(), threads: readdirSync("/proc/self/task").length };
}

const kept = [];
(async () => {
  await many(400); // what stays for good is there after these
  const warm = await left();
  await many(1000);
  const after = await left();
  // That of whoever reads this is not meant.
  const handles = process.getActiveResourcesInfo().filter((kind) => !/TTY|Pipe|FSReq/.test(kind));
  console.log(JSON.stringify({ warm, after, handles }));
})();
