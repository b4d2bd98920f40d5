// Several messages that belong together.
import type { TelegramClient } from "../client/TelegramClient";
import type { Entity } from "../define";
import { Api } from "../tl/api";
import { bindMessage } from "../tl/custom/message";
import { EventBuilder, EventCommon, type DefaultEventInterface } from "./common";

/** Which albums are wanted. */
export interface AlbumInterface extends DefaultEventInterface {
  func?: { (event: AlbumEvent): boolean };
}

type WithMessage = Api.TypeUpdate & { message: Api.Message; _entities?: Map<string, Entity> };

/**
 * An album as one event, when all of its messages are there: half a second after the last.
 *
 * ```ts
 * client.addEventHandler((event) => console.log(event.messages.length), new Album({}));
 * ```
 */
export class Album extends EventBuilder {
  declare func?: { (event: AlbumEvent): boolean };
  #gathering = new Map<string, { timer: NodeJS.Timeout; updates: WithMessage[] }>();

  constructor(albumParams: AlbumInterface = {}) {
    const { chats, func, blacklistChats = false } = albumParams;
    super({ chats, blacklistChats, func });
  }

  /** Gathers; the event is not made here, but given to `dispatch` when it is whole. */
  override build(update: Api.TypeUpdate, dispatch?: CallableFunction): undefined {
    const isNew = update instanceof Api.UpdateNewMessage || update instanceof Api.UpdateNewChannelMessage;
    if (!isNew || !(update.message instanceof Api.Message) || !update.message.groupedId) return undefined;
    const id = String(update.message.groupedId);
    const former = this.#gathering.get(id);
    clearTimeout(former?.timer);
    const updates = [...(former?.updates ?? []), update as WithMessage];
    const timer = setTimeout(() => {
      this.#gathering.delete(id);
      void this.#whole(updates, dispatch);
    }, DELAY);
    this.#gathering.set(id, { timer, updates });
    return undefined;
  }

  async #whole(updates: WithMessage[], dispatch: CallableFunction | undefined): Promise<void> {
    const client = this.client!;
    if (!client.listEventHandlers().some(([builder]) => builder === this)) return; // removed meanwhile
    const event = new AlbumEvent(updates.map((update) => update.message), updates);
    try {
      event._entities = updates[0]!._entities;
      event._setClient(client);
      if (this.filter(event)) await dispatch?.(event);
    } catch (error) {
      if ((error as Error | undefined)?.name !== "StopPropagation") await client._tellError(error);
    }
  }
}

/** An album that came. */
export class AlbumEvent extends EventCommon {
  messages: Api.Message[];
  /** The updates that they came with. */
  originalUpdates: (Api.TypeUpdate & { _entities?: Map<string, Entity> })[];

  constructor(messages: Api.Message[], originalUpdates: Api.TypeUpdate[]) {
    const [first] = messages;
    super({ msgId: first!.id, chatPeer: first!.peerId, broadcast: first!.post });
    this.originalUpdates = originalUpdates;
    this.messages = messages;
  }

  override _setClient(client: TelegramClient): void {
    super._setClient(client);
    this.messages.forEach((message, at) => bindMessage(client, message, this.originalUpdates[at]?._entities ?? new Map()));
  }
}

/** How long after the last message an album is taken as whole: as in GramJS. */
const DELAY = 500;
