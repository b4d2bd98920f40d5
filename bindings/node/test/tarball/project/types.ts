// What a strict compiler makes of the package; nothing of it is run.
import bigInt from "big-integer";
import { Api, TelegramClient } from "telegram";
import { NewMessage } from "telegram/events";
import { NewMessage as itself } from "telegram/events/NewMessage";
import { StringSession } from "telegram/sessions";
import { StringSession as too } from "telegram/sessions/StringSession";
import { Api as Modern } from "heliogram/modern";
import { type Server, serve } from "heliogram/test";

export async function use(): Promise<Api.auth.SentCode> {
  const server: Server = await serve({ redirect: true });
  const client = new TelegramClient(new StringSession(""), 1, "any", { connectionRetries: 1 });
  await client.connect();
  const settings = new Api.CodeSettings({ allowFlashcall: true, logoutTokens: [Buffer.from("any")] });
  const user: Api.TypeInputUser = new Api.InputUser({ userId: bigInt(1), accessHash: 2n });
  const people: Api.TypeUser[] = await client.invoke(new Api.users.GetUsers({ id: [user] }));
  console.log(people.length, new too("").save(), itself === NewMessage);
  // @ts-expect-error: there is no such field
  new Api.CodeSettings({ allowFlashcal: true });
  await server.stop();
  return client.invoke(new Api.account.SendConfirmPhoneCode({ hash: "", settings }));
}

export const id = (user: Modern.User): bigint => user.id;
