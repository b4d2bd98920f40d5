// Messages: sent, fetched, changed, forwarded, deleted, pinned, read.
import type { DateLike, EntityLike, FileLike, MarkupLike, MessageIDLike, MessageLike } from "../define";
import { _EntityType, _entityType, groupBy, isArrayLike, type TotalList } from "../Helpers";
import { Api } from "../tl/api";
import { getInputMedia } from "../tl/casts/media";
import { getMessageId } from "../tl/casts/messages";
import { getInputChannel, getInputPeer } from "../tl/casts/peers";
import { bindMessage } from "../tl/custom/message";
import { chunks } from "../Utils";
import { _IDsIter, _MessagesIter } from "./history";
import type { ParseInterface } from "./messageParse";
import type { TelegramClient } from "./TelegramClient";

export { _IDsIter, _MessagesIter };

/** Which messages `iterMessages` and `getMessages` give. */
export interface IterMessagesParams {
  /** How many; all, when left out. */
  limit?: number;
  /** Only what is older than this date (unix time); newer with `reverse`. */
  offsetDate?: DateLike;
  /** Only what is older than this message; newer with `reverse`. */
  offsetId: number;
  /** Only ids below this. */
  maxId: number;
  /** Only ids above this. */
  minId: number;
  /** Moves the beginning by so many messages. */
  addOffset: number;
  /** Only messages with this text. */
  search?: string;
  /** Only messages of this kind; a class or an object. */
  filter?: Api.TypeMessagesFilter | (new (args?: any) => Api.TypeMessagesFilter);
  /** Only messages of this sender. */
  fromUser?: EntityLike;
  /** Seconds between two requests: 1 when more than 3,000 messages are wanted, 10 for more than 300 ids. */
  waitTime?: number;
  /** These messages, in this order; undefined stands for one that is not there. All else is ignored then. */
  ids?: number | number[] | Api.TypeInputMessage | Api.TypeInputMessage[];
  /** From the oldest on. */
  reverse?: boolean;
  /** The answers to this message: comments of a post, a thread. */
  replyTo?: number;
  /** The messages that wait for their time; all but the chat is ignored then. */
  scheduled: boolean;
}

/** What is sent, and how. */
export interface SendMessageParams {
  /** The text; a message is sent again as a copy. */
  message?: MessageLike;
  /** What it answers. */
  replyTo?: number | Api.Message;
  /** Of the file: take the place of those that are found. */
  attributes?: Api.TypeDocumentAttribute[];
  /** The markup of the text: `md`, `md2`, `html`, a parser; false for none. The client's own when left out. */
  parseMode?: false | string | ParseInterface;
  /** What is bold, a link ... in the text, which is not parsed then. */
  formattingEntities?: Api.TypeMessageEntity[];
  /** Whether a link is shown with a preview; true when left out. */
  linkPreview?: boolean;
  /** A file or several, to which the text is the caption. */
  file?: FileLike | FileLike[];
  /** A small picture of the file. */
  thumb?: FileLike;
  /** Send the file as a document, whatever is in it. */
  forceDocument?: boolean;
  /** Whether the chat's draft is removed. */
  clearDraft?: boolean;
  /** Buttons below it; from bots only. */
  buttons?: MarkupLike;
  /** Without a sound. */
  silent?: boolean;
  /** Whether the video can be watched before all of it is there. */
  supportStreaming?: boolean;
  /** Send it at this time (unix time). */
  schedule?: DateLike;
  /** It may not be forwarded or saved. */
  noforwards?: boolean;
  /** A post of a channel that it is a comment on. */
  commentTo?: number | Api.Message;
  /** The thread that it belongs to. */
  topMsgId?: number | Api.Message;
}

/** What is forwarded, and how. */
export interface ForwardMessagesParams {
  /** The messages, or their ids. */
  messages: MessageIDLike | MessageIDLike[];
  /** Whose chat they are from; needed for ids alone. */
  fromPeer?: EntityLike;
  /** Without a sound. */
  silent?: boolean;
  /** At this time (unix time). */
  schedule?: DateLike;
  /** Without saying whose they were. */
  dropAuthor?: boolean;
  /** They may not be forwarded further or saved. */
  noforwards?: boolean;
}

