// Buttons that were pressed.
import type { EditMessageParams, SendMessageParams } from "../client/messages";
import type { TelegramClient } from "../client/TelegramClient";
import type { EntityLike } from "../define";
import { returnBigInt, toSignedLittleBuffer } from "../Helpers";
import { Api } from "../tl/api";
import { bindingOf } from "../tl/custom/binding";
import { _intoIdSet, EventBuilder, EventCommonSender } from "./common";

/** Which presses are wanted. */
export interface NewCallbackQueryInterface {
  /** Only in these chats; a `chatInstance` is one as well, for messages that were sent by way of the inline mode. */
  chats: EntityLike[];
  /** Asked last; the press is wanted when it answers something true. */
  func?: { (event: CallbackQueryEvent): boolean };
  /** Only presses by these. */
  fromUsers: EntityLike[];
  /** Not presses by these. */
  blacklistUsers: EntityLike[];
  /** Only where this is found in the data of the button; what was found is in `patternMatch`. */
  pattern?: RegExp;
}

export const NewCallbackQueryDefaults: NewCallbackQueryInterface = { chats: [], fromUsers: [], blacklistUsers: [] };

/**
 * Somebody pressed a button with data under a message of the bot. Their program shows a clock on it until the bot answers.
 *
 * ```ts
 * client.addEventHandler((event) => event.answer({ message: "Thanks" }), new CallbackQuery({ pattern: /^yes$/ }));
 * ```
 */
export class CallbackQuery extends EventBuilder {
  match?: RegExp;
  fromUsers?: EntityLike[];
  blacklistUsers?: EntityLike[];

  constructor(inlineQueryParams: Partial<NewCallbackQueryInterface> = {}) {
    const { chats, func, pattern, fromUsers, blacklistUsers } = inlineQueryParams;
    super({ chats, func, blacklistChats: false });
    this.match = pattern;
    this.fromUsers = fromUsers;
    this.blacklistUsers = blacklistUsers;
  }

  override async _resolve(client: TelegramClient): Promise<void> {
    await super._resolve(client);
    this.fromUsers = await _intoIdSet(client, this.fromUsers);
    this.blacklistUsers = await _intoIdSet(client, this.blacklistUsers);
  }

  override build(update: Api.TypeUpdate): CallbackQueryEvent | undefined {
    if (update instanceof Api.UpdateBotCallbackQuery) return new CallbackQueryEvent(update, update.peer, update.msgId);
    if (!(update instanceof Api.UpdateInlineBotCallbackQuery)) return undefined;
    const { msgId } = update;
    if (msgId instanceof Api.InputBotInlineMessageID64) {
      return new CallbackQueryEvent(update, peerOf(Number(msgId.ownerId)), msgId.id);
    }
    // The id of the message and of its chat, 32 bits each.
    const both = toSignedLittleBuffer((msgId as Api.InputBotInlineMessageID).id, 8);
    return new CallbackQueryEvent(update, peerOf(both.readInt32LE(4)), both.readInt32LE(0));
  }

  override filter(event: any): any {
    const { query, chatId, senderId } = event as CallbackQueryEvent;
    const isOneOf = (ids: EntityLike[] | undefined, id: unknown) => ids?.includes(String(id));
    if (this.chats && !isOneOf(this.chats, query.chatInstance) && !isOneOf(this.chats, chatId)) return undefined;
    if (this.fromUsers && !isOneOf(this.fromUsers, senderId)) return undefined;
    if (isOneOf(this.blacklistUsers, senderId)) return undefined;
    if (this.match) {
      const match = this.match.exec(new TextDecoder().decode(query.data ?? Buffer.alloc(0)));
      this.match.lastIndex = 0;
      if (!match) return undefined;
      event.patternMatch = match;
    }
    return this.func ? this.func(event) : event;
  }
}

/** What a press is answered with. */
export interface AnswerCallbackQueryParams {
  /** Shown for a moment, or in a window with `alert`. */
  message: string;
  /** For how many seconds their program may answer the same press itself. */
  cacheTime: number;
  /** Opened by their program: of a game, or a link to the bot. */
  url: string;
  /** Whether the text is shown in a window. */
  alert: boolean;
}

