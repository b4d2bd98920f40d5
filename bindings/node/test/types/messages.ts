// A program for messages, which has to compile with this package's declarations as with GramJS's.
import { Api, TelegramClient, utils } from "telegram";
import { StringSession } from "telegram/sessions";
import { NewMessage, NewMessageEvent } from "telegram/events";
import { Button } from "telegram/tl/custom/button";
import type { Dialog } from "telegram/tl/custom/dialog";
import type { SendMessageParams, IterMessagesParams } from "telegram/client/messages";
import bigInt from "big-integer";

async function main(client: TelegramClient) {
  const me: Api.User = await client.getMe();
  const input: Api.InputPeerUser = await client.getMe(true);
  const name: string = utils.getDisplayName(me);
  const params: SendMessageParams = { message: "hi", buttons: [[Button.inline("a", Buffer.from("b"))], [Button.text("x")]], parseMode: "html" };
  const sent: Api.Message = await client.sendMessage("me", params);
  const reply = await sent.reply({ message: "yes" });
  const sender = await sent.getSender();
  if (sender instanceof Api.User) console.log(sender.username);
  const id: bigInt.BigInteger | undefined = sent.chatId;
  const list = await client.getMessages("me", { limit: 10, filter: new Api.InputMessagesFilterPhotos() });
  const total: number | undefined = list.total;
  for (const message of list) {
    console.log(message.text, message.media, message.photo, message.buttons?.[0]?.[0]?.text, message.replyToMsgId);
    if (message.replyTo instanceof Api.MessageReplyHeader) console.log(message.replyTo.replyToMsgId);
    await message.click({ text: (text: string) => text === "x" });
    await message.delete({ revoke: true });
  }
  for await (const message of client.iterMessages("me", { search: "x" })) console.log(message?.id);
  for await (const dialog of client.iterDialogs({ limit: 5 })) console.log(dialog.name, dialog.unreadCount);
  const dialogs: Dialog[] = await client.getDialogs({});
  await client.editMessage("me", { message: sent.id, text: "x" });
  const forwarded: Api.Message[] = await client.forwardMessages("me", { messages: [1, 2], fromPeer: "me" });
  await client.deleteMessages("me", [1], {});
  const pinned: Api.Message = await client.pinMessage("me", 5, { notify: true });
  await client.invoke(new Api.messages.SendMessage({ peer: "me", message: "x", randomId: bigInt(5) }));
  const users = await client.getParticipants("me", {});
  const many = await client.getEntity(["me", 5, bigInt(6)]);
  client.setParseMode("html");
  client.addEventHandler(async (event: NewMessageEvent) => {
    const message = event.message;
    await message.respond({ message: message.text });
    console.log(message.senderId?.toString(), message.isPrivate, message.patternMatch?.[1]);
  }, new NewMessage({ incoming: true }));
  return [me, input, name, reply, id, total, dialogs, forwarded, pinned, users, many];
}
main(new TelegramClient(new StringSession(""), 1, "a", {}));