/** What a message becomes. */
export interface EditMessageParams {
  /** Which message, or its id. A message's own text is what it becomes. */
  message: Api.Message | number;
  /** The new text. */
  text?: string;
  /** As in `SendMessageParams`. */
  parseMode?: false | string | ParseInterface;
  /** As in `SendMessageParams`. */
  formattingEntities?: Api.TypeMessageEntity[];
  /** As in `SendMessageParams`. */
  linkPreview?: boolean;
  /** Takes the place of the file. */
  file?: FileLike;
  /** As in `SendMessageParams`. */
  forceDocument?: boolean;
  /** As in `SendMessageParams`. */
  buttons?: MarkupLike;
  /** When a message that waits for its time is sent. */
  schedule?: DateLike;
}

/** How a message is pinned. */
export interface UpdatePinMessageParams {
  /** Whether the others are told with a sound. */
  notify?: boolean;
  /** Whether it is pinned for oneself only. */
  pmOneSide?: boolean;
}

/** What is marked as read. */
export interface MarkAsReadParams {
  /** Up to this message. */
  maxId?: number;
  /** Whether the mentions count as seen as well. */
  clearMentions?: boolean;
}

export interface MessageMethods {
  /** The messages of a chat, newest first, as they are read; of all chats when none is given. */
  iterMessages(entity: EntityLike | undefined, iterParams?: Partial<IterMessagesParams>): _MessagesIter | _IDsIter;
  /** The same at once, with the total. */
  getMessages(entity: EntityLike | undefined, getMessagesParams?: Partial<IterMessagesParams>): Promise<TotalList<Api.Message>>;
  /** Sends a message, and gives it as the server has it. */
  sendMessage(entity: EntityLike, sendMessageParams?: SendMessageParams): Promise<Api.Message>;
  /** Forwards messages, and gives those that came about. */
  forwardMessages(entity: EntityLike, forwardMessagesParams: ForwardMessagesParams): Promise<Api.Message[]>;
  /** Changes a message, and gives it as it is now. */
  editMessage(entity: EntityLike, editMessageParams: EditMessageParams): Promise<Api.Message>;
  /** Deletes messages; with `revoke` for everybody. */
  deleteMessages(
    entity: EntityLike | undefined,
    messageIds: MessageIDLike[],
    params: { revoke?: boolean },
  ): Promise<Api.messages.AffectedMessages[]>;
  /** Pins a message, and gives the service message that says so. */
  pinMessage(entity: EntityLike, message?: undefined, pinMessageParams?: UpdatePinMessageParams): Promise<Api.messages.AffectedHistory>;
  pinMessage(entity: EntityLike, message: MessageIDLike, pinMessageParams?: UpdatePinMessageParams): Promise<Api.Message>;
  /** Unpins a message; all of the chat when none is given. */
  unpinMessage(entity: EntityLike, message?: undefined, pinMessageParams?: UpdatePinMessageParams): Promise<Api.messages.AffectedHistory>;
  unpinMessage(entity: EntityLike, message: MessageIDLike, pinMessageParams?: UpdatePinMessageParams): Promise<undefined>;
  /** Marks a chat as read, up to a message, or all of it. */
  markAsRead(entity: EntityLike, message?: MessageIDLike | MessageIDLike[], markAsReadParams?: MarkAsReadParams): Promise<boolean>;
}

