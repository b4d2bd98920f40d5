// utils and helpers, held against GramJS's own on the same inputs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { outcome, plain, requireTheirs, TheirApi } from "./gramjs.mjs";
import { Api, load } from "./world.mjs";

const [ours, theirs] = [load("Utils"), requireTheirs("telegram/Utils")];
const [ourHelpers, theirHelpers] = [load("Helpers"), requireTheirs("telegram/Helpers")];
const bigInt = requireTheirs("big-integer");

/** The same input in both libraries: `make(Api)`. Whether both give the same or both refuse; gives how often. */
function same(name, makes, [mine, other] = [ours[name], theirs[name]]) {
  for (const make of makes) {
    const [here, there] = [outcome(() => mine(...make(Api))), outcome(() => other(...make(TheirApi)))];
    const input = make.toString();
    assert.equal(here.throws ?? false, there.throws ?? false, `${name} ${input}: ${here.message ?? "nothing thrown"} | ${there.message ?? "nothing thrown"}`);
    if (!there.throws) assert.deepEqual(here.result, there.result, `${name} ${input}`);
  }
}

const id = (n) => bigInt(n);
const bytes = (...list) => Buffer.from(list);
const people = [
  (A) => new A.User({ id: id(5), accessHash: id(7), firstName: "Ann", lastName: "Archer" }),
  (A) => new A.User({ id: id(5), accessHash: id(7), firstName: "Ann" }),
  (A) => new A.User({ id: id(5), accessHash: id(7), lastName: "Archer" }),
  (A) => new A.User({ id: id(5), accessHash: id(7), self: true }),
  (A) => new A.User({ id: id(5), accessHash: id(7), min: true }),
  (A) => new A.UserEmpty({ id: id(5) }),
  (A) => new A.ChatEmpty({ id: id(6) }),
  (A) => new A.ChatForbidden({ id: id(6), title: "closed" }),
  (A) => new A.Chat({ id: id(6), title: "Six", photo: new A.ChatPhotoEmpty(), participantsCount: 1, date: 1, version: 1 }),
  (A) => new A.Channel({ id: id(1234567890), accessHash: id(9), title: "News", photo: new A.ChatPhotoEmpty(), date: 1 }),
  (A) => new A.Channel({ id: id(1234567890), accessHash: id(9), min: true, title: "News", photo: new A.ChatPhotoEmpty(), date: 1 }),
  (A) => new A.ChannelForbidden({ id: id(1234567890), accessHash: id(9), title: "closed" }),
  (A) => new A.PeerUser({ userId: id(5) }),
  (A) => new A.PeerChat({ chatId: id(6) }),
  (A) => new A.PeerChannel({ channelId: id(1234567890) }),
  (A) => new A.InputPeerSelf(),
  (A) => new A.InputPeerEmpty(),
  (A) => new A.InputPeerUser({ userId: id(5), accessHash: id(7) }),
  (A) => new A.InputPeerChat({ chatId: id(6) }),
  (A) => new A.InputPeerChannel({ channelId: id(1234567890), accessHash: id(9) }),
  (A) => new A.InputPeerUserFromMessage({ peer: new A.InputPeerChat({ chatId: id(6) }), msgId: 3, userId: id(5) }),
  (A) => new A.InputUser({ userId: id(5), accessHash: id(7) }),
  (A) => new A.InputUserEmpty(),
  (A) => new A.InputChannel({ channelId: id(1234567890), accessHash: id(9) }),
  (A) => new A.InputChannelEmpty(),
  (A) => new A.ChatParticipant({ userId: id(5), inviterId: id(8), date: 1 }),
  (A) => new A.DialogPeer({ peer: new A.PeerUser({ userId: id(5) }) }),
  (A) => new A.InputMessageID({ id: 3 }),
];

