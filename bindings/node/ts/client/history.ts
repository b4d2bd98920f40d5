// The messages of a chat, piece by piece: its history, what is found in it, or those with certain ids.
import bigInt from "big-integer";
import type { EntityLike, MessageIDLike } from "../define";
import { generateRandomBigInt } from "../Helpers";
import { RequestIter } from "../requestIter";
import { Api } from "../tl/api";
import { getInputMessage, getMessageId } from "../tl/casts/messages";
import { entitiesById, getInputChannel, getPeerId } from "../tl/casts/peers";
import { bindMessage } from "../tl/custom/message";
import type { IterMessagesParams } from "./messages";

type Filter = IterMessagesParams["filter"];
type Request =
  | Api.messages.GetHistory
  | Api.messages.Search
  | Api.messages.SearchGlobal
  | Api.messages.GetReplies
  | Api.messages.GetScheduledHistory;

interface MessageIterParams {
  entity?: EntityLike;
  offsetId: number;
  minId: number;
  maxId: number;
  fromUser?: EntityLike;
  offsetDate?: number;
  addOffset: number;
  filter?: Filter;
  search?: string;
  replyTo?: MessageIDLike;
  scheduled?: boolean;
}

/** Of a chat, or of all chats. */
export class _MessagesIter extends RequestIter<Api.Message, MessageIterParams> {
  entity?: Api.TypeInputPeer;
  request?: Request;
  addOffset?: number;
  maxId = 0;
  minId = 0;
  lastId = 0;

  async _init(args: MessageIterParams): Promise<boolean | void> {
    const { entity, minId, offsetDate = 0, addOffset } = args;
    let { offsetId, maxId } = args;
    this.entity = entity === undefined || entity === null ? undefined : await this.client.getInputEntity(entity);
    if (this.reverse && !this.entity) throw new Error("Cannot reverse global search: give the chat");
    if (this.reverse) {
      offsetId = Math.max(offsetId, minId);
      if (offsetId && maxId && maxId - offsetId <= 1) return true;
      maxId ||= Number.MAX_SAFE_INTEGER;
      // The server counts from the message before.
      if (offsetId) offsetId += 1;
      else if (!offsetDate) offsetId = 1;
    } else {
      offsetId = Math.max(offsetId, maxId);
      if (offsetId && minId && offsetId - minId <= 1) return true;
    }
    this.request = await this.requestOf({ ...args, offsetId, offsetDate });
    if (this.limit <= 0) {
      const answer = await this.client.invoke(this.request);
      this.total = "count" in answer ? answer.count : answer.messages.length;
      return true;
    }
    this.waitTime ??= this.limit > MANY && this.limit !== Number.MAX_SAFE_INTEGER ? 1 : 0;
    if (this.reverse && "addOffset" in this.request) this.request.addOffset -= PIECE;
    this.addOffset = addOffset;
    this.maxId = maxId;
    this.minId = minId;
    this.lastId = this.reverse ? 0 : Number.MAX_SAFE_INTEGER;
  }

  private async requestOf(args: MessageIterParams): Promise<Request> {
    const { fromUser, offsetDate = 0, offsetId, addOffset, search, replyTo } = args;
    const hash = bigInt.zero;
    const fromId = fromUser === undefined || fromUser === null ? undefined : await this.client.getInputEntity(fromUser);
    if (!this.entity && fromId) this.entity = new Api.InputPeerEmpty();
    const filter = typeof args.filter === "function" ? new args.filter() : (args.filter ?? new Api.InputMessagesFilterEmpty());
    const peer = this.entity;
    if (!peer) {
      const offsetPeer = new Api.InputPeerEmpty();
      return new Api.messages.SearchGlobal({ q: search ?? "", filter, minDate: 0, maxDate: offsetDate, offsetRate: 0, offsetPeer, offsetId, limit: 1 });
    }
    if (args.scheduled) return new Api.messages.GetScheduledHistory({ peer, hash });
    if (replyTo !== undefined && replyTo !== null) {
      const msgId = getMessageId(replyTo) ?? 0;
      return new Api.messages.GetReplies({ peer, msgId, offsetId, offsetDate, addOffset, limit: 0, maxId: 0, minId: 0, hash });
    }
    if (search === undefined && filter instanceof Api.InputMessagesFilterEmpty && !fromId) {
      return new Api.messages.GetHistory({ peer, limit: 1, offsetDate, offsetId, minId: 0, maxId: 0, addOffset, hash });
    }
    const request = new Api.messages.Search({
      ...{ peer, q: search ?? "", filter, minDate: 0, maxDate: offsetDate, offsetId, addOffset, limit: 0, maxId: 0, minId: 0 },
      ...{ hash: generateRandomBigInt().shiftRight(1), fromId },
    });
    if (!(filter instanceof Api.InputMessagesFilterEmpty) && offsetDate && !search && !offsetId) {
      // Some filters do not heed the date: the message at that date says the id.
      for await (const message of this.client.iterMessages(peer, { limit: 1, offsetDate })) {
        if (message) request.offsetId = message.id + 1;
      }
    }
    return request;
  }

