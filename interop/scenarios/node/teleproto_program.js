// The program of as_teleproto.js.
"use strict";

const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");

const from = createRequire(`${process.cwd()}/program.js`);
const { Api, Button, Logger, TelegramClient, errors, events, utils } = from("teleproto");
const { StringSession } = from("teleproto/sessions");
const { NewMessage } = from("teleproto/events");

const [rosa, clara] = JSON.parse(process.env.PEOPLE);
const ready = JSON.parse(readFileSync(process.env.HELIOGRAM_READY, "utf8"));

function clientOf(session) {
  const options = { connectionRetries: 5, baseLogger: new Logger("error"), floodSleepThreshold: 1 };
  try {
    from("teleproto/crypto/RSA")._serverKeys.set(ready.rsa_fingerprint, { n: require("big-integer")(ready.rsa_n), e: ready.rsa_e });
  } catch {
    return new TelegramClient(session, 1, "0123456789abcdef0123456789abcdef", { ...options, network: process.env.HELIOGRAM_READY });
  }
  const { ConnectionTCPFull } = from("teleproto/network/connection");
  const { hostname, port } = new URL(`tcp://${ready.mtproto}`);
  class Connection extends ConnectionTCPFull {
    constructor(options) {
      super({ ...options, ip: hostname, port: Number(port) });
    }
  }
  return new TelegramClient(session, 1, "0123456789abcdef0123456789abcdef", { ...options, connection: Connection });
}

async function newestCode(phone) {
  const { items } = await (await fetch(`${ready.control}/v1/inbox/${phone}`)).json();
  return items.map(({ text }) => /(?<!\d)\d{5,7}(?!\d)/.exec(text)?.[0]).findLast(Boolean);
}

async function logIn({ phone }) {
  const client = clientOf(new StringSession(""));
  await client.start({ phoneNumber: () => phone, phoneCode: () => newestCode(phone), password: () => "", onError: (error) => Promise.reject(error) });
  return client;
}

async function main() {
  const [writer, reader] = [await logIn(rosa), await logIn(clara)];
  const me = await writer.getMe();
  console.log(me.firstName, me.username, me instanceof Api.User, await writer.isUserAuthorized());

  const heard = new Promise((resolve) => reader.addEventHandler(resolve, new NewMessage({ incoming: true, pattern: /^hello/ })));
  await reader.getDialogs({});
  const sent = await writer.sendMessage(clara.username, { message: "hello **you**" });
  console.log(sent.message, sent.entities.map((entity) => `${entity.className} ${entity.offset} ${entity.length}`).join(), sent.out);
  const event = await heard;
  console.log(event.message.text, event.isPrivate, String((await event.message.getSender()).id) === String(me.id));
  const answer = await event.message.reply({ message: "yes?" });
  console.log(answer.className, answer.message, answer.out);

  const edited = await writer.editMessage(clara.username, { message: sent.id, text: "hello __all__" });
  console.log(edited.message, edited.entities.map((entity) => entity.className).join());
  for (const message of (await writer.getMessages(clara.username, { limit: 2 })).reverse()) console.log(message.out, message.text);
  let count = 0;
  for await (const dialog of writer.iterDialogs({})) if (dialog.isUser && dialog.name === clara.first_name) count += 1;
  console.log(count, utils.getDisplayName(await writer.getEntity(clara.username)));

  const found = await writer.invoke(new Api.contacts.ResolveUsername({ username: clara.username }));
  console.log(found.className, found.users.length, utils.getPeerId(found.peer) === utils.getPeerId(found.users[0]));
  const error = await writer.invoke(new Api.account.UpdateUsername({ username: "1" })).catch((error) => error);
  console.log(error instanceof errors.RPCError, error.code, error.errorMessage);
  const button = Button.inline("Press", Buffer.from("pressed"));
  console.log(button.className, button.text, String(button.type.data), typeof events.Raw);

  const again = clientOf(new StringSession(writer.session.save()));
  await writer.disconnect();
  await again.connect();
  console.log((await again.getMe()).firstName);
  await Promise.all([again.disconnect(), reader.disconnect()]);
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  }
);
