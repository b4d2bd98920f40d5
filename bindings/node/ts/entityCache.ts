// Input peers by marked id. Clients here keep theirs in the engine; this is for programs that keep one of their own.
import type { BigInteger } from "big-integer";
import { isArrayLike, returnBigInt } from "./Helpers";
import { Api } from "./tl/api";
import { getInputPeer, getPeerId } from "./tl/casts/peers";

export class EntityCache {
  readonly #peers = new Map<string, Api.TypeInputPeer>();

  /** Notes the users and chats of a list, or of an answer; what has no good access hash is left out. */
  add(entities: unknown): void {
    if (!isArrayLike<unknown>(entities)) {
      if (typeof entities !== "object" || entities === null) return;
      const { users, chats, user } = entities as { users?: unknown[]; chats?: unknown[]; user?: unknown };
      entities = [...(users ?? []), ...(chats ?? []), ...(user ? [user] : [])];
    }
    for (const entity of entities as unknown[]) {
      try {
        const id = getPeerId(entity);
        if (!this.#peers.has(id)) this.#peers.set(id, getInputPeer(entity));
      } catch {
        // It is no entity, or one that cannot be addressed.
      }
    }
  }

  /** The input peer with this id, marked or not. */
  get(item: BigInteger | string | undefined): Api.TypeInputPeer {
    const userId = returnBigInt(item ?? 0);
    const peers = [userId, new Api.PeerChat({ chatId: userId }), new Api.PeerChannel({ channelId: userId })];
    const found = peers.map((peer) => this.#peers.get(getPeerId(peer))).find((peer) => peer !== undefined);
    if (!found) throw new Error(`No cached entity for ${item}`);
    return found;
  }
}
