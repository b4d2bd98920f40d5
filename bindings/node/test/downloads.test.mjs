// Files from the server, sent by GramJS: to a path, to memory, to a stream, piece by piece; and what is refused.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import bigInt from "big-integer";
import { gramjs, requireTheirs, TheirApi } from "./gramjs.mjs";
import { person } from "./people.mjs";
import { Api, connected, load, serve } from "./world.mjs";

const MIB = 1024 * 1024;
const server = await serve({ after });
const { CustomFile } = load("client/uploads");
const { CustomFile: TheirFile } = requireTheirs("telegram/client/uploads");
const sha = (bytes) => createHash("sha256").update(bytes).digest("hex");
const folder = await mkdtemp(join(tmpdir(), "heliogram-downloads-"));
after(() => rm(folder, { recursive: true }));

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** Bob has sent a file with GramJS; Ada has the message with our client. */
async function received(t, bytes, name = "file.bin", how = {}) {
  const users = { ada: await person(server, "Ada"), bob: await person(server, "Bob") };
  const ada = await connected(t, server, users.ada);
  const bob = await gramjs(t, server, users.bob);
  await bob.sendFile(users.ada.username, { file: new TheirFile(name, bytes.length, "", bytes), workers: 4, ...how });
  const [message] = await ada.getMessages(users.bob.username, { limit: 1 });
  const [theirs] = await bob.getMessages(users.ada.username, { limit: 1 });
  return { ada, bob, message, theirs, users };
}

test("12 MiB from GramJS arrive as they were: to a path, to memory and to a stream, with progress in big integers", async (t) => {
  const bytes = randomBytes(12 * MIB + 7);
  const { ada, message } = await received(t, bytes);
  const told = [];
  const progressCallback = (done, of) => told.push([done, of]);
  const path = await ada.downloadMedia(message, { outputFile: join(folder, "whole.bin"), progressCallback });
  assert.equal(path, join(folder, "whole.bin"));
  assert.equal(sha(await readFile(path)), sha(bytes));
  assert.ok(told.every(([done, of]) => bigInt.isInstance(done) && of.equals(bytes.length)));
  assert.ok(told.at(-1)[0].equals(bytes.length));
  const memory = await message.downloadMedia();
  assert.ok(Buffer.isBuffer(memory));
  assert.equal(sha(memory), sha(bytes));
  const writer = createWriteStream(join(folder, "stream.bin"));
  await ada.downloadMedia(message, { outputFile: writer });
  if (!writer.closed) await new Promise((resolve) => writer.once("close", resolve));
  assert.equal(sha(await readFile(join(folder, "stream.bin"))), sha(bytes));
  const taken = [];
  await ada.downloadMedia(message, { outputFile: { write: async (chunk) => taken.push(chunk) } });
  assert.equal(sha(Buffer.concat(taken)), sha(bytes));
});

test("a file among the saved messages is fetched, and by a message named in msgData", async (t) => {
  const { ada } = await received(t, PNG, "dot.png");
  const sent = await ada.sendFile("me", { file: new CustomFile("own.txt", 3, "", Buffer.from("own")) });
  assert.equal(String(await sent.downloadMedia()), "own");
  const { id, accessHash, fileReference } = sent.document;
  const location = new Api.InputDocumentFileLocation({ id, accessHash, fileReference, thumbSize: "" });
  assert.equal(String(await ada.downloadFile(location, { msgData: ["me", sent.id] })), "own");
  // A reference that is too old is renewed from the message.
  const error = { code: 400, name: "FILE_REFERENCE_EXPIRED" };
  await server.rules.add({ method: "upload.getFile", times: 1, error });
  assert.equal(String(await sent.downloadMedia()), "own");
  await server.rules.add({ method: "upload.getFile", times: 1, error });
  await assert.rejects(ada.downloadFile(location), /reference .* is no longer good/);
  await server.rules.clear();
});

