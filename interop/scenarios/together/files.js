// Bob of files.py: downloads what Ada sent, sends files of his own, and prints the hashes of what he got:
// `node files.js SESSION FOLDER PHOTO DOCUMENT LARGE`.
"use strict";
const { createHash } = require("node:crypto");
const { createReadStream } = require("node:fs");
const { join } = require("node:path");
const { pipeline } = require("node:stream/promises");
const { assert, connected, scenario, step } = require("../gramjs/world");

const [session, folder, photo, document, large] = process.argv.slice(2);

async function sha256(path) {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

scenario(async () => {
  const client = await connected(session, { keyless: true });
  const [chat] = await client.getDialogs();
  const messages = (await client.getMessages(chat.inputEntity, { reverse: true, limit: 20 })).filter((it) => !it.out);
  assert.equal(messages[0].message, "a photo");
  const downloaded = [];
  for (const message of messages) {
    const path = join(folder, `got-${message.id}`);
    await client.downloadMedia(message, { outputFile: path });
    downloaded.push(await sha256(path));
  }
  step("GramJS downloaded");
  await client.sendFile(chat.inputEntity, { file: photo });
  await client.sendFile(chat.inputEntity, { file: document, forceDocument: true });
  await client.sendFile(chat.inputEntity, { file: large, forceDocument: true, workers: 4 });
  step("GramJS sent");
  console.log(JSON.stringify({ downloaded }));
});
