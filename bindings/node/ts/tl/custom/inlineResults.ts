// What a bot answers to an inline query.
import type { TelegramClient } from "../../client/TelegramClient";
import type { EntityLike } from "../../define";
import type { Api } from "../api";
import { InlineResult } from "./inlineResult";

export class InlineResults extends Array<InlineResult> {
  queryId!: Api.long;
  /** For how many seconds it holds. */
  cacheTime!: number;
  users!: Api.TypeUser[];
  /** Whether they are shown as a grid of pictures. */
  gallery!: boolean;
  /** What to ask with for more. */
  nextOffset?: string;
  /** A button that leads to the bot. */
  switchPm?: Api.TypeInlineBotSwitchPM;
  readonly #validUntil!: number;

  constructor(client: TelegramClient, original: Api.messages.TypeBotResults, entity?: EntityLike) {
    super();
    for (const result of original.results) this.push(new InlineResult(client, result, original.queryId, entity));
    this.queryId = original.queryId;
    this.cacheTime = original.cacheTime;
    this.users = original.users;
    this.gallery = Boolean(original.gallery);
    this.nextOffset = original.nextOffset;
    this.switchPm = original.switchPm;
    this.#validUntil = Date.now() + original.cacheTime * 1000;
  }

  /** What is derived from it (`map`, `filter`) is a plain array. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  /** Whether the bot's word still holds. */
  resultsValid(): boolean {
    return Date.now() < this.#validUntil;
  }
}