  async _loadNextChunk(): Promise<boolean | void> {
    const request = this.request!;
    if ("limit" in request) {
      request.limit = Math.min(this.left, PIECE);
      if (this.reverse && request.limit !== PIECE && "addOffset" in request) request.addOffset = this.addOffset! - request.limit;
    }
    const answer = await this.client.invoke(request);
    if (answer instanceof Api.messages.MessagesNotModified) return true;
    this.total = "count" in answer ? answer.count : answer.messages.length;
    const entities = entitiesById(answer.users, answer.chats);
    const messages = this.reverse ? [...answer.messages].reverse() : answer.messages;
    for (const message of messages as Api.Message[]) {
      if (!this._messageInRange(message)) return true;
      this.lastId = message.id;
      bindMessage(this.client, message, entities, this.entity);
      this.buffer.push(message);
    }
    if (!("limit" in request) || answer.messages.length < request.limit) return true;
    this._updateOffset(this.buffer[this.buffer.length - 1]!, answer);
  }

  /** Whether it is one that is wanted, and not one that was there before. */
  _messageInRange({ id }: Api.Message): boolean {
    if (!this.entity || this.entity instanceof Api.InputPeerEmpty) return true;
    return this.reverse ? id > this.lastId && id < this.maxId : id < this.lastId && id > this.minId;
  }

  /** Where the next piece begins. */
  _updateOffset(last: Api.Message, answer: unknown): void {
    const request = this.request!;
    if (request instanceof Api.messages.GetScheduledHistory) return;
    request.offsetId = this.reverse ? last.id + 1 : last.id;
    if (request instanceof Api.messages.Search) request.maxDate = 0;
    else if (request instanceof Api.messages.SearchGlobal) {
      request.offsetPeer = (last.inputChat as Api.TypeInputPeer | undefined) ?? new Api.InputPeerEmpty();
      request.offsetRate = answer instanceof Api.messages.MessagesSlice ? (answer.nextRate ?? 0) : 0;
    } else request.offsetDate = last.date;
  }
}

interface IDsIterParams {
  entity?: EntityLike;
  ids: (number | Api.TypeInputMessage)[];
}

/** Those with certain ids, in the order in which they are asked for. */
export class _IDsIter extends RequestIter<Api.Message | undefined, IDsIterParams> {
  _ids: (number | Api.TypeInputMessage)[] = [];
  _offset = 0;
  private _entity?: Api.TypeInputPeer;
  private _peer?: Api.TypePeer;

  async _init({ entity, ids }: IDsIterParams): Promise<void> {
    this.total = ids.length;
    this._ids = this.reverse ? [...ids].reverse() : ids;
    this._offset = 0;
    if (entity !== undefined && entity !== null) {
      this._entity = await this.client.getInputEntity(entity);
      this._peer = await this.client._getPeer(this._entity);
    }
    this.waitTime ??= this.limit > FEW ? 10 : 0;
  }

  async _loadNextChunk(): Promise<boolean | void> {
    const id = this._ids.slice(this._offset, this._offset + PIECE).map(getInputMessage);
    if (!id.length) return false;
    this._offset += PIECE;
    const inChannel = this._peer instanceof Api.PeerChannel;
    const answer = inChannel
      ? await this.client.invoke(new Api.channels.GetMessages({ channel: getInputChannel(this._entity), id })).catch(noneOf)
      : await this.client.invoke(new Api.messages.GetMessages({ id }));
    if (!answer || answer instanceof Api.messages.MessagesNotModified) {
      for (const _ of id) this.buffer.push(undefined);
      return;
    }
    const entities = entitiesById(answer.users, answer.chats);
    const chat = this._peer && getPeerId(this._peer);
    for (const message of answer.messages) {
      const elsewhere = chat !== undefined && message.peerId != null && getPeerId(message.peerId) !== chat;
      if (message instanceof Api.MessageEmpty || elsewhere) {
        this.buffer.push(undefined);
        continue;
      }
      bindMessage(this.client, message, entities, this._entity);
      this.buffer.push(message as Api.Message);
    }
  }
}

/** Of ids that are all gone a channel says so by an error. */
function noneOf(error: unknown): undefined {
  if ((error as { errorMessage?: string }).errorMessage !== "MESSAGE_IDS_EMPTY") throw error;
}

/** The most that the server gives at once. */
const PIECE = 100;
/** From so many messages on there is a second between two requests. */
const MANY = 3000;
/** From so many ids on there are ten. */
const FEW = 300;