test("who somebody is, as GramJS says it", () => {
  same("getInputPeer", people.map((make) => (A) => [make(A)]));
  same("getInputPeer", people.map((make) => (A) => [make(A), false, false]));
  same("getInputUser", people.map((make) => (A) => [make(A)]));
  same("getInputChannel", people.map((make) => (A) => [make(A)]));
  // Of these two GramJS knows no id.
  const known = people.filter((make) => !/UserEmpty|InputPeerUserFromMessage/.test(make));
  same("getPeerId", known.map((make) => (A) => [make(A)]));
  same("getPeerId", known.map((make) => (A) => [make(A), false]));
  same("getDisplayName", people.filter((make) => !/Forbidden/.test(make)).map((make) => (A) => [make(A)]));
  for (const marked of [5, -6, "-1001234567890", "777000", id("-1001234567890"), id(5)]) {
    const number = typeof marked === "number" ? id(marked) : marked;
    same("getPeerId", [() => [number], () => [number, false]]);
    const [bare, Class] = ours.resolveId(id(marked));
    const [theirBare, TheirClass] = theirs.resolveId(id(marked));
    assert.deepEqual([`${bare}`, Class.className], [`${theirBare}`, TheirClass.className]);
  }
  for (const peer of [5, -6, id("-1001234567890"), 7n]) same("getPeer", [() => [peer]]);
  same("getPeer", people.filter((make) => !/UserEmpty|InputPeerUserFromMessage|InputPeerEmpty/.test(make)).map((make) => (A) => [make(A)]));
});

test("a mark is told from digits of the id, where GramJS takes -1005 for channel 5", () => {
  assert.equal(ours.resolveId(id(-1005))[1], Api.PeerChat);
  assert.equal(ours.getPeerId(new Api.PeerChannel({ channelId: 5 })), "-1000000000005");
  assert.equal(`${ours.resolveId(id("-1000000000005"))[0]}`, "5");
});

test("names, numbers and links are read as GramJS reads them", () => {
  const names = ["durov", "@durov", "Durov_1", "a", "ab__cd", "abcd_", "gif", "coub", "https://t.me/durov", "http://www.telegram.me/durov/"];
  names.push("t.me/durov", "telegram.dog/durov", "https://t.me/joinchat/AbC-dE_1", "tg://join?invite=abc", "", " durov ", "two words", "1abc");
  for (const name of names.filter((one) => !one.startsWith("tg:"))) same("parseUsername", [() => [name]]);
  assert.deepEqual(ours.parseUsername("tg://join?invite=abc"), { username: "abc", isInvite: true });
  assert.deepEqual(ours.parseUsername("https://t.me/+AbC-dE_1"), { username: "AbC-dE_1", isInvite: true });
  const phones = ["+1 (555) 000-1234", "15550001234", "+1+2", "+abc", "+49 30 1234567"];
  for (const phone of phones) same("parsePhone", [() => [phone]]);
  for (const digits of ["5", "-5", "-1001234567890", "5a", "", "+5", "9".repeat(30)]) same("parseID", [() => [digits]]);
  for (const [text, mask] of [["abc///", "/"], ["abc", "/"]]) same("rtrim", [() => [text, mask]]);
});

const photo = (A) => new A.Photo({ id: id(1), accessHash: id(2), fileReference: bytes(3), date: 4, sizes: [new A.PhotoSize({ type: "y", w: 1, h: 2, size: 3 })], dcId: 2 });
const document = (A) =>
  new A.Document({ id: id(1), accessHash: id(2), fileReference: bytes(3), date: 4, mimeType: "video/mp4", size: id(6), dcId: 2, attributes: [] });