test("into a folder a file goes under the name that GramJS gives it", async (t) => {
  const { ada, bob, message, theirs } = await received(t, Buffer.from("text"), "a.txt");
  const [ours, other] = [await mkdtemp(join(folder, "ours-")), await mkdtemp(join(folder, "theirs-"))];
  const path = await ada.downloadMedia(message, { outputFile: ours });
  const same = await bob.downloadMedia(theirs, { outputFile: other });
  assert.equal(basename(path), basename(same));
  assert.deepEqual(await readdir(ours), [basename(path)]);
  assert.equal(String(await readFile(path)), "text");
});

test("a photo is fetched in its largest size, and a thumb by number, letter or itself, as GramJS does", async (t) => {
  const { ada, bob, message, theirs } = await received(t, PNG, "dot.png");
  assert.equal(message.media.className, "MessageMediaPhoto");
  assert.equal(sha(await ada.downloadMedia(message)), sha(await bob.downloadMedia(theirs)));
  assert.equal(sha(await ada.downloadMedia(message.media)), sha(PNG));
  const { sizes } = message.photo;
  for (const [ours, other] of [[0, 0], [sizes.at(-1), theirs.photo.sizes.at(-1)], [sizes.at(-1).type, sizes.at(-1).type]]) {
    assert.equal(sha(await ada.downloadMedia(message, { thumb: ours })), sha(await bob.downloadMedia(theirs, { thumb: other })));
  }
  assert.equal((await ada.downloadMedia(message, { thumb: 99 })).length, 0);
});

test("what holds no file gives an empty Buffer, and what GramJS does not fetch either is an error that names it", async (t) => {
  const { ada, users } = await received(t, PNG, "dot.png");
  const text = await ada.sendMessage(users.bob.username, { message: "text" });
  assert.deepEqual(await ada.downloadMedia(text), Buffer.alloc(0));
  const contact = new Api.MessageMediaContact({ phoneNumber: "1", firstName: "A", lastName: "", vcard: "", userId: 1 });
  await assert.rejects(ada.downloadMedia(contact), /MessageMediaContact/);
  await assert.rejects(ada.downloadMedia(text, { outFile: "typo" }), /outFile/);
});

test("iterDownload gives chunks from an offset, with a stride and a limit, as GramJS does", async (t) => {
  const bytes = randomBytes(2 * MIB + 12345);
  const { ada, bob, message, theirs } = await received(t, bytes);
  const cases = [
    {},
    { requestSize: 64 * 1024 },
    { chunkSize: 100_000 },
    { offset: bigInt(4096), limit: 3, requestSize: 8192 },
    { offset: bigInt(1_000_001), chunkSize: 777, limit: 5 },
    { offset: bigInt(4096), stride: 65_536, chunkSize: 1024, requestSize: 4096, limit: 4 },
    { offset: bigInt(bytes.length - 10) },
    { offset: bigInt(bytes.length + 5 * MIB) },
  ];
  for (const params of cases) {
    const ours = [];
    for await (const chunk of ada.iterDownload({ file: message.media, ...params })) ours.push(chunk);
    const { offset = bigInt.zero, limit = Infinity } = params;
    const chunk = params.chunkSize ?? params.requestSize ?? 512 * 1024;
    const stride = params.stride ?? chunk;
    const expected = [];
    for (let at = Number(offset); at < bytes.length && expected.length < limit; at += stride) {
      expected.push(bytes.subarray(at, at + chunk));
    }
    assert.deepEqual(ours.map(sha), expected.map(sha), JSON.stringify(params));
  }
  // GramJS gives the same where it gets by the server's rules for offsets.
  const theirChunks = [];
  for await (const chunk of bob.iterDownload({ file: theirs.media, requestSize: 64 * 1024 })) theirChunks.push(chunk);
  const ourChunks = await ada.iterDownload({ file: message.media, requestSize: 64 * 1024 }).collect();
  assert.deepEqual(ourChunks.map(sha), theirChunks.map(sha));
});

test("a loop over iterDownload ends with close, and with break", async (t) => {
  const { ada, message } = await received(t, randomBytes(4 * MIB));
  const iter = ada.iterDownload({ file: message.media, requestSize: 4096 });
  let count = 0;
  for await (const chunk of iter) {
    assert.equal(chunk.length, 4096);
    if (++count === 3) await iter.close();
  }
  assert.equal(count, 3);
  for await (const chunk of ada.iterDownload({ file: message.media })) {
    assert.equal(chunk.length, 512 * 1024);
    break;
  }
});

