// Messages that are gone.
import { Api } from "../tl/api";
import { EventBuilder, EventCommon, type DefaultEventInterface } from "./common";

/**
 * Messages were deleted, by whoever may.
 *
 * In private chats and basic groups the server does not say which chat: an id names one message of the account there.
 * So `chats` finds deletions in channels and supergroups only.
 *
 * ```ts
 * client.addEventHandler((event) => console.log(event.deletedIds), new DeletedMessage({}));
 * ```
 */
export class DeletedMessage extends EventBuilder {
  constructor(eventParams: DefaultEventInterface = {}) {
    super(eventParams);
  }

  override build(update: Api.TypeUpdate): DeletedMessageEvent | undefined {
    if (update instanceof Api.UpdateDeleteChannelMessages) {
      return new DeletedMessageEvent(update.messages, new Api.PeerChannel({ channelId: update.channelId }));
    }
    if (update instanceof Api.UpdateDeleteMessages) return new DeletedMessageEvent(update.messages);
    return undefined;
  }
}

/** Messages that were deleted. */
export class DeletedMessageEvent extends EventCommon {
  /** Their ids. */
  deletedIds: number[];
  /** Where they were, when that was a channel or supergroup. */
  peer?: Api.TypePeer;

  constructor(deletedIds: number[], peer?: Api.TypePeer) {
    super({ chatPeer: peer, msgId: Array.isArray(deletedIds) ? deletedIds[0] : 0 });
    this.deletedIds = deletedIds;
    this.peer = peer;
  }
}
