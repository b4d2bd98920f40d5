// One answer of a bot to an inline query.
import { inspect } from "node:util";
import type { TelegramClient } from "../../client/TelegramClient";
import type { EntityLike, MessageIDLike } from "../../define";
import { betterConsoleLog } from "../../Helpers";
import { Api } from "../api";
import { getMessageId } from "../casts/messages";

export class InlineResult {
  private readonly result: Api.TypeBotInlineResult;
  readonly #client: TelegramClient;
  readonly #queryId: Api.long;
  readonly #entity?: EntityLike;

  constructor(client: TelegramClient, original: Api.TypeBotInlineResult, queryId?: Api.long, entity?: EntityLike) {
    this.result = original;
    this.#client = client;
    this.#queryId = queryId!;
    this.#entity = entity;
  }

  /** `article`, `photo`, `gif` ... */
  get type(): string {
    return this.result.type;
  }
  /** What is sent when it is chosen. */
  get message(): Api.TypeBotInlineMessage {
    return this.result.sendMessage;
  }
  get description(): string | undefined {
    return this.result.description;
  }
  get url(): string | undefined {
    return this.result instanceof Api.BotInlineResult ? this.result.url : undefined;
  }
  get photo(): Api.TypePhoto | Api.TypeWebDocument | undefined {
    return this.result instanceof Api.BotInlineResult ? this.result.thumb : this.result.photo;
  }
  get document(): Api.TypeDocument | Api.TypeWebDocument | undefined {
    return this.result instanceof Api.BotInlineResult ? this.result.content : this.result.document;
  }

  /** Sends it; to the chat of the query when none is given. */
  async click(
    entity?: EntityLike,
    replyTo?: MessageIDLike,
    silent = false,
    clearDraft = false,
    hideVia = false,
  ): Promise<Api.TypeUpdates> {
    const peer = entity ?? this.#entity;
    if (peer === undefined) throw new Error("You must provide the entity where the result should be sent to");
    const answers = getMessageId(replyTo);
    const request = new Api.messages.SendInlineBotResult({
      ...{ peer, queryId: this.#queryId, id: this.result.id, silent, clearDraft, hideVia },
      replyTo: answers === undefined ? undefined : new Api.InputReplyToMessage({ replyToMsgId: answers }),
    });
    return this.#client.invoke(request);
  }

  [inspect.custom](): object {
    return betterConsoleLog(this);
  }
}
