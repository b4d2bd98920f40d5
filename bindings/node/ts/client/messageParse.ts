// Which markup texts have, and which of an answer's messages is the one that a request made.
import { sanitizeParseMode } from "../Utils";
import type { EntityLike } from "../define";
import { Api } from "../tl/api";
import { entitiesById, getInputUser } from "../tl/casts/peers";
import { MarkdownParser } from "../extensions/markdown";
import { bindMessage } from "../tl/custom/message";
import type { TelegramClient } from "./TelegramClient";

/** What takes markup out of a text, and puts it in again. */
export interface ParseInterface {
  parse: (message: string) => [string, Api.TypeMessageEntity[]];
  unparse: (text: string, entities: Api.TypeMessageEntity[]) => string;
}

/** The classes of what Markdown's marks mean. */
export type messageEntities =
  | typeof Api.MessageEntityBold
  | typeof Api.MessageEntityItalic
  | typeof Api.MessageEntityStrike
  | typeof Api.MessageEntityCode
  | typeof Api.MessageEntityPre;

/** The marks of Markdown that stand alone, and the classes of what they mean. */
export const DEFAULT_DELIMITERS = {
  get "**"() {
    return Api.MessageEntityBold;
  },
  get __() {
    return Api.MessageEntityItalic;
  },
  get "~~"() {
    return Api.MessageEntityStrike;
  },
  get "`"() {
    return Api.MessageEntityCode;
  },
  get "```"() {
    return Api.MessageEntityPre;
  },
};

export interface MessageParseMethods {
  /** What texts are parsed with when a method is told nothing else: Markdown, until `setParseMode`. */
  readonly parseMode: ParseInterface | undefined;
  /** Sets it: by name, or a parser of one's own; undefined for texts as they are. */
  setParseMode(mode: "md" | "md2" | "markdown" | "markdownv2" | "html" | ParseInterface | undefined): void;
  /** @internal */
  _parseMode?: ParseInterface | null;
  /** @internal */
  _parseMessageText(message: string, parseMode: false | string | ParseInterface | undefined): Promise<[string, Api.TypeMessageEntity[]]>;
  /** @internal The message that a request made, bound to this client. */
  _getResponseMessage(request: unknown, result: unknown, inputChat: EntityLike | undefined): any;
}

export const messageParseMethods: MessageParseMethods & ThisType<TelegramClient> = {
  get parseMode() {
    // Null is what setParseMode(undefined) leaves; nothing at all is a client that was never told.
    return this._parseMode === undefined ? MarkdownParser : (this._parseMode ?? undefined);
  },

  setParseMode(mode) {
    this._parseMode = mode ? sanitizeParseMode(mode) : null;
  },

  async _parseMessageText(message, parseMode) {
    const parser = parseMode === undefined || parseMode === null ? this.parseMode : parseMode && sanitizeParseMode(parseMode);
    if (!parser) return [message, []];
    const [text, entities] = parser.parse(message);
    const resolved = await Promise.all(entities.map((entity) => mention(this, entity)));
    return [text, resolved.filter((entity) => entity !== undefined)];
  },

  _getResponseMessage(request: any, result: any, inputChat) {
    const { updates, entities } = updatesOf(result);
    if (!updates) return undefined;
    const ids = new Map<string, number>();
    const messages = new Map<number, Api.TypeMessage>();
    let scheduled: Api.TypeMessage | undefined;
    for (const update of updates) {
      if (update instanceof Api.UpdateMessageID) {
        ids.set(update.randomId.toString(), update.id);
      } else if (update instanceof Api.UpdateNewMessage || update instanceof Api.UpdateNewChannelMessage) {
        bindMessage(this, update.message, entities, inputChat);
        if (request !== undefined && !("randomId" in request)) return update.message;
        messages.set(update.message.id, update.message);
      } else if (update instanceof Api.UpdateEditMessage || update instanceof Api.UpdateEditChannelMessage) {
        bindMessage(this, update.message, entities, inputChat);
        if (request?.id === update.message.id) return update.message;
        messages.set(update.message.id, update.message);
      } else if (update instanceof Api.UpdateNewScheduledMessage) {
        bindMessage(this, update.message, entities, inputChat);
        scheduled = update.message;
        messages.set(update.message.id, update.message);
      }
    }
    if (request === undefined) return messages;
    const { randomId } = request;
    if (!randomId) return scheduled;
    const made = (random: { toString(): string }) => messages.get(ids.get(random.toString()) as number);
    return Array.isArray(randomId) ? randomId.map(made) : made(randomId);
  },
};

/** Links that name a user become mentions of that user; whom nobody finds is not mentioned. */
async function mention(client: TelegramClient, entity: Api.TypeMessageEntity): Promise<Api.TypeMessageEntity | undefined> {
  let user: EntityLike;
  if (entity instanceof Api.MessageEntityMentionName) user = entity.userId;
  else if (entity instanceof Api.MessageEntityTextUrl && /^[@+]/.test(entity.url)) user = entity.url;
  else return entity;
  try {
    const userId = getInputUser(await client.getInputEntity(user));
    return new Api.InputMessageEntityMentionName({ offset: entity.offset, length: entity.length, userId });
  } catch {
    return undefined;
  }
}

function updatesOf(result: any): { updates?: Api.TypeUpdate[]; entities: ReturnType<typeof entitiesById> } {
  if (result instanceof Api.UpdateShort) return { updates: [result.update], entities: new Map() };
  if (result instanceof Api.Updates || result instanceof Api.UpdatesCombined) {
    return { updates: result.updates, entities: entitiesById(result.users, result.chats) };
  }
  return { entities: new Map() };
}
