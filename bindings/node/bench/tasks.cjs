// One measurement in a process of its own: `node --expose-gc tasks.cjs TASK LIBRARY READY-FILE ARGUMENTS`.
//
// What it prints last is its figures as JSON: milliseconds, megabytes (10^6), microseconds where the name says `us`.
"use strict";

const started = process.hrtime.bigint();
const { clients, load } = require("./libraries.cjs");

const [task, library, readyFile, ...rest] = process.argv.slice(2);
const ms = (from) => Number(process.hrtime.bigint() - from) / 1e6;
const cpu = (from) => {
  const { user, system } = process.cpuUsage(from);
  return user + system;
};

/** Resident memory as it is, then the heap without garbage. */
function memory() {
  const { rss } = process.memoryUsage();
  gc();
  return { rss: rss / 1e6, heap: process.memoryUsage().heapUsed / 1e6 };
}

function grown(from) {
  const now = memory();
  return { rss: now.rss - from.rss, heap: now.heap - from.heap };
}

/** The steps of a program's start. */
async function start(session) {
  const bare = memory();
  const figures = { bare_rss: bare.rss };
  const note = (step, took) => {
    const { rss, heap } = grown(bare);
    Object.assign(figures, { [`${step}_ms`]: took, [`${step}_rss`]: rss, [`${step}_heap`]: heap });
  };

  let from = process.hrtime.bigint();
  const { Api } = load(library);
  note("require", ms(from));
  const open = clients(library, readyFile);
  from = process.hrtime.bigint();
  const client = open(session);
  note("client", ms(from));
  from = process.hrtime.bigint();
  await client.connect();
  note("connect", ms(from));
  from = process.hrtime.bigint();
  await client.invoke(new Api.help.GetNearestDc());
  note("first_call", ms(from));
  figures.to_first_answer_ms = ms(started);
  figures.rss = process.memoryUsage().rss / 1e6;
  return figures;
}

/** Calls that are answered at once, `at once` of them under way. */
async function calls(session, atOnce, seconds) {
  const { Api } = load(library);
  const client = clients(library, readyFile)(session);
  await client.connect();
  const run = async (duration) => {
    const from = process.hrtime.bigint();
    const used = process.cpuUsage();
    let count = 0;
    const one = async () => {
      while (ms(from) < duration) {
        await client.invoke(new Api.help.GetNearestDc());
        count += 1;
      }
    };
    await Promise.all(Array.from({ length: Number(atOnce) }, one));
    return { per_second: (count / ms(from)) * 1000, cpu_us: cpu(used) / count };
  };
  await run(1000); // so that what is run often is compiled
  return run(Number(seconds) * 1000);
}

/** A large answer: the whole call, and its bytes alone into objects and back. */
async function parse(session, method) {
  const { Api } = load(library);
  const { BinaryReader } = load(library, "extensions/BinaryReader");
  const client = clients(library, readyFile)(session);
  await client.connect();
  const request = {
    history: () => new Api.messages.GetHistory({ peer: new Api.InputPeerSelf(), offsetId: 0, offsetDate: 0, addOffset: 0, limit: 100, maxId: 0, minId: 0, hash: 0 }),
    users: () => new Api.contacts.GetContacts({ hash: 0 }),
  }[method];
  const answer = await client.invoke(request());
  const bytes = answer.getBytes();
  const figures = { bytes: bytes.length };
  figures.read_us = await each(() => new BinaryReader(bytes).tgReadObject());
  figures.write_us = await each(() => answer.getBytes());
  const used = process.cpuUsage();
  let count = 0;
  figures.call_us = await each(() => client.invoke(request()), () => count++);
  figures.call_cpu_us = cpu(used) / count;
  return figures;
}

/** The bytes of small requests. */
async function requests() {
  const { Api } = load(library);
  const big = load(library, "big-integer");
  const message = () =>
    new Api.messages.SendMessage({
      peer: new Api.InputPeerUser({ userId: big("5000000001"), accessHash: big("1234567890123456789") }),
      message: "a text as long as people write in one message, or so",
      randomId: big("987654321987654321"),
      noWebpage: true,
      entities: [new Api.MessageEntityBold({ offset: 2, length: 4 }), new Api.MessageEntityTextUrl({ offset: 7, length: 2, url: "https://a.example" })],
    });
  const made = message();
  return {
    bytes: made.getBytes().length,
    write_us: await each(() => made.getBytes()),
    make_and_write_us: await each(() => message().getBytes()),
  };
}

/** Many clients in one process, each with a session of its own. */
async function many(...sessions) {
  const { Api } = load(library);
  const open = clients(library, readyFile);
  await open(sessions.pop()).connect(); // what only the first one needs
  const before = memory();
  const from = process.hrtime.bigint();
  const all = sessions.map(open);
  for (const client of all) await client.connect();
  for (const client of all) await client.invoke(new Api.help.GetNearestDc());
  const took = ms(from);
  const { rss, heap } = grown(before);
  return { each_ms: took / all.length, each_rss_kb: (rss * 1000) / all.length, each_heap_kb: (heap * 1000) / all.length };
}

/** A file to one's own chat. */
async function upload(session, path, bytes) {
  const client = clients(library, readyFile)(session);
  if (!client.sendFile) return {};
  await client.connect();
  const [from, used] = [process.hrtime.bigint(), process.cpuUsage()];
  const sent = await client.sendFile("me", { file: path, forceDocument: true, workers: 4 });
  return { message: sent.id, ...transferred(from, used, bytes) };
}

/** And back. */
async function download(session, path, bytes, message) {
  const client = clients(library, readyFile)(session);
  if (!client.downloadMedia) return {};
  await client.connect();
  const [found] = await client.getMessages("me", { ids: [Number(message)] });
  const [from, used] = [process.hrtime.bigint(), process.cpuUsage()];
  await client.downloadMedia(found, { outputFile: path });
  return transferred(from, used, bytes);
}

function transferred(from, used, bytes) {
  const took = ms(from);
  return { mb_per_second: bytes / 1000 / took, cpu_s: cpu(used) / 1e6, peak_rss: (process.resourceUsage().maxRSS * 1024) / 1e6 };
}

/** Microseconds of one: the median of batches of some milliseconds, after a second in which it has become steady. */
async function each(work, count = () => {}) {
  const batch = async (size) => {
    const from = process.hrtime.bigint();
    for (let i = 0; i < size; i++, count()) await work();
    return ms(from) / size;
  };
  const begun = process.hrtime.bigint();
  let one = await batch(1);
  while (ms(begun) < 1000) one = await batch(1);
  const size = Math.max(1, Math.round(5 / one));
  const times = [];
  while (ms(begun) < 3000) times.push(await batch(size));
  times.sort((a, b) => a - b);
  return times[times.length >> 1] * 1000;
}

({ start, calls, parse, requests, many, upload, download })
  [task](...rest)
  .then((figures) => process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit(0)))
  .catch((error) => {
    console.error(error);
    process.exit(1);
  });
