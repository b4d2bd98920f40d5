// What all kinds of events have in common: which chats are wanted, and what an event knows of its chat.
import bigInt, { type BigInteger } from "big-integer";
import type { Entity, EntityLike } from "../define";
import { Api } from "../tl/api";
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
  chatPeer?: Api.TypePeer;
  msgId?: number;
  broadcast?: boolean;
}

/** An event of a chat. */
export class EventCommon {
  _eventName = "Event";
  /** Whom the update speaks of, by marked id. */
  _entities: Map<string, Entity>;
  _client?: TelegramClient;
  _chatPeer?: Api.TypePeer;
  _broadcast?: boolean;
  _messageId?: number;

  constructor({ chatPeer, msgId, broadcast }: EventCommonInterface) {
    this._chatPeer = chatPeer;
    this._broadcast = broadcast;
    this._entities = new Map();
    this._client = undefined;
    this._messageId = msgId;
  }

  _setClient(client: TelegramClient): void {
    this._client = client;
  }

  /** The client that was told of it. */
  get client(): TelegramClient | undefined {
    return this._client;
  }

  /** The chat's marked id. */
  get chatId(): BigInteger | undefined {
    return this._chatPeer ? bigInt(markedId(this._chatPeer)) : undefined;
  }

  get isPrivate(): boolean | undefined {
    return this._chatPeer ? this._chatPeer instanceof Api.PeerUser : undefined;
  }
}

/** An event of a chat that somebody caused. */
export class EventCommonSender extends EventCommon {
  _senderId?: BigInteger;

  get senderId(): BigInteger | undefined {
    return this._senderId;
  }
}

/** A peer's marked id, in decimal. */
export function markedId(peer: object): string {
  const ids = peer as { userId?: unknown; chatId?: unknown; channelId?: unknown; className?: string; id?: unknown };
  if (ids.userId !== undefined) return String(ids.userId);
  if (ids.chatId !== undefined) return `-${ids.chatId}`;
  if (ids.channelId !== undefined) return `-100${ids.channelId}`;
  if (ids.className?.startsWith("Channel")) return `-100${ids.id}`;
  return ids.className?.startsWith("Chat") ? `-${ids.id}` : String(ids.id);
}

async function idsOf(client: TelegramClient, chat: EntityLike): Promise<string[]> {
  const id = numberIn(chat);
  if (id !== undefined) return id < 0n ? [`${id}`] : [`${id}`, `-${id}`, `-100${id}`];
  if (typeof chat === "object") {
    if (chat instanceof Api.InputPeerSelf) return [String((await client.getMe()).id)];
    return [markedId(chat as object)];
  }
  throw new Error(`chats: ${String(chat)} names no chat by id`);
}

/** The number, when it is one in whatever form. */
function numberIn(chat: EntityLike): bigint | undefined {
  if (typeof chat === "bigint") return chat;
  const written = typeof chat === "number" || bigInt.isInstance(chat) ? String(chat) : chat;
  return typeof written === "string" && /^-?\d+$/.test(written) ? BigInt(written) : undefined;
}