/** A press. */
export class CallbackQueryEvent extends EventCommonSender {
  /** As the server sent it. */
  query: Api.UpdateBotCallbackQuery | Api.UpdateInlineBotCallbackQuery;
  /** What the pattern found. */
  patternMatch: RegExpMatchArray | undefined;
  #message: Api.Message | undefined;
  #answered = false;

  constructor(query: Api.UpdateBotCallbackQuery | Api.UpdateInlineBotCallbackQuery, peer: Api.TypePeer, msgId: number) {
    super({ msgId, chatPeer: peer, broadcast: false });
    this.query = query;
    bindingOf(this).senderId = returnBigInt(query.userId);
  }

  /** Names it when it is answered. */
  get id(): Api.long {
    return this.query.queryId;
  }

  /** The id of the message with the button. */
  get messageId(): number {
    return this._messageId!;
  }

  /** What the button carries. */
  get data(): Buffer | undefined {
    return this.query.data;
  }

  /** The same for all presses in one chat. */
  get chatInstance(): Api.long {
    return this.query.chatInstance;
  }

  /** Whether the message was sent by way of the inline mode: then the bot is not in its chat. */
  get viaInline(): boolean {
    return this.query instanceof Api.UpdateInlineBotCallbackQuery;
  }

  /** The message with the button. */
  async getMessage(): Promise<Api.Message | undefined> {
    const chat = this.isChannel ? await this.getInputChat() : undefined;
    return (this.#message ??= (await this.#client.getMessages(chat, { ids: this.messageId }))[0]);
  }

  override async _refetchSender(): Promise<void> {
    const message = await this.getMessage();
    if (message) Object.assign(bindingOf(this), { sender: message.sender, inputSender: message.inputSender });
  }

  /** Answers: takes the clock off the button, and shows a text when there is one. Once; nothing happens the next time. */
  async answer({ message, cacheTime = 0, url, alert }: Partial<AnswerCallbackQueryParams> = {}): Promise<boolean | undefined> {
    if (this.#answered) return undefined;
    const { queryId } = this.query;
    const answered = await this.#client.invoke(new Api.messages.SetBotCallbackAnswer({ queryId, cacheTime, alert, message, url }));
    this.#answered = true;
    return answered;
  }

  /** Answers, and sends a message to the chat. */
  async respond(params: SendMessageParams = {}): Promise<void> {
    await this.answer();
    await this.#client.sendMessage(await this.#chat("respond"), params);
  }

  /** Answers, and sends an answer to the message with the button. */
  async reply(params: SendMessageParams = {}): Promise<void> {
    await this.respond({ ...params, replyTo: this.messageId });
  }

  /** Changes the message with the button, and answers. */
  async edit(params: Partial<EditMessageParams>): Promise<Api.Message> {
    if (this.viaInline) {
      throw new Error("CallbackQueryEvent.edit: the message was sent by way of the inline mode; messages.EditInlineBotMessage edits it");
    }
    const edited = await this.#client.editMessage(await this.#chat("edit"), { message: this.messageId, ...params });
    await this.answer();
    return edited;
  }

  /** Deletes the message with the button; with `revoke` for all who see it. */
  async delete({ revoke = false }: { revoke?: boolean } = {}): Promise<Api.messages.AffectedMessages[] | undefined> {
    return this.#client.deleteMessages(await this.#chat("delete"), [this.messageId], { revoke });
  }

  get #client(): TelegramClient {
    if (!this._client) throw new Error("CallbackQueryEvent: it belongs to no client yet; the client sets that before handlers are called");
    return this._client;
  }

  async #chat(member: string): Promise<EntityLike> {
    const chat = await this.getInputChat();
    if (!chat) throw new Error(`CallbackQueryEvent.${member}: the chat ${this.chatId} cannot be found: the bot is not in it`);
    return chat;
  }
}

function peerOf(id: number): Api.TypePeer {
  return id < 0 ? new Api.PeerChannel({ channelId: returnBigInt(-id) }) : new Api.PeerUser({ userId: returnBigInt(id) });
}
