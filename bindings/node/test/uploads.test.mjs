// Files to somebody: what the other side gets, and what is refused.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gramjs } from "./gramjs.mjs";
import { person, two } from "./people.mjs";
import { Api, connected, load, serve } from "./world.mjs";

const MIB = 1024 * 1024;
const server = await serve({ after });
const { CustomFile } = load("client/uploads");
const sha = (bytes) => createHash("sha256").update(bytes).digest("hex");
const folder = await mkdtemp(join(tmpdir(), "heliogram-uploads-"));
after(() => rm(folder, { recursive: true }));

async function fileOf(name, size) {
  const bytes = randomBytes(size);
  await writeFile(join(folder, name), bytes);
  return { path: join(folder, name), bytes, hash: sha(bytes) };
}

/** A picture of one pixel. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** Ada sends with our client, Bob reads with GramJS. */
async function toTheirs(t) {
  const users = { ada: await person(server, "Ada"), bob: await person(server, "Bob") };
  const ada = await connected(t, server, users.ada);
  const bob = await gramjs(t, server, users.bob);
  const last = async (limit = 1) => [...(await bob.getMessages(users.ada.username, { limit }))].reverse();
  return { ada, to: users.bob.username, bob, last };
}

test("a file of 12 MiB from a path arrives at GramJS as it was, and progress goes from 0 to 1", async (t) => {
  const { ada, to, bob, last } = await toTheirs(t);
  const { path, hash } = await fileOf("large.bin", 12 * MIB);
  const told = [];
  const sent = await ada.sendFile(to, { file: path, caption: "**large**", workers: 4, progressCallback: (done) => told.push(done) });
  assert.equal(sent.document.size.toString(), String(12 * MIB));
  assert.equal(sent.message, "large");
  assert.equal(sent.entities[0].className, "MessageEntityBold");
  assert.equal(told[0], 0);
  assert.equal(told.at(-1), 1);
  assert.deepEqual(told, [...told].sort((a, b) => a - b));
  assert.equal(told.length, 25);
  const [got] = await last();
  assert.equal(got.file.name, "large.bin");
  assert.equal(sha(await bob.downloadMedia(got)), hash);
});

test("bytes, a named buffer and a CustomFile are sent as documents under their names", async (t) => {
  const { ada, to, bob, last } = await toTheirs(t);
  const named = Buffer.from("named");
  named.name = "named.txt";
  await ada.sendFile(to, { file: Buffer.from("nameless") });
  await ada.sendFile(to, { file: named });
  await ada.sendFile(to, { file: new CustomFile("custom.txt", 6, "", Buffer.from("custom")) });
  const { path } = await fileOf("disk", 1000);
  await ada.sendFile(to, { file: new CustomFile("renamed.dat", 1000, path) });
  const got = await last(4);
  assert.deepEqual(got.map((message) => message.file.name), ["unnamed", "named.txt", "custom.txt", "renamed.dat"]);
  assert.deepEqual(got.map((message) => message.file.mimeType).slice(1, 3), ["text/plain", "text/plain"]);
  const texts = await Promise.all(got.slice(0, 3).map((message) => bob.downloadMedia(message)));
  assert.deepEqual(texts.map(String), ["nameless", "named", "custom"]);
});

test("a picture is a photo, and a document when that is asked for", async (t) => {
  const { ada, to, last } = await toTheirs(t);
  const path = join(folder, "dot.png");
  await writeFile(path, PNG);
  const photo = await ada.sendFile(to, { file: path });
  const document = await ada.sendFile(to, { file: path, forceDocument: true });
  assert.equal(photo.media.className, "MessageMediaPhoto");
  assert.equal(document.media.className, "MessageMediaDocument");
  const got = await last(2);
  assert.deepEqual(got.map((message) => message.media.className), ["MessageMediaPhoto", "MessageMediaDocument"]);
  assert.equal(got[1].file.mimeType, "image/png");
});

test("what can be said of a file is said: voice, round video, streaming, thumb, attributes, silence, an answer", async (t) => {
  const { ada, to, last } = await toTheirs(t);
  const file = (name) => new CustomFile(name, 3, "", Buffer.from("abc"));
  const first = await ada.sendMessage(to, { message: "first" });
  await ada.sendFile(to, { file: file("a.ogg"), voiceNote: true });
  await ada.sendFile(to, { file: file("b.mp4"), videoNote: true });
  await ada.sendFile(to, { file: file("c.mp4"), supportsStreaming: true, thumb: new CustomFile("t.jpg", PNG.length, "", PNG) });
  const audio = new Api.DocumentAttributeAudio({ duration: 7, title: "Song" });
  await ada.sendFile(to, { file: file("d.mp3"), attributes: [audio], silent: true, replyTo: first, noforwards: true });
  const [voice, round, streamed, song] = await last(4);
  const attribute = (message, name) => message.document.attributes.find(({ className }) => className === name);
  assert.equal(attribute(voice, "DocumentAttributeAudio").voice, true);
  assert.equal(attribute(round, "DocumentAttributeVideo").roundMessage, true);
  assert.equal(attribute(streamed, "DocumentAttributeVideo").supportsStreaming, true);
  assert.equal(attribute(song, "DocumentAttributeAudio").title, "Song");
  assert.equal(attribute(song, "DocumentAttributeAudio").duration, 7);
  assert.equal(song.silent, true);
  assert.equal(song.noforwards, true);
  assert.equal(song.replyTo.replyToMsgId, (await last(5))[0].id);
});

