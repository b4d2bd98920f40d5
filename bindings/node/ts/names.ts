// How people write names, links and numbers, and how they are shown.
import bigInt, { type BigInteger } from "big-integer";
import { Api } from "./tl/api";

/** The digits of a phone number that begins with +; undefined when it is none. */
export function parsePhone(phone: string): string | undefined {
  const bare = String(phone).replace(/[()\s-]/g, "");
  return /^\+\d+$/.test(bare) ? bare.slice(1) : undefined;
}

/** The number in a text that is a number and nothing else. */
export function parseID(id: string): BigInteger | undefined {
  return /^-?\d+$/.test(id) ? bigInt(id) : undefined;
}

/**
 * The username in a name or link, in lower case; or the hash in a link that invites into a chat, with `isInvite`.
 * Neither when it is not valid.
 */
export function parseUsername(username: string): { username?: string; isInvite: boolean } {
  const trimmed = username.trim();
  const invite = /^(?:https?:\/\/)?(?:www\.)?(?:telegram\.(?:me|dog)|t\.me)\/(?:joinchat\/|\+(?!\d+\/?$))([\w-]+)\/?$/i.exec(trimmed)
    ?? /^tg:\/\/join\?invite=([\w-]+)$/i.exec(trimmed);
  if (invite) return { username: invite[1]!, isInvite: true };
  const name = trimmed.replace(/^(?:@|(?:https?:\/\/)?(?:www\.)?(?:telegram\.(?:me|dog)|t\.me)\/@?)/i, "");
  const bare = rtrim(name, "/");
  return { username: USERNAME.test(bare) ? bare.toLowerCase() : undefined, isInvite: false };
}

/** Without the characters of `mask` at the end. */
export function rtrim(text: string, mask: string): string {
  let end = text.length;
  while (end > 0 && mask.includes(text[end - 1]!)) end--;
  return text.slice(0, end);
}

/** What people call a user, group or channel: first and last name, or the title; empty when there is none. */
export function getDisplayName(entity: unknown): string {
  if (entity instanceof Api.User) return [entity.firstName, entity.lastName].filter(Boolean).join(" ");
  if (
    entity instanceof Api.Chat ||
    entity instanceof Api.Channel ||
    entity instanceof Api.ChatForbidden ||
    entity instanceof Api.ChannelForbidden
  ) {
    return entity.title;
  }
  return "";
}

/** 5 to 32 characters without two underscores in a row, or one of the short names that Telegram's own bots have. */
const USERNAME = /^(?:[a-z](?:(?!__)\w){3,30}[a-z\d]|gif|vid|pic|bing|wiki|imdb|bold|vote|like|coub)$/i;
