// Buttons, as bots make them: below a message, or in place of the keyboard.
import { inspect } from "node:util";
import type { ButtonLike, EntityLike } from "../../define";
import { betterConsoleLog } from "../../Helpers";
import { Api } from "../api";
import { getInputUser } from "../casts/peers";

export class Button {
  button: ButtonLike;
  /** Whether the keyboard is made as low as its buttons. */
  resize: boolean | undefined;
  /** Whether only those see it who are mentioned or answered. */
  selective: boolean | undefined;
  /** Whether it goes away when it was used. */
  singleUse: boolean | undefined;

  constructor(button: ButtonLike, resize?: boolean, singleUse?: boolean, selective?: boolean) {
    this.button = button;
    this.resize = resize;
    this.singleUse = singleUse;
    this.selective = selective;
  }

  /** @internal Whether it stands below a message. */
  static _isInline(button: unknown): button is Api.KeyboardInlineButton {
    return button instanceof Api.KeyboardInlineButton;
  }

  /** Below a message: tells the bot that it was pressed, with this data (up to 64 bytes; the text when left out). */
  static inline(text: string, data?: Buffer): Api.KeyboardInlineButton {
    const bytes = data?.length ? data : Buffer.from(text, "utf-8");
    if (bytes.length > MOST_DATA) throw new Error(`Too many bytes for the data: ${bytes.length}, and ${MOST_DATA} are the most`);
    return new Api.KeyboardInlineButton({ text, type: new Api.InlineButtonTypeCallback({ data: bytes }) });
  }

  /** Below a message: begins an inline query to this bot, in a chat to be chosen or in the same. */
  static switchInline(text: string, query = "", samePeer = false): Api.KeyboardInlineButton {
    return new Api.KeyboardInlineButton({ text, type: new Api.InlineButtonTypeSwitchInline({ query, samePeer }) });
  }

  /** Below a message: opens a link. */
  static url(text: string, url?: string): Api.KeyboardInlineButton {
    return new Api.KeyboardInlineButton({ text, type: new Api.InlineButtonTypeUrl({ url: url || text }) });
  }

  /** Below a message: opens a link and says who one is there. `bot` has to be an object. */
  static auth(text: string, url?: string, bot?: EntityLike, writeAccess?: boolean, fwdText?: string): Api.KeyboardInlineButton {
    const of = getInputUser(bot ?? new Api.InputUserSelf());
    const type = new Api.InputInlineButtonTypeUrlAuth({ url: url || text, bot: of, requestWriteAccess: writeAccess, fwdText });
    return new Api.KeyboardInlineButton({ text, type });
  }

  /** In place of the keyboard: sends its text. */
  static text(text: string, resize?: boolean, singleUse?: boolean, selective?: boolean): Button {
    return this.#reply(text, new Api.ButtonTypeDefault(), resize, singleUse, selective);
  }

  /** In place of the keyboard: sends where one is, after asking. */
  static requestLocation(text: string, resize?: boolean, singleUse?: boolean, selective?: boolean): Button {
    return this.#reply(text, new Api.ButtonTypeRequestGeoLocation(), resize, singleUse, selective);
  }

  /** In place of the keyboard: sends one's phone number, after asking. */
  static requestPhone(text: string, resize?: boolean, singleUse?: boolean, selective?: boolean): Button {
    return this.#reply(text, new Api.ButtonTypeRequestPhone(), resize, singleUse, selective);
  }

  /** In place of the keyboard: lets one make a poll. */
  static requestPoll(text: string, resize?: boolean, singleUse?: boolean, selective?: boolean): Button {
    return this.#reply(text, new Api.ButtonTypeRequestPoll({}), resize, singleUse, selective);
  }

  /** Removes the buttons in place of the keyboard. */
  static clear(): Api.ReplyKeyboardHide {
    return new Api.ReplyKeyboardHide({});
  }

  /** Asks for an answer to the message. */
  static forceReply(): Api.ReplyKeyboardForceReply {
    return new Api.ReplyKeyboardForceReply({});
  }

  static #reply(text: string, type: Api.TypeButtonType, resize?: boolean, singleUse?: boolean, selective?: boolean): Button {
    return new Button(new Api.KeyboardButton({ text, type }), resize, singleUse, selective);
  }

  [inspect.custom](): object {
    return betterConsoleLog(this);
  }
}

const MOST_DATA = 64;
