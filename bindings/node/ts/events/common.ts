// What all kinds of events have in common: which chats are wanted, and what an event knows of its chat.
import type { BigInteger } from "big-integer";
import type { EntityLike } from "../define";
import { Api } from "../tl/api";
import { getPeerId } from "../tl/casts/peers";
import { ChatGetter } from "../tl/custom/chatGetter";
import { SenderGetter } from "../tl/custom/senderGetter";
import { isOf } from "../tl/kinds";
import { isBigInteger } from "../tl/numbers";
import type { TelegramClient } from "../client/TelegramClient";

/** Which events are wanted. */
export interface DefaultEventInterface {
  /** Only of these chats: ids, user names, peers or whatever else names one. */
  chats?: EntityLike[];
  /** `chats` are those that are *not* wanted. */
  blacklistChats?: boolean;
  /** Asked last; the event is wanted when it answers something true. */
  func?: CallableFunction;
}

/** The ids of these chats as they are compared with: marked, in decimal. A positive number may be any kind of peer. */
export async function _intoIdSet(
  client: TelegramClient,
  chats: EntityLike[] | EntityLike | undefined,
): Promise<string[] | undefined> {
  if (chats === undefined || chats === null) return undefined;
  const ids = new Set<string>();
  for (const chat of Array.isArray(chats) ? chats : [chats]) for (const id of await idsOf(client, chat)) ids.add(id);
  return [...ids];
}

/** A kind of event, and which of that kind are wanted. What other kinds are made from. */
export class EventBuilder {
  chats?: string[];
  blacklistChats: boolean;
  /** Whether `chats` are ids by now. */
  resolved: boolean;
  func?: CallableFunction;
  client?: TelegramClient;
  #resolving?: Promise<void>;

  constructor(eventParams: DefaultEventInterface) {
    // Until they are resolved they are what was given, as the declared type does not say, in GramJS neither.
    this.chats = eventParams.chats as string[] | undefined;
    this.blacklistChats = eventParams.blacklistChats || false;
    this.resolved = false;
    this.func = eventParams.func;
  }

  /** The event that an update makes; nothing when it is of another kind. */
  build(update: Api.TypeUpdate, callback?: CallableFunction, selfId?: BigInteger): any {
    if (update) return update;
  }

  /** Finds out which ids the chats have. Done once; asked again when it fails. */
  async resolve(client: TelegramClient): Promise<void> {
    if (this.resolved) return;
    this.#resolving ??= this._resolve(client).then(
      () => {
        this.resolved = true;
      },
      (error) => {
        this.#resolving = undefined;
        throw error;
      },
    );
    await this.#resolving;
  }

  async _resolve(client: TelegramClient): Promise<void> {
    this.chats = await _intoIdSet(client, this.chats);
  }

  /** The event when it is wanted. */
  filter(event: EventCommon | EventCommonSender): undefined | EventCommon | EventCommonSender {
    if (!this.resolved) return;
    if (this.chats !== undefined) {
      if (event.chatId === undefined) return;
      if (this.chats.includes(event.chatId.toString()) === this.blacklistChats) return;
    }
    if (this.func && !this.func(event)) return;
    return event;
  }
}

interface EventCommonInterface {
  chatPeer?: EntityLike;
  msgId?: number;
  broadcast?: boolean;
}

/** An event of a chat. */
export class EventCommon extends ChatGetter {
  _eventName = "Event";
  _messageId?: number;

  constructor({ chatPeer, msgId, broadcast }: EventCommonInterface) {
    super();
    ChatGetter.initChatClass(this, { chatPeer, broadcast });
    this._messageId = msgId;
  }

  /** @internal */
  _setClient(client: TelegramClient): void {
    this._client = client;
  }

  /** The client that was told of it. */
  get client(): TelegramClient | undefined {
    return this._client;
  }
}

/** An event of a chat that somebody caused. */
export class EventCommonSender extends SenderGetter {
  _eventName = "Event";
  _messageId?: number;

  constructor({ chatPeer, msgId, broadcast }: EventCommonInterface) {
    super();
    ChatGetter.initChatClass(this, { chatPeer, broadcast });
    this._messageId = msgId;
  }

  /** @internal */
  _setClient(client: TelegramClient): void {
    this._client = client;
  }

  /** The client that was told of it. */
  get client(): TelegramClient | undefined {
    return this._client;
  }
}

async function idsOf(client: TelegramClient, chat: EntityLike): Promise<string[]> {
  const id = numberIn(chat);
  // A negative id is marked, and a positive one may be anybody's.
  if (id !== undefined) return id < 0n ? [`${id}`] : [`${id}`, `-${id}`, `${-CHANNELS - id}`];
  if (isOf(chat, "Peer")) return [getPeerId(chat)];
  const input = await client.getInputEntity(chat);
  return [getPeerId(input instanceof Api.InputPeerSelf ? await client.getMe(true) : input)];
}

/** The number, when it is one in whatever form. */
function numberIn(chat: EntityLike): bigint | undefined {
  if (typeof chat === "bigint") return chat;
  const written = typeof chat === "number" || isBigInteger(chat) ? String(chat) : chat;
  return typeof written === "string" && /^-?\d+$/.test(written) ? BigInt(written) : undefined;
}

/** The marked id of a channel is this and its own, below zero. */
const CHANNELS = 1_000_000_000_000n;
