// Workers with clients, of which some end by themselves, some call process.exit, and some are terminated with calls under way.
//
//   node workers.cjs DIST READY SESSION
const { Worker, isMainThread, parentPort, workerData } = require("node:worker_threads");

if (isMainThread) {
  const [dist, network, session] = process.argv.slice(2);
  const run = (how) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(__filename, { workerData: { dist, network, session, how } });
      worker.on("message", () => how === "terminated" && setTimeout(() => worker.terminate(), Math.random() * 20));
      worker.on("error", reject);
      worker.on("exit", () => resolve(how));
    });
  (async () => {
    const hows = ["ended", "exited", "terminated", "terminated"];
    const done = [];
    for (let round = 0; round < 8; round++) done.push(...(await Promise.all(hows.map(run))));
    console.log(JSON.stringify({ done: done.length, threads: require("node:fs").readdirSync("/proc/self/task").length }));
  })();
} else {
  const { dist, network, session, how } = workerData;
  const { TelegramClient, sessions, Api } = require(dist);
  (async () => {
    const clients = [1, 2].map(() => new TelegramClient(new sessions.StringSession(session), 1, "hash", { network }));
    for (const client of clients) {
      client.setLogLevel("debug");
      client.logger.log = () => {};
      client.addEventHandler(() => {});
      await client.connect();
    }
    await clients[0].getMe();
    parentPort.postMessage("busy");
    if (how === "ended") return void (await Promise.all(clients.map((client) => client.destroy())));
    // Answers arrive all the time, in no order, while the thread goes.
    const busy = async (client) => {
      for (;;) await Promise.all([client.invoke(new Api.help.GetConfig()), client.getMe()]);
    };
    for (const client of clients) void busy(client).catch(() => {});
    if (how === "exited") setTimeout(() => process.exit(0), 20);
  })();
}
