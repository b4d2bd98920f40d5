// Names for what may be given in several forms.
import type { BigInteger } from "big-integer";
import type { Api } from "./tl/api";

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
