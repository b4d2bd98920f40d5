// What an object knows beside its fields: its client, and the users and chats that came with it.
//
// It is kept beside the object, not in it, so that neither print nor JSON shows it and a message has one shape.
import type { TelegramClient } from "../../client/TelegramClient";
import type { Entity, EntityLike } from "../../define";
import type { Api } from "../api";

export interface Binding {
  client?: TelegramClient;
  /** By marked id. */
  entities?: Map<string, Entity>;
  chatPeer?: EntityLike;
  inputChat?: Api.TypeInputPeer;
  chat?: Entity;
  broadcast?: boolean;
  senderId?: Api.long;
  inputSender?: Api.TypeInputPeer;
  sender?: Entity;
}

const bindings = new WeakMap<object, Binding>();

/** What is kept of an object. */
export function bindingOf(object: object): Binding {
  let binding = bindings.get(object);
  if (!binding) bindings.set(object, (binding = {}));
  return binding;
}