test("a location is fetched to its end without its size being said, or a part of it", async (t) => {
  for (const size of [1, 4096, MIB, MIB + 1, 3 * MIB]) {
    const bytes = randomBytes(size);
    const { ada, message } = await received(t, bytes);
    const { id, accessHash, fileReference, dcId } = message.document;
    const location = new Api.InputDocumentFileLocation({ id, accessHash, fileReference, thumbSize: "" });
    assert.equal(sha(await ada.downloadFile(location, { dcId })), sha(bytes), `${size} bytes`);
    const part = await ada.downloadFile(location, { start: 1000, end: 3000, partSizeKb: 4 });
    assert.deepEqual(part, bytes.subarray(1000, 3000));
  }
});

test("a profile photo is asked for as GramJS asks for it, and nobody's is an empty Buffer", async (t) => {
  const { ada, bob, users } = await received(t, PNG, "dot.png");
  assert.deepEqual(await ada.downloadProfilePhoto("me"), Buffer.alloc(0));
  // The server keeps no profile photos: the user says that there is one, and a rule answers with it.
  const reply = { _: "upload.file", type: { _: "storage.filePng" }, mtime: 1, bytes: PNG.toString("base64") };
  await server.rules.add({ method: "upload.getFile", reply });
  const fetched = async (client, of, Photo, photoId) => {
    const user = await client.getEntity(of.username);
    user.photo = new Photo({ photoId, dcId: server.ready.dc_id });
    const bytes = await client.downloadProfilePhoto(user, { isBig: true });
    const [call] = (await server.calls.list({ method: "upload.getFile" })).slice(-1);
    assert.equal(sha(bytes), sha(PNG));
    return call.request.location;
  };
  const ours = await fetched(ada, users.bob, Api.UserProfilePhoto, 77n);
  const theirs = await fetched(bob, users.ada, TheirApi.UserProfilePhoto, requireTheirs("big-integer")(77));
  await server.rules.clear();
  assert.deepEqual({ ...ours, peer: undefined }, { ...theirs, peer: undefined });
  assert.equal(ours.peer._, theirs.peer._);
});

test("a download is given up by its signal, and leaves no file behind", async (t) => {
  const { ada, message } = await received(t, randomBytes(12 * MIB));
  const before = await readdir(folder);
  const giveUp = new AbortController();
  const outputFile = join(folder, "given-up.bin");
  const progressCallback = () => giveUp.abort();
  await assert.rejects(ada.downloadMedia(message, { outputFile, progressCallback, signal: giveUp.signal }), { name: "AbortError" });
  const cancel = () => (cancel.isCanceled = true);
  await assert.rejects(ada.downloadMedia(message, { outputFile, progressCallback: cancel }), /USER_CANCELED/);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.deepEqual(await readdir(folder), before);
});

test("a path that cannot be written is an error that names it", async (t) => {
  const { ada, message } = await received(t, Buffer.from("text"), "a.txt");
  const outputFile = join(folder, "no", "such", "folder");
  await assert.rejects(ada.downloadMedia(message, { outputFile }), /no\/such/);
  await assert.rejects(stat(outputFile));
});

test("no more downloads run at the same time than maxConcurrentDownloads says", async (t) => {
  const { ada, message } = await received(t, PNG, "dot.png", { forceDocument: true });
  const most = async (limit) => {
    ada.maxConcurrentDownloads = limit;
    let running = 0;
    let most = 0;
    const download = () => {
      let begun = false;
      const write = async () => {
        if (!begun) most = Math.max(most, ++running);
        begun = true;
        await sleep(30);
      };
      return ada.downloadMedia(message, { outputFile: { write, close: () => running-- } });
    };
    await Promise.all(Array.from({ length: 6 }, download));
    return most;
  };
  assert.equal(await most(2), 2);
  assert.ok((await most(Infinity)) > 2);
});
