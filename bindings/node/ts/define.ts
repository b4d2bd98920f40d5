// Names for what may be given in several forms.
import type { BigInteger } from "big-integer";
import type { CustomFile } from "./client/uploads";
import type { Api } from "./tl/api";
import type { Button } from "./tl/custom/button";

/** A user, group or channel as the server describes it. */
export type Entity = Api.User | Api.Chat | Api.Channel | Api.TypeUser | Api.TypeChat;
/** Whatever names somebody: `"me"`, a user name, link, phone number, marked id, or an object. */
export type EntityLike =
  | string
  | number
  | bigint
  | BigInteger
  | Entity
  | Api.TypePeer
  | Api.TypeInputPeer
  | Api.TypeInputUser
  | Api.TypeInputChannel
  | Api.UserFull
  | Api.messages.ChatFull
  | Api.ChatFull
  | Api.ChannelFull;
export type EntitiesLike = EntityLike[];
/** Whatever names a message. */
export type MessageIDLike = number | Api.Message | Api.MessageService | Api.TypeInputMessage;
/** A message, or its text. */
export type MessageLike = string | Api.Message;
/** Unix time in seconds. */
export type DateLike = number;
/** A file: a path, a link, bytes, or what was received or uploaded before. */
export type FileLike =
  | string
  | Uint8Array
  | File
  | CustomFile
  | Api.TypeMessageMedia
  | Api.TypeInputMedia
  | Api.TypeInputFile
  | Api.TypeInputFileLocation
  | Api.TypePhoto
  | Api.TypeDocument;
/** A button. */
export type ButtonLike = Api.TypeKeyboardButton | Api.TypeKeyboardInlineButton | Button;
/** Buttons: one, a row, rows, or a whole keyboard. */
export type MarkupLike = Api.TypeReplyMarkup | ButtonLike | ButtonLike[] | ButtonLike[][];
export type Phone = string;
export type Username = string;
export type PeerID = number;
/** Users and chats with all that is told of them one by one. */
export type FullEntity = Api.UserFull | Api.messages.ChatFull | Api.ChatFull | Api.ChannelFull;
/** Whatever object says who somebody is. */
export type PeerLike = Api.TypePeer | Api.TypeInputPeer | Entity | FullEntity;
export type LocalPath = string;
export type ExternalUrl = string;
export type BotFileID = string;
export type ValueOf<T> = T[keyof T];
export type { OutFile, ProgressCallback } from "./client/downloads";