test("an album is one group with a caption for each, in order", async (t) => {
  const { ada, to, last } = await toTheirs(t);
  const path = join(folder, "album.png");
  await writeFile(path, PNG);
  const sent = await ada.sendFile(to, { file: [path, path, path], caption: ["one", "*two*"], parseMode: "html" });
  const messages = Array.isArray(sent) ? sent : [sent];
  assert.deepEqual(messages.map((message) => message.message), ["one", "*two*", ""]);
  const got = await last(3);
  assert.equal(new Set(got.map((message) => message.groupedId.toString())).size, 1);
  assert.deepEqual(got.map((message) => message.message), ["one", "*two*", ""]);
  assert.deepEqual(got.map((message) => message.media.className), Array(3).fill("MessageMediaPhoto"));
});

test("media that was received, and a file that was uploaded before, are sent again without an upload", async (t) => {
  const { ada, to, bob, last } = await toTheirs(t);
  const uploaded = await ada.uploadFile({ file: new CustomFile("twice.txt", 5, "", Buffer.from("twice")), workers: 1 });
  assert.equal(uploaded.className, "InputFile");
  const sent = await ada.sendFile(to, { file: uploaded, attributes: [new Api.DocumentAttributeFilename({ fileName: "twice.txt" })] });
  const parts = async () => (await server.calls.list({ method: "upload.saveFilePart" })).length;
  const before = await parts();
  await ada.sendFile(to, { file: sent.media });
  await ada.sendFile(to, { file: sent.document });
  assert.equal(await parts(), before);
  const texts = await Promise.all((await last(3)).map((message) => bob.downloadMedia(message)));
  assert.deepEqual(texts.map(String), ["twice", "twice", "twice"]);
});

test("sendMessage with a file, message.reply and editMessage carry files as well", async (t) => {
  const { ada, to, bob, last } = await toTheirs(t);
  const file = (text) => new CustomFile(`${text}.txt`, text.length, "", Buffer.from(text));
  const sent = await ada.sendMessage(to, { message: "with", file: file("one") });
  assert.equal(sent.message, "with");
  await sent.reply({ message: "answer", file: file("two") });
  await ada.editMessage(to, { message: sent.id, text: "edited", file: file("three") });
  const got = await last(2);
  assert.deepEqual(got.map((message) => message.message), ["edited", "answer"]);
  assert.equal(String(await bob.downloadMedia(got[0])), "three");
  assert.equal(got[1].replyTo.replyToMsgId, got[0].id);
});

test("what cannot be sent is refused by name before anything is sent", async (t) => {
  const { ada, users } = await two(t, server);
  const to = users.bob.username;
  const refused = (params, pattern) => assert.rejects(ada.sendFile(to, params), pattern);
  await refused({}, /file/);
  await refused({ file: join(folder, "nowhere.txt") }, /ENOENT.*nowhere\.txt/);
  await refused({ file: folder }, /no file/);
  await refused({ file: Buffer.alloc(0) }, /empty/);
  await refused({ file: Buffer.from("a"), captoin: "typo" }, /captoin/);
  const { path } = await fileOf("short", 10);
  await refused({ file: new CustomFile("short", 11, path) }, /size is 11, but .*short has 10 bytes/);
  await refused({ file: path, fileSize: 9 }, /fileSize is 9/);
  await refused({ file: [path, path], buttons: [] }, /buttons/);
  await assert.rejects(ada.uploadFile({ file: "path" }), /CustomFile/);
  await assert.rejects(ada.uploadFile({ file: new CustomFile("a", 1, path), workers: "many" }), /workers/);
});

test("an upload is given up by its signal, and by isCanceled", async (t) => {
  const { ada } = await two(t, server);
  const { path } = await fileOf("canceled.bin", 12 * MIB);
  const file = new CustomFile("canceled.bin", 12 * MIB, path);
  const giveUp = new AbortController();
  const aborted = ada.uploadFile({ file, workers: 1, signal: giveUp.signal, onProgress: (done) => done > 0 && giveUp.abort() });
  await assert.rejects(aborted, { name: "AbortError" });
  const onProgress = (done) => {
    if (done > 0) onProgress.isCanceled = true;
  };
  await assert.rejects(ada.uploadFile({ file, workers: 1, onProgress }), /USER_CANCELED/);
});