const message = (A, media) => new A.Message({ id: 9, peerId: new A.PeerUser({ userId: id(5) }), date: 1, message: "text", media });
const geo = (A) => new A.GeoPoint({ lat: 1.5, long: 2.5, accessHash: id(3) });
const file = (A) => new A.InputFile({ id: id(1), parts: 1, name: "clip.mp4", md5Checksum: "" });
const media = [
  photo,
  document,
  file,
  (A) => new A.MessageMediaPhoto({ photo: photo(A), ttlSeconds: 5 }),
  (A) => new A.MessageMediaDocument({ document: document(A) }),
  (A) => message(A, new A.MessageMediaPhoto({ photo: photo(A) })),
  (A) => message(A, new A.MessageMediaDocument({ document: document(A) })),
  (A) => new A.PhotoEmpty({ id: id(1) }),
  (A) => new A.DocumentEmpty({ id: id(1) }),
  (A) => new A.InputPhoto({ id: id(1), accessHash: id(2), fileReference: bytes(3) }),
  (A) => new A.InputDocument({ id: id(1), accessHash: id(2), fileReference: bytes(3) }),
  (A) => new A.InputMediaDice({ emoticon: "🎲" }),
  (A) => new A.MessageMediaDice({ value: 3, emoticon: "🎲" }),
  (A) => new A.MessageMediaGeo({ geo: geo(A) }),
  (A) => new A.MessageMediaVenue({ geo: geo(A), title: "a", address: "b", provider: "c", venueId: "d", venueType: "e" }),
  (A) => new A.MessageMediaContact({ phoneNumber: "1", firstName: "a", lastName: "b", vcard: "", userId: id(5) }),
  (A) => new A.MessageMediaEmpty(),
  (A) => new A.MessageMediaUnsupported(),
  (A) => new A.ChatPhotoEmpty(),
  (A) => new A.UserProfilePhotoEmpty(),
  (A) => new A.InputPeerSelf(),
];

test("what can be sent for what was received, as GramJS makes it", () => {
  for (const name of ["getInputMedia", "getInputPhoto", "getInputDocument", "getInputChatPhoto", "getInputGeo", "getFileInfo"]) {
    // Of a chat's photo GramJS's InputMedia is the empty one and so is ours; that of its own file is made in upload tests.
    // And GramJS's getFileInfo takes media only, neither what holds them nor what they hold.
    const left = { getInputMedia: [file], getFileInfo: [photo, document, ...media.filter((make) => /=> message/.test(make))] }[name] ?? [];
    same(name, media.filter((make) => !left.includes(make)).map((make) => (A) => [make(A)]));
  }
  same("getInputMedia", [(A) => [file(A), { isPhoto: true }], (A) => [file(A), { forceDocument: true }]]);
  same("getInputMessage", [() => [5], (A) => [message(A)], (A) => [new A.InputMessagePinned()], () => ["5"], (A) => [new A.InputPeerSelf()]]);
  same("getMessageId", [() => [5], () => [undefined], (A) => [message(A)], (A) => [new A.InputMessageID({ id: 3 })], (A) => [new A.InputPeerSelf()]]);
  same("getInnerText", [(A) => ["a bold word", [new A.MessageEntityBold({ offset: 2, length: 4 })]]]);
  same("_photoSizeByteCount", [
    (A) => [new A.PhotoStrippedSize({ type: "i", bytes: bytes(1, 2, 3, 4) })],
    (A) => [new A.PhotoStrippedSize({ type: "i", bytes: bytes(2, 2, 3, 4) })],
    (A) => [new A.PhotoCachedSize({ type: "i", w: 1, h: 1, bytes: bytes(1, 2) })],
    (A) => [new A.PhotoSizeEmpty({ type: "s" })],
    (A) => [new A.PhotoSizeProgressive({ type: "y", w: 1, h: 1, sizes: [1, 2, 3] })],
    (A) => [new A.PhotoPathSize({ type: "j", bytes: bytes(1) })],
  ]);
});

