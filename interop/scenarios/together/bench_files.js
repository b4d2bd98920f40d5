// Sends a file to oneself or fetches it again, as `bench_files.py` of the folder above wants it.
"use strict";

const { connected } = require("../gramjs/world.js");

async function main(what, session, path, message) {
  const client = await connected(session);
  if (what === "upload") {
    const sent = await client.sendFile("me", { file: path, forceDocument: true, workers: 4 });
    console.log(sent.id);
  } else {
    const [found] = await client.getMessages("me", { ids: [Number(message)] });
    await client.downloadMedia(found, { outputFile: path });
  }
  await client.destroy();
  process.exit(0);
}

main(...process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
