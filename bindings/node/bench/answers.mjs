// Large answers, as rules of the server: everybody is given the same, in his own layer.

/** An answer to messages.getHistory: half of the messages with entities, every fifth with a photo or a keyboard. */
export function history() {
  return { _: "messages.messages", messages: numbers(1, 100).map(message), topics: [], chats: [], users: numbers(1000, 20).map(user) };
}

/** An answer to contacts.getContacts: 500 people. */
export function contacts() {
  const people = numbers(1000, 500);
  const contact = (id) => ({ _: "contact", user_id: id, mutual: true });
  return { _: "contacts.contacts", contacts: people.map(contact), saved_count: 0, users: people.map(user) };
}

function message(id) {
  const peer = (user_id) => ({ _: "peerUser", user_id });
  const bold = (offset, length) => ({ _: "messageEntityBold", offset, length });
  return {
    _: "message",
    id,
    out: id % 3 === 0,
    from_id: peer(1000 + (id % 20)),
    peer_id: peer(7),
    date: 1_790_000_000 + id,
    message: `message ${id}, which says as much as people say in one message`,
    ...(id % 2 === 0 && { entities: [bold(0, 7), bold(8, 2)] }),
    ...(id % 5 === 0 && { media: photo(id) }),
    ...(id % 5 === 1 && { reply_markup: keyboard }),
  };
}

function user(id) {
  return {
    _: "user",
    id,
    access_hash: String(1234567890123456n + BigInt(id)),
    first_name: `Person ${id}`,
    username: `person${id}`,
    phone: `9996620${id}`,
    status: { _: "userStatusOffline", was_online: 1_790_000_000 },
  };
}

function photo(id) {
  const size = (type, w, h) => ({ _: "photoSize", type, w, h, size: (w * h) / 8 });
  const sizes = [size("m", 320, 240), size("x", 800, 600)];
  const file_reference = Buffer.alloc(24, 1).toString("base64");
  return { _: "messageMediaPhoto", photo: { _: "photo", id, access_hash: 5, file_reference, date: 1_790_000_000, sizes, dc_id: 2 } };
}

const button = (text) => ({ _: "keyboardInlineButton", text, type: { _: "inlineButtonTypeUrl", url: "https://a.example" } });
const keyboard = { _: "replyInlineMarkup", rows: [{ _: "keyboardInlineButtonRow", buttons: [button("one"), button("two")] }] };

const numbers = (from, count) => Array.from({ length: count }, (_, at) => from + at);