export const messageMethods: MessageMethods & ThisType<TelegramClient> = {
  iterMessages(entity, iterParams = {}) {
    const { ids, limit, reverse, waitTime, ...rest } = iterParams;
    if (ids) {
      const list = isArrayLike<number | Api.TypeInputMessage>(ids) ? ids : [ids];
      return new _IDsIter(this, list.length, { reverse, waitTime }, { entity, ids: list });
    }
    return new _MessagesIter(this, limit, { reverse, waitTime }, { offsetId: 0, minId: 0, maxId: 0, addOffset: 0, ...rest, entity });
  },

  async getMessages(entity, params = {}) {
    const only = Object.keys(params);
    // As in GramJS: a bound alone means the one message behind it.
    if (only.length === 1 && (params.minId !== undefined || params.maxId !== undefined)) params = { ...params, limit: 1 };
    return (await this.iterMessages(entity, params).collect()) as TotalList<Api.Message>;
  },

  async sendMessage(entity, params = {}) {
    const { message, file, attributes, thumb, forceDocument, supportStreaming, schedule, topMsgId, ...rest } = params;
    if (file) {
      const caption = typeof message === "string" ? message : (message?.message ?? "");
      const { parseMode, formattingEntities, silent, clearDraft, buttons, noforwards, commentTo, replyTo } = rest;
      return this.sendFile(entity, {
        ...{ file, caption, attributes, thumb, forceDocument, supportsStreaming: supportStreaming, scheduleDate: schedule },
        ...{ parseMode, formattingEntities, silent, clearDraft, buttons, noforwards, commentTo, replyTo, topMsgId },
      });
    }
    const { linkPreview = true, clearDraft, noforwards } = rest;
    let peer = await this.getInputEntity(entity);
    let answers = getMessageId(rest.replyTo);
    if (rest.commentTo !== undefined) ({ entity: peer, replyTo: answers } = await getCommentData(this, peer, rest.commentTo));
    const replyTo =
      answers === undefined ? undefined : new Api.InputReplyToMessage({ replyToMsgId: answers, topMsgId: getMessageId(topMsgId) });
    const common = { peer, replyTo, clearDraft, noforwards, scheduleDate: schedule };
    let request;
    if (message instanceof Api.Message) {
      const replyMarkup = rest.buttons === undefined ? message.replyMarkup : this.buildReplyMarkup(rest.buttons);
      const silent = rest.silent ?? message.silent;
      const preview = message.media instanceof Api.MessageMediaWebPage;
      if (message.media && !preview) {
        return this.sendFile(peer, {
          ...{ file: message.media, caption: message.message, silent, replyTo: answers },
          ...{ buttons: replyMarkup, formattingEntities: message.entities, scheduleDate: schedule },
        });
      }
      const { entities } = message;
      request = new Api.messages.SendMessage({ ...common, message: message.message, entities, silent, replyMarkup, noWebpage: !preview });
    } else {
      const given = rest.formattingEntities;
      const [text, entities] = given ? [message ?? "", given] : await this._parseMessageText(message ?? "", rest.parseMode);
      if (!text) throw new Error("The message cannot be empty unless a file is provided");
      const replyMarkup = this.buildReplyMarkup(rest.buttons);
      request = new Api.messages.SendMessage({ ...common, message: text, entities, silent: rest.silent, replyMarkup, noWebpage: !linkPreview });
    }
    const result = await this.invoke(request);
    if (!(result instanceof Api.UpdateShortSentMessage)) return this._getResponseMessage(request, result, peer);
    const { id, date, out, media, entities, ttlPeriod } = result;
    const { message: text, replyMarkup, silent } = request;
    const header = replyTo && new Api.MessageReplyHeader({ replyToMsgId: answers, replyToTopId: replyTo.topMsgId });
    const peerId = await this._getPeer(peer);
    const sent = new Api.Message({
      ...{ id, peerId, message: text, date, out, media, entities, replyMarkup, ttlPeriod, silent, replyTo: header },
    });
    bindMessage(this, sent, new Map(), peer);
    return sent;
  },

  async forwardMessages(entity, { messages, fromPeer, silent, schedule, noforwards, dropAuthor }) {
    const toPeer = await this.getInputEntity(entity);
    const from = fromPeer === undefined ? undefined : await this.getInputEntity(fromPeer);
    const list = (isArrayLike<MessageIDLike>(messages) ? messages : [messages]) as (number | Api.Message)[];
    const groups = groupBy(list, (message) => (typeof message === "number" ? "" : message.chatId?.toString()));
    const sent: Api.Message[] = [];
    for (const [, group] of groups) {
      const [first] = group;
      const chat = typeof first === "number" ? from : await first!.getInputChat();
      if (!chat) throw new Error("forwardMessages: fromPeer says from whose chat message ids are; give it, or messages instead of ids");
      const id = group.map((message) => getMessageId(message)!);
      const request = new Api.messages.ForwardMessages({
        ...{ fromPeer: chat, id, toPeer, silent, scheduleDate: schedule, noforwards, dropAuthor },
      });
      sent.push(...this._getResponseMessage(request, await this.invoke(request), toPeer));
    }
    return sent;
  },

  async editMessage(entity, params) {
    const { message, file, forceDocument, linkPreview = true, schedule } = params;
    if (typeof message === "number" && params.text === undefined && !file && !schedule) {
      throw new Error("You have to provide either file or text or schedule property.");
    }
    const peer = await this.getInputEntity(entity);
    let media = file ? (await this._fileToMedia(file, { forceDocument })).media : undefined;
    let text: string | undefined;
    let entities: Api.TypeMessageEntity[] | undefined;
    let replyMarkup: Api.TypeReplyMarkup | undefined;
    if (message instanceof Api.Message) {
      text = message.message;
      entities = message.entities;
      replyMarkup = params.buttons === undefined ? message.replyMarkup : this.buildReplyMarkup(params.buttons);
      if (message.media && !(message.media instanceof Api.MessageMediaWebPage)) media ??= getInputMedia(message.media, { forceDocument });
    } else if (typeof message === "number") {
      if (params.formattingEntities) [text, entities] = [params.text, params.formattingEntities];
      else if (params.text !== undefined) [text, entities] = await this._parseMessageText(params.text, params.parseMode);
      replyMarkup = this.buildReplyMarkup(params.buttons);
    } else {
      throw new Error("editMessageParams.message must be either a number or a Api.Message type");
    }
    const id = getMessageId(message)!;
    const request = new Api.messages.EditMessage({
      ...{ peer, id, message: text, noWebpage: !linkPreview, entities, media, replyMarkup, scheduleDate: schedule },
    });
    return this._getResponseMessage(request, await this.invoke(request), peer);
  },

  async deleteMessages(entity, messageIds, { revoke = false } = {}) {
    const peer = entity === undefined || entity === null ? undefined : await this.getInputEntity(entity);
    const ids = messageIds.map((message) => {
      const id = getMessageId(message);
      if (typeof id !== "number") throw new Error(`Cannot convert ${String(message)} to an integer`);
      return id;
    });
    const inChannel = peer !== undefined && _entityType(peer) === _EntityType.CHANNEL;
    const deletions = [...chunks(ids)].map((id) =>
      inChannel
        ? this.invoke(new Api.channels.DeleteMessages({ channel: getInputChannel(peer), id }))
        : this.invoke(new Api.messages.DeleteMessages({ id, revoke })),
    );
    return Promise.all(deletions);
  },

  async pinMessage(entity: EntityLike, message?: MessageIDLike, params?: UpdatePinMessageParams): Promise<any> {
    return pin(this, entity, message, false, params);
  },

  async unpinMessage(entity: EntityLike, message?: MessageIDLike, params?: UpdatePinMessageParams): Promise<any> {
    return pin(this, entity, message, true, params);
  },

  async markAsRead(entity, message, params = {}) {
    const messages = isArrayLike<MessageIDLike>(message) ? message : message === undefined ? [] : [message];
    const maxId = params.maxId ?? Math.max(0, ...messages.map((one) => getMessageId(one) ?? 0));
    const peer = await this.getInputEntity(entity);
    if (params.clearMentions) {
      await this.invoke(new Api.messages.ReadMentions({ peer }));
      if (params.maxId === undefined && message === undefined) return true;
    }
    if (_entityType(peer) === _EntityType.CHANNEL) {
      return this.invoke(new Api.channels.ReadHistory({ channel: getInputChannel(peer), maxId }));
    }
    await this.invoke(new Api.messages.ReadHistory({ peer, maxId }));
    return true;
  },
};

