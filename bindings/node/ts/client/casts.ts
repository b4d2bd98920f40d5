// How what people name becomes what a method takes, by the type that the method wants.
import { getInputChatPhoto, getInputDocument, getInputMedia, getInputPhoto } from "../tl/casts/media";
import { getInputMessage } from "../tl/casts/messages";
import { getInputChannel, getInputUser } from "../tl/casts/peers";
import type { TelegramClient } from "./TelegramClient";

export type Cast = (client: TelegramClient, value: any) => unknown;

export const casts: Record<string, Cast> = {
  InputPeer: (client, value) => client.getInputEntity(value),
  InputUser: async (client, value) => getInputUser(await client.getInputEntity(value)),
  InputChannel: async (client, value) => getInputChannel(await client.getInputEntity(value)),
  InputDialogPeer: (client, value) => client._getInputDialog(value),
  InputNotifyPeer: (client, value) => client._getInputNotify(value),
  InputMessage: (_, value) => getInputMessage(value),
  InputMedia: (_, value) => getInputMedia(value),
  InputPhoto: (_, value) => getInputPhoto(value),
  InputDocument: (_, value) => getInputDocument(value),
  InputChatPhoto: (_, value) => getInputChatPhoto(value),
};
