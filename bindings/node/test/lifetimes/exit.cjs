// One client, and what is or is not waited for. The process ends by itself, or it does not.
//
//   node exit.cjs DIST READY SESSION idle|held|call|handler|removed|connecting|destroyed
const [dist, network, session, what] = process.argv.slice(2);
const { TelegramClient, sessions, Api } = require(dist);

const make = () => new TelegramClient(new sessions.StringSession(session), 1, "hash", { network });

(async () => {
  let client = make();
  globalThis.held = client;
  if (what === "connecting") return void client.connect().then(() => console.log("connected"));
  await client.connect();
  console.log("connected");
  if (what === "idle") globalThis.held = client = undefined;
  if (what === "call") void client.invoke(new Api.help.GetNearestDc()).then(() => console.log("answered"));
  if (what === "handler" || what === "removed" || what === "destroyed") {
    const handler = () => {};
    const { Raw } = require(`${dist}events`);
    const event = new Raw({});
    client.addEventHandler(handler, event);
    setTimeout(() => {
      console.log("later");
      if (what === "removed") client.removeEventHandler(handler, event);
      if (what === "destroyed") void client.destroy();
    }, 300).unref();
  }
})();