test("kinds of files and the size of their parts, as GramJS says it", () => {
  for (const name of ["a.png", "a.JPG", "a.jpeg", "a.gif", "b.mp4", "noext"]) same("isImage", [() => [name]]);
  same("getExtension", media.map((make) => (A) => [make(A)]));
  for (const size of [0, 104857599, 104857600, 786431999, 786432000]) same("getAppropriatedPartSize", [() => [id(size)]]);
  for (const name of ["dir/clip.mp4", "report.pdf", "photo.jpg", "unheard.of"]) same("getAttributes", [() => [name, {}], () => [name, { forceDocument: true }]]);
  const stripped = Buffer.concat([bytes(1, 10, 20), Buffer.from("abcdef")]);
  same("strippedPhotoToJpg", [() => [stripped], () => [bytes(1, 2)], () => [bytes(2, 2, 3, 4)]]);
  assert.deepEqual([...ours.chunks([1, 2, 3, 4, 5], 2)], [...theirs.chunks([1, 2, 3, 4, 5], 2)]);
});

test("helpers give what GramJS's give", async () => {
  const pair = (name) => [ourHelpers[name], theirHelpers[name]];
  for (let round = 0; round < 200; round++) {
    const buffer = ourHelpers.generateRandomBytes(1 + (round % 33));
    for (const little of [true, false]) {
      for (const signed of [true, false]) same("readBigIntFromBuffer", [() => [Buffer.from(buffer), little, signed]], pair("readBigIntFromBuffer"));
    }
    const number = ourHelpers.readBigIntFromBuffer(buffer, true, true);
    same("toSignedLittleBuffer", [() => [number, 40]], pair("toSignedLittleBuffer"));
    if (!number.isNegative()) {
      same("getByteArray", [() => [number]], pair("getByteArray"));
      same("readBufferFromBigInt", [() => [number, 40, false], () => [number, 1]], pair("readBufferFromBigInt"));
      same("modExp", [() => [number, id(65537), id("340282366920938463463374607431768211507")]], pair("modExp"));
    }
    same("readBufferFromBigInt", [() => [number, 40, true, true]], pair("readBufferFromBigInt"));
    same("bufferXor", [() => [buffer, Buffer.from(buffer).reverse()]], pair("bufferXor"));
    same("crc32", [() => [buffer]], pair("crc32"));
    same("convertToLittle", [() => [buffer]], pair("convertToLittle"));
    for (const hash of ["sha1", "sha256"]) assert.deepEqual(await ourHelpers[hash](buffer), await theirHelpers[hash](buffer));
  }
  for (const [n, m] of [[5, 3], [-5, 3], [-1, 7]]) {
    same("mod", [() => [n, m]], pair("mod"));
    same("bigIntMod", [() => [id(n), id(m)]], pair("bigIntMod"));
  }
  same("getMinBigInt", [() => [[]], () => [[id(5), "-3", id(2)]], () => [["7"]]], pair("getMinBigInt"));
  same("returnBigInt", [() => [5], () => ["5"], () => [5n], () => [id(5)]], pair("returnBigInt"));
  same("isArrayLike", [() => [[]], () => ["text"], () => [Buffer.alloc(1)], () => [{ length: 1 }], () => [{}]], pair("isArrayLike"));
  same("escapeRegex", [() => ["a.b*c[d]"]], pair("escapeRegex"));
  same("_entityType", people.map((make) => (A) => [make(A)]), pair("_entityType"));
  const groups = (helpers) => [...helpers.groupBy([1, 2, 3, 4], (one) => one % 2)];
  assert.deepEqual(groups(ourHelpers), groups(theirHelpers));
  const strip = (text, ...list) => (A) => [text, list.map(([offset, length]) => new A.MessageEntityBold({ offset, length }))];
  same("stripText", [strip(" a "), strip("  a b  ", [2, 3]), strip(" ab ", [0, 4]), strip("ab ", [0, 1])], pair("stripText"));
  const nonce = id("12345678901234567890");
  const key = await ourHelpers.generateKeyDataFromNonce(nonce, nonce.square());
  assert.deepEqual(plain(key), plain(await theirHelpers.generateKeyDataFromNonce(nonce, nonce.square())));
});
