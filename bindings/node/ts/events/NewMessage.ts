// New messages.
import type { BigInteger } from "big-integer";
import type { Entity, EntityLike } from "../define";
import type { TelegramClient } from "../client/TelegramClient";
import { Api } from "../tl/api";
import { bindMessage } from "../tl/custom/message";
import { _intoIdSet, EventBuilder, EventCommon, type DefaultEventInterface, type EventCommonSender } from "./common";

/** Which messages are wanted. */
export interface NewMessageInterface extends DefaultEventInterface {
  func?: { (event: NewMessageEvent): boolean };
  /** Only what others send. */
  incoming?: boolean;
  /** Only what the account sends. */
  outgoing?: boolean;
  /** Only what these send, wherever they do. */
  fromUsers?: EntityLike[];
  /** True: only forwarded ones. False: only those that are not. */
  forwards?: boolean;
  /** Only where this is found in the text; what was found is in `message.patternMatch`. */
  pattern?: RegExp;
}

/**
 * A message with a text or with media, from anybody to anybody; each condition narrows it.
 *
 * ```ts
 * client.addEventHandler(async (event) => event.message.reply({ message: "hi" }), new NewMessage({ incoming: true }));
 * ```
 */
export class NewMessage extends EventBuilder {
  declare func?: { (event: NewMessageEvent): boolean };
  incoming?: boolean;
  outgoing?: boolean;
  fromUsers?: EntityLike[];
  forwards?: boolean;
  pattern?: RegExp;

  constructor(newMessageParams: NewMessageInterface = {}) {
    const { chats, func, fromUsers, forwards, pattern, blacklistChats = false } = newMessageParams;
    let { incoming, outgoing } = newMessageParams;
    if (incoming === false && outgoing === false) {
      throw new Error("NewMessage: neither incoming nor outgoing messages are wanted, so none would ever come");
    }
    if (incoming && outgoing) incoming = outgoing = undefined;
    else if (incoming !== undefined) outgoing = !incoming;
    else if (outgoing !== undefined) incoming = !outgoing;
    super({ chats, blacklistChats, func });
    this.incoming = incoming;
    this.outgoing = outgoing;
    this.fromUsers = fromUsers;
    this.forwards = forwards;
    this.pattern = pattern;
  }

  override async _resolve(client: TelegramClient): Promise<void> {
    await super._resolve(client);
    this.fromUsers = await _intoIdSet(client, this.fromUsers);
  }

  override build(update: Api.TypeUpdate, _callback?: CallableFunction, _selfId?: BigInteger): NewMessageEvent | undefined {
    const isNew = update instanceof Api.UpdateNewMessage || update instanceof Api.UpdateNewChannelMessage;
    if (!isNew || !(update.message instanceof Api.Message)) return undefined;
    return new NewMessageEvent(update.message, update);
  }

  override filter(event: NewMessageEvent): EventCommon | EventCommonSender | undefined {
    const { message } = event;
    if ((this.incoming && message.out) || (this.outgoing && !message.out)) return;
    if (this.forwards !== undefined && this.forwards !== !!message.fwdFrom) return;
    if (this.fromUsers !== undefined) {
      const sender = message.senderId?.toString();
      if (sender === undefined || !this.fromUsers.includes(sender)) return;
    }
    if (this.pattern) {
      const match = (message.message ?? "").match(this.pattern);
      if (!match) return;
      // Beside the fields: neither printed nor part of its JSON.
      Object.defineProperty(message, "patternMatch", { value: match, writable: true, configurable: true });
    }
    return super.filter(event);
  }

  /** For kinds of events that are made from this one; adds nothing here. */
  addAttributes(_event: NewMessageEvent): void {}
}

/** A message that came. */
export class NewMessageEvent extends EventCommon {
  message: Api.Message;
  /** The update that it came with. */
  originalUpdate: (Api.TypeUpdate | Api.TypeUpdates) & { _entities?: Map<string, Entity> };

  constructor(message: Api.Message, originalUpdate: Api.TypeUpdate | Api.TypeUpdates) {
    super({ msgId: message.id, chatPeer: message.peerId, broadcast: message.post });
    this.originalUpdate = originalUpdate;
    this.message = message;
  }

  override _setClient(client: TelegramClient): void {
    super._setClient(client);
    bindMessage(client, this.message, this.originalUpdate._entities ?? new Map());
  }
}
