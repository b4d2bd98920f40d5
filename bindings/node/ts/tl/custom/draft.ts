// What was written in a chat and not sent.
import { inspect } from "node:util";
import type { TelegramClient } from "../../client/TelegramClient";
import type { Entity } from "../../define";
import { Api } from "../api";
import { inputOf } from "./chatGetter";

export class Draft {
  readonly #entity: Entity;
  readonly #text: string = "";
  /** The text without its markup. */
  readonly rawText: string = "";
  /** When it was written, in unix time; -1 when there is none. */
  readonly date: number = -1;
  /** Whether a link would be shown with a preview. */
  readonly linkPreview: boolean = true;
  /** What it would answer. */
  readonly replyToMsgId?: number;

  constructor(client: TelegramClient, entity: Entity, draft: Api.TypeDraftMessage | undefined | null) {
    this.#entity = entity;
    if (!(draft instanceof Api.DraftMessage)) return;
    this.rawText = draft.message;
    this.#text = client.parseMode?.unparse(draft.message, draft.entities ?? []) ?? draft.message;
    this.date = draft.date;
    this.linkPreview = !draft.noWebpage;
    const { replyTo } = draft;
    this.replyToMsgId = replyTo instanceof Api.InputReplyToMessage ? replyTo.replyToMsgId : undefined;
  }

  /** The text in the client's markup. */
  get text(): string {
    return this.#text;
  }

  /** Whose chat it is in. */
  get entity(): Entity | undefined {
    return this.#entity;
  }

  get inputEntity(): Api.TypeInputPeer | undefined {
    return inputOf(this.#entity);
  }

  [inspect.custom](): object {
    const { text, rawText, date, linkPreview, replyToMsgId } = this;
    return { text, rawText, date, linkPreview, replyToMsgId };
  }
}
