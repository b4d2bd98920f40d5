// In which chat something is. Mixed into messages and events.
import { inspect } from "node:util";
import type { TelegramClient } from "../../client/TelegramClient";
import type { Entity, EntityLike } from "../../define";
import { betterConsoleLog } from "../../Helpers";
import { Api } from "../api";
import { getInputPeer, getPeerId } from "../casts/peers";
import { toLong } from "../numbers";
import { bindingOf } from "./binding";

export interface ChatGetterConstructorParams {
  chatPeer?: EntityLike;
  inputChat?: EntityLike;
  chat?: EntityLike;
  broadcast?: boolean;
}

export class ChatGetter {
  /** Sets in which chat it is. */
  static initChatClass(c: object, { chatPeer, inputChat, chat, broadcast }: ChatGetterConstructorParams): void {
    Object.assign(bindingOf(c), { chatPeer, inputChat, chat, broadcast, client: undefined });
  }

  /** @internal */
  get _client(): TelegramClient | undefined {
    return bindingOf(this).client;
  }
  /** @internal */
  set _client(client: TelegramClient | undefined) {
    bindingOf(this).client = client;
  }
  /** @internal */
  get _entities(): Map<string, Entity> | undefined {
    return bindingOf(this).entities;
  }
  /** @internal */
  set _entities(entities: Map<string, Entity> | undefined) {
    bindingOf(this).entities = entities;
  }
  /** @internal */
  get _chatPeer(): EntityLike | undefined {
    return bindingOf(this).chatPeer;
  }
  /** @internal */
  get _inputChat(): EntityLike | undefined {
    return bindingOf(this).inputChat;
  }
  /** @internal */
  get _chat(): Entity | undefined {
    return this.chat;
  }

  /** The chat, when it came along; otherwise `getChat` fetches it. */
  get chat(): Entity | undefined {
    const binding = bindingOf(this);
    return (binding.chat ??= known(this, this._chatPeer));
  }

  /** The chat, fetched when it did not come along. */
  async getChat(): Promise<Entity | undefined> {
    const { chat } = this;
    if (chat && !isMin(chat)) return chat;
    const input = await this.getInputChat();
    const client = this._client;
    if (!input || !client) return chat;
    return (bindingOf(this).chat = await client.getEntity(input));
  }

  /** What methods take for the chat, when that is known. */
  get inputChat(): EntityLike | undefined {
    const binding = bindingOf(this);
    return (binding.inputChat ??= inputOf(this.chat));
  }

  /** What methods take for the chat; undefined when it cannot be found. */
  async getInputChat(): Promise<EntityLike | undefined> {
    const binding = bindingOf(this);
    const peer = this._chatPeer;
    if (!this.inputChat && peer !== undefined && binding.client) {
      binding.inputChat = await found(binding.client.getInputEntity(peer));
    }
    return binding.inputChat;
  }

  /** The marked id of the chat. */
  get chatId(): Api.long | undefined {
    const peer = this._chatPeer;
    return peer === undefined || peer === null ? undefined : toLong(getPeerId(peer), peer);
  }

  /** Whether it is a chat of two. */
  get isPrivate(): boolean | undefined {
    const peer = this._chatPeer;
    return peer === undefined || peer === null ? undefined : peer instanceof Api.PeerUser;
  }

  /** Whether it is a group, of either kind; undefined when that is not known. */
  get isGroup(): boolean | undefined {
    const peer = this._chatPeer;
    if (!(peer instanceof Api.PeerChannel)) return peer instanceof Api.PeerChat;
    const { chat } = this;
    const broadcast = chat instanceof Api.Channel ? Boolean(chat.broadcast) : bindingOf(this).broadcast;
    return broadcast === undefined ? undefined : !broadcast;
  }

  /** Whether it is a channel or a supergroup. */
  get isChannel(): boolean {
    return this._chatPeer instanceof Api.PeerChannel;
  }

  /** @internal Asks once more for what did not come along. */
  async _refetchChat(): Promise<void> {}

  [inspect.custom](): object {
    return betterConsoleLog(this);
  }
}

/** What came along with an object about somebody. */
export function known(of: object, peer: EntityLike | undefined): Entity | undefined {
  const { entities } = bindingOf(of);
  return entities && peer !== undefined && peer !== null ? entities.get(getPeerId(peer)) : undefined;
}

/** What an entity says of how it is addressed, when that is enough. */
export function inputOf(entity: Entity | undefined): Api.TypeInputPeer | undefined {
  try {
    return entity && getInputPeer(entity);
  } catch {
    return undefined;
  }
}

export function isMin(entity: Entity): boolean {
  return "min" in entity && Boolean(entity.min);
}

/** Whom nobody knows is undefined; what the server or network says is not swallowed. */
export async function found<T>(search: Promise<T>): Promise<T | undefined> {
  try {
    return await search;
  } catch (error) {
    if (error instanceof Error && (error as { kind?: string }).kind === "peer") return undefined;
    throw error;
  }
}
