// GramJS as one of those who talk in conversation.py: `node actor.js SESSION`. A command per line comes in as
// JSON, an answer per line goes out; see actor.py, which understands the same.
"use strict";
const { writeFileSync } = require("node:fs");
const readline = require("node:readline");
const { Api, LIBRARY, connected } = require("../gramjs/world");
const { NewMessage } = require(`${LIBRARY}/events`);

const session = process.argv[2];
const seen = [];
let client;

const message = async (peer, id) => {
  const [found] = await client.getMessages(peer, { ids: [id] });
  if (!found) throw new Error(`no message ${id}`);
  return found;
};

const shown = (message) => ({
  id: message.id,
  out: Boolean(message.out),
  text: message.message,
  reply_to: message.replyTo?.replyToMsgId ?? null,
  forwarded: Boolean(message.fwdFrom),
  edited: Boolean(message.editDate),
  media: message.photo ? "photo" : message.document ? "document" : null,
  data: (message.replyMarkup?.rows ?? []).flatMap((row) => row.buttons.map((button) => (button.data ?? button.type?.data)?.toString("utf8") ?? null)),
});

const commands = {
  async online() {
    client = await connected(session, { keyless: true });
    // GramJS knows nobody by name alone that it has not met.
    await client.getDialogs({});
    client.addEventHandler((event) => void seen.push(event.message.message), new NewMessage({ incoming: true }));
  },
  async offline() {
    await client.disconnect();
    client = undefined;
  },
  send: async ({ to, text, reply_to }) => (await client.sendMessage(to, { message: text, replyTo: reply_to })).id,
  edit: async ({ to, message: id, text }) => (await client.editMessage(to, { message: id, text })).id,
  delete: async ({ to, message: id }) => void (await client.deleteMessages(to, [id], { revoke: true })),
  forward: async ({ to, from, message: id }) => {
    const [sent] = await client.forwardMessages(to, { messages: [id], fromPeer: from });
    return (Array.isArray(sent) ? sent[0] : sent).id;
  },
  history: async ({ with: peer }) => (await client.getMessages(peer, { limit: 1000 })).map(shown).reverse(),
  photo: async ({ to, path, text }) => (await client.sendFile(to, { file: path, caption: text })).id,
  document: async ({ to, path }) => (await client.sendFile(to, { file: path, forceDocument: true, workers: 4 })).id,
  download: async ({ with: peer, message: id, path }) => {
    // Into a file of its own making GramJS writes on after it says that it is done.
    writeFileSync(path, await client.downloadMedia(await message(peer, id)));
  },
  press: async ({ with: peer, message: id, data }) => {
    const answer = await client.invoke(new Api.messages.GetBotCallbackAnswer({ peer, msgId: id, data: Buffer.from(data) }));
    return answer.message;
  },
  seen: async () => seen,
};

const lines = readline.createInterface({ input: process.stdin });
lines.on("line", async (line) => {
  const { do: name, ...rest } = JSON.parse(line);
  try {
    console.log(JSON.stringify({ ok: (await commands[name](rest)) ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ error: `${name}: ${error.stack}` }));
  }
});
lines.on("close", () => process.exit(0));
