// The list of chats.
import bigInt from "big-integer";
import type { DateLike, EntityLike } from "../define";
import type { TotalList } from "../Helpers";
import { RequestIter } from "../requestIter";
import { Api } from "../tl/api";
import { entitiesById, getPeerId } from "../tl/casts/peers";
import { Dialog } from "../tl/custom/dialog";
import { bindMessage } from "../tl/custom/message";
import type { TelegramClient } from "./TelegramClient";

export interface DialogsIterInterface {
  offsetDate: number;
  offsetId: number;
  offsetPeer: EntityLike;
  ignorePinned: boolean;
  ignoreMigrated: boolean;
  folder?: number;
}

/** Which chats `iterDialogs` and `getDialogs` give. */
export interface IterDialogsParams {
  /** How many; all, when left out. */
  limit?: number;
  /** Only chats whose newest message is older than this (unix time). */
  offsetDate?: DateLike;
  /** Where to begin: a newest message's id. */
  offsetId?: number;
  /** Where to begin: a chat. */
  offsetPeer?: EntityLike;
  /** Without those that are pinned. */
  ignorePinned?: boolean;
  /** Without groups that have become supergroups. */
  ignoreMigrated?: boolean;
  /** Only those in this folder; 1 is the archive. */
  folder?: number;
  /** Only those in the archive, or only the others. */
  archived?: boolean;
}

export class _DialogsIter extends RequestIter<Dialog, DialogsIterInterface> {
  private request?: Api.messages.GetDialogs;
  private readonly seen = new Set<string>();

  async _init({ offsetDate, offsetId, offsetPeer, ignorePinned, folder }: DialogsIterInterface): Promise<boolean | void> {
    const peer = await this.client.getInputEntity(offsetPeer);
    this.request = new Api.messages.GetDialogs({
      ...{ offsetDate, offsetId, offsetPeer: peer, limit: 1, hash: bigInt.zero, excludePinned: ignorePinned, folderId: folder },
    });
    this.seen.clear();
    if (this.limit > 0) return;
    const answer = await this.client.invoke(this.request);
    this.total = "count" in answer ? answer.count : answer.dialogs.length;
    return true;
  }

  async _loadNextChunk(): Promise<boolean | void> {
    const request = this.request!;
    request.limit = Math.min(this.left, PIECE);
    const answer = await this.client.invoke(request);
    if (answer instanceof Api.messages.DialogsNotModified) return true;
    this.total = answer instanceof Api.messages.DialogsSlice ? answer.count : answer.dialogs.length;
    const entities = entitiesById(answer.users, answer.chats);
    const messages = new Map<string, Api.Message>();
    for (const message of answer.messages) {
      bindMessage(this.client, message, entities);
      if (message.peerId) messages.set(key(message.peerId, message.id), message as Api.Message);
    }
    const newest = (dialog: Api.Dialog) => messages.get(key(dialog.peer, dialog.topMessage));
    const chats = answer.dialogs.filter((dialog) => dialog instanceof Api.Dialog);
    for (const dialog of chats) {
      const id = getPeerId(dialog.peer);
      const message = newest(dialog);
      if (this.seen.has(id) || !entities.has(id)) continue;
      if (this.kwargs.offsetDate && !(message && message.date <= this.kwargs.offsetDate)) continue;
      this.seen.add(id);
      const made = new Dialog(this.client, dialog, entities, message);
      const migrated = made.entity instanceof Api.Chat && made.entity.migratedTo != null;
      if (!this.kwargs.ignoreMigrated || !migrated) this.buffer.push(made);
    }
    if (!(answer instanceof Api.messages.DialogsSlice) || answer.dialogs.length < request.limit) return true;
    const last = [...chats].reverse().find(newest);
    const message = last && newest(last);
    if (!message) return true;
    request.excludePinned = true;
    request.offsetId = message.id;
    request.offsetDate = message.date;
    request.offsetPeer = await this.client.getInputEntity(entities.get(getPeerId(last.peer)) ?? last.peer);
  }
}

export interface DialogMethods {
  /** The chats, the newest message first, as they are read. */
  iterDialogs(iterDialogsParams?: IterDialogsParams): _DialogsIter;
  /** The same at once, with the total. */
  getDialogs(params?: IterDialogsParams): Promise<TotalList<Dialog>>;
}

export const dialogMethods: DialogMethods & ThisType<TelegramClient> = {
  iterDialogs({ limit, offsetDate = 0, offsetId = 0, offsetPeer, ignorePinned = false, ignoreMigrated = false, folder, archived } = {}) {
    return new _DialogsIter(this, limit, {}, {
      ...{ offsetDate, offsetId, offsetPeer: offsetPeer ?? new Api.InputPeerEmpty(), ignorePinned, ignoreMigrated },
      folder: archived === undefined ? folder : Number(archived),
    });
  },

  async getDialogs(params) {
    return this.iterDialogs(params).collect();
  },
};

/** Only channels number their messages by themselves. */
function key(peer: Api.TypePeer, id: number): string {
  return peer instanceof Api.PeerChannel ? `${peer.channelId} ${id}` : String(id);
}

/** The most that the server gives at once. */
const PIECE = 100;