async function pin(
  client: TelegramClient,
  entity: EntityLike,
  message: MessageIDLike | undefined,
  unpin: boolean,
  { notify = false, pmOneSide = false }: UpdatePinMessageParams = {},
): Promise<unknown> {
  const peer = await client.getInputEntity(entity);
  const id = getMessageId(message);
  if (!id) return client.invoke(new Api.messages.UnpinAllMessages({ peer }));
  const request = new Api.messages.UpdatePinnedMessage({ silent: !notify, unpin, pmOneside: pmOneSide, peer, id });
  const result = await client.invoke(request);
  // Unpinning makes no message, nor does pinning again, or in the chat with oneself.
  if (unpin || !("updates" in result) || !result.updates.length) return undefined;
  return client._getResponseMessage(request, result, peer);
}

/** Where the comments on a post are, and what they answer there. */
export async function getCommentData(
  client: TelegramClient,
  peer: Api.TypeInputPeer,
  post: number | Api.Message,
): Promise<{ entity: Api.TypeInputPeer; replyTo: number }> {
  const msgId = getMessageId(post)!;
  const { messages, chats } = await client.invoke(new Api.messages.GetDiscussionMessage({ peer, msgId }));
  const first = messages.reduce((least, one) => (one.id < least.id ? one : least));
  const { peerId } = first;
  const chat = chats.find((one) => peerId instanceof Api.PeerChannel && one.id.toString() === peerId.channelId.toString());
  return { entity: getInputPeer(chat), replyTo: first.id };
}
