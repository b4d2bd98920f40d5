// A button of a message, as one who presses it sees it.
import { inspect } from "node:util";
import type { TelegramClient } from "../../client/TelegramClient";
import type { ButtonLike, EntityLike } from "../../define";
import { betterConsoleLog } from "../../Helpers";
import { Api } from "../api";
import { Button } from "./button";

export interface ButtonClickOptions {
  /** For a button that asks for a phone number: `true` for one's own, or a number, or a contact. */
  sharePhone?: boolean | string | Api.InputMediaContact;
  /** For a button that asks where one is: longitude and latitude, or a place. */
  shareGeo?: [number, number] | Api.InputMediaGeoPoint;
  /** For a button that asks for the account's password. */
  password?: string;
}

export class MessageButton {
  button: Api.TypeKeyboardButton | Api.TypeKeyboardInlineButton;
  readonly #client: TelegramClient;
  readonly #chat: EntityLike;
  readonly #bot?: EntityLike;
  readonly #msgId?: number;

  constructor(client: TelegramClient, original: ButtonLike, chat: EntityLike, bot?: EntityLike, msgId?: number) {
    this.button = (original instanceof Button ? original.button : original) as MessageButton["button"];
    this.#client = client;
    this.#chat = chat;
    this.#bot = bot;
    this.#msgId = msgId;
  }

  get client(): TelegramClient {
    return this.#client;
  }

  /** What it says. */
  get text(): string {
    return this.button.text;
  }

  /** What the bot is told. */
  get data(): Buffer | undefined {
    const { type } = this.button;
    return type instanceof Api.InlineButtonTypeCallback ? type.data : undefined;
  }

  /** What the inline query begins with. */
  get inlineQuery(): string | undefined {
    const { type } = this.button;
    return type instanceof Api.InlineButtonTypeSwitchInline ? type.query : undefined;
  }

  /** What it opens. */
  get url(): string | undefined {
    const { type } = this.button;
    return type instanceof Api.InlineButtonTypeUrl ? type.url : undefined;
  }

  /**
   * Presses it. One that sends its text gives the message; one that tells the bot gives its answer, or null when the bot
   * says nothing in time; a link gives its address; one that begins an inline query starts the bot.
   */
  async click({ sharePhone, shareGeo, password }: ButtonClickOptions = {}): Promise<any> {
    const { type, text } = this.button;
    if (type instanceof Api.ButtonTypeDefault) return this.#client.sendMessage(this.#chat, { message: text, parseMode: false });
    if (type instanceof Api.InlineButtonTypeCallback) return this.#press({ data: type.data, password: await this.#proof(password) });
    if (type instanceof Api.InlineButtonTypeGame) return this.#press({ game: true });
    if (type instanceof Api.InlineButtonTypeUrl) return type.url;
    if (type instanceof Api.InlineButtonTypeSwitchInline) {
      const bot = this.#bot;
      if (bot === undefined) throw new Error("MessageButton.click: the bot of this message is not known");
      return this.#client.invoke(new Api.messages.StartBot({ bot, peer: this.#chat, startParam: type.query }));
    }
    if (type instanceof Api.ButtonTypeRequestPhone) return this.#share(await this.#contact(sharePhone));
    if (type instanceof Api.ButtonTypeRequestGeoLocation) return this.#share(place(shareGeo));
    throw new Error(`MessageButton.click: a button of type ${type.className} cannot be pressed by a program`);
  }

  async #press(what: { data?: Buffer; game?: boolean; password?: Api.TypeInputCheckPasswordSRP }): Promise<unknown> {
    const request = new Api.messages.GetBotCallbackAnswer({ peer: this.#chat, msgId: this.#msgId!, ...what });
    try {
      return await this.#client.invoke(request);
    } catch (error) {
      if ((error as { errorMessage?: string }).errorMessage === "BOT_RESPONSE_TIMEOUT") return null;
      throw error;
    }
  }

  async #proof(password: string | undefined): Promise<Api.TypeInputCheckPasswordSRP | undefined> {
    if (password === undefined) return undefined;
    // Loaded when it is needed: few buttons ask for it.
    const { computeCheck } = require("../../Password") as typeof import("../../Password");
    return computeCheck(await this.#client.invoke(new Api.account.GetPassword()), password);
  }

  async #contact(share: ButtonClickOptions["sharePhone"]): Promise<Api.InputMediaContact> {
    if (!share) throw new Error("cannot click on phone buttons unless sharePhone=true");
    if (typeof share === "object") return share;
    const me = await this.#client.getMe();
    const phoneNumber = (share === true ? me.phone : share) ?? "";
    return new Api.InputMediaContact({ phoneNumber, firstName: me.firstName ?? "", lastName: me.lastName ?? "", vcard: "" });
  }

  async #share(media: Api.TypeInputMedia): Promise<unknown> {
    const replyTo = this.#msgId === undefined ? undefined : new Api.InputReplyToMessage({ replyToMsgId: this.#msgId });
    const request = new Api.messages.SendMedia({ peer: this.#chat, media, message: "", replyTo });
    return this.#client._getResponseMessage(request, await this.#client.invoke(request), this.#chat);
  }

  [inspect.custom](): object {
    return betterConsoleLog(this);
  }
}

function place(share: ButtonClickOptions["shareGeo"]): Api.InputMediaGeoPoint {
  if (!share) throw new Error("cannot click on geo buttons unless shareGeo=[longitude, latitude]");
  if (!Array.isArray(share)) return share;
  const [long, lat] = share;
  return new Api.InputMediaGeoPoint({ geoPoint: new Api.InputGeoPoint({ lat, long }) });
}
