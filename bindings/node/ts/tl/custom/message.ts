// What a message can do beside holding its fields: `Api.Message` and `Api.MessageService` have this on their prototypes.
import type { BigInteger } from "big-integer";
import type { EditMessageParams, SendMessageParams, UpdatePinMessageParams } from "../../client/messages";
import type { DownloadMediaInterface } from "../../client/downloads";
import type { TelegramClient } from "../../client/TelegramClient";
import type { Entity, EntityLike } from "../../define";
import { Api } from "../api";
import { getInnerText } from "../casts/messages";
import { getPeerId } from "../casts/peers";
import { toLong } from "../numbers";
import { bindingOf } from "./binding";
import { inputOf } from "./chatGetter";
import { File } from "./file";
import { Forward } from "./forward";
import { MessageButton, type ButtonClickOptions } from "./messageButton";
import { SenderGetter } from "./senderGetter";

/** Which button, or which option of a poll, is pressed, and what it is given. */
export interface ButtonClickParam extends ButtonClickOptions {
  /** The i-th, from 0; of a poll several. With `j` the i-th row. */
  i?: number | number[];
  /** The j-th in its row. */
  j?: number;
  /** The first with this text, or whose text this accepts. */
  text?: string | ((text: string) => boolean);
  /** The first that this accepts. */
  filter?: (button: any) => boolean;
  /** None of the message's: what a button with this data would do. */
  data?: Buffer;
}

/** The class of an entity, `Api.MessageEntityBold`. */
type EntityClass<E extends Api.TypeMessageEntity> = new (args: any) => E;

/** What a message and a service message have in common. */
export abstract class CustomMessage extends SenderGetter {
  // The fields of both that are needed here. They are on the object, so nothing may be emitted.
  declare readonly id: number;
  declare readonly peerId: Api.TypePeer;
  declare readonly out?: boolean;
  declare readonly post?: boolean;
  declare readonly fromId?: Api.TypePeer;
  declare replyTo?: Api.TypeMessageReplyHeader;
  declare message?: string;
  declare entities?: Api.TypeMessageEntity[];
  declare media?: Api.TypeMessageMedia;
  declare action?: Api.TypeMessageAction;
  declare replyMarkup?: Api.TypeReplyMarkup;
  declare fwdFrom?: Api.TypeMessageFwdHeader;
  declare viaBotId?: BigInteger;
  /** What a pattern of `NewMessage` found in the text. */
  declare patternMatch?: RegExpMatchArray;

  /** @internal Binds it to a client; GramJS's name for `bindMessage`. */
  _finishInit(client: TelegramClient, entities: Map<string, Entity>, inputChat?: EntityLike): void {
    bindMessage(client, this as unknown as Api.Message, entities, inputChat);
  }

  /** The client that it came with; undefined for one that was made by hand. */
  get client(): TelegramClient | undefined {
    return bindingOf(this).client;
  }

  override get _chatPeer(): EntityLike | undefined {
    return this.peerId ?? undefined;
  }

  /** The marked id of the sender; in channels that is the channel. */
  override get senderId(): Api.long | undefined {
    const from = this.fromId ?? (this.post || (!this.out && this.peerId instanceof Api.PeerUser) ? this.peerId : undefined);
    return from ? toLong(getPeerId(from), from) : undefined;
  }

  /** The text in the client's markup; setting it parses. */
  get text(): string {
    const { message } = this;
    return (message && this.client?.parseMode?.unparse(message, this.entities ?? [])) || message || "";
  }
  set text(value: string) {
    [this.message, this.entities] = this.client?.parseMode?.parse(value) ?? [value, []];
  }

  /** The text without markup; setting it removes the formats. */
  get rawText(): string {
    return this.message ?? "";
  }
  set rawText(value: string) {
    this.message = value;
    this.entities = [];
  }

  /** Whether it answers another message or a story. */
  get isReply(): boolean {
    return Boolean(this.replyTo);
  }

  /** The message that it answers. */
  get replyToMsgId(): number | undefined {
    return this.replyTo instanceof Api.MessageReplyHeader ? (this.replyTo.replyToMsgId ?? undefined) : undefined;
  }

  /** Whose it was, when it was forwarded. */
  get forward(): Forward | undefined {
    const { client, entities } = bindingOf(this);
    return this.fwdFrom && client ? new Forward(client, this.fwdFrom, entities ?? new Map()) : undefined;
  }

  /** Whom it is for: oneself for what one gets in a chat of two, otherwise the chat. */
  get toId(): Api.TypePeer {
    const self = this.client?._selfInputPeer;
    return self && !this.out && this.isPrivate ? new Api.PeerUser({ userId: self.userId }) : this.peerId;
  }

  /** The users that a service message is about, as far as they came along. */
  get actionEntities(): (Entity | undefined)[] | undefined {
    const { action } = this;
    const of = (id: BigInteger | bigint | string) => bindingOf(this).entities?.get(id.toString());
    if (action instanceof Api.MessageActionChatAddUser || action instanceof Api.MessageActionChatCreate) return action.users.map(of);
    if (action instanceof Api.MessageActionChatDeleteUser) return [of(action.userId)];
    if (action instanceof Api.MessageActionChatJoinedByLink) return [of(action.inviterId)];
    if (action instanceof Api.MessageActionChannelMigrateFrom) return [of(`-${action.chatId}`)];
    return undefined;
  }

  /** The bot through which it was sent, when it came along. */
  get viaBot(): Entity | undefined {
    return this.viaBotId ? bindingOf(this).entities?.get(this.viaBotId.toString()) : undefined;
  }

  /** What methods take for that bot. */
  get viaInputBot(): Api.TypeInputPeer | undefined {
    return inputOf(this.viaBot);
  }

  /** Its buttons, in rows. */
  get buttons(): MessageButton[][] | undefined {
    const { client } = this;
    const chat = this.inputChat;
    if (!client || !chat) return undefined;
    const rows = rowsOf(this.replyMarkup);
    const bot = botOf(this);
    return rows?.map(({ buttons }) => buttons.map((button) => new MessageButton(client, button, chat, bot, this.id)));
  }

  /** Its buttons, when the chat has to be looked for first. */
  async getButtons(): Promise<MessageButton[][] | undefined> {
    if (this.replyMarkup && !this.inputChat) await this.getInputChat();
    return this.buttons;
  }

  /** How many buttons it has. */
  get buttonCount(): number {
    return (rowsOf(this.replyMarkup) ?? []).reduce((count, row) => count + row.buttons.length, 0);
  }

  /** What is known about its file. */
  get file(): File | undefined {
    const media = this.photo ?? this.document;
    return media && new File(media);
  }

  /** Its photo; of a link the preview's. */
  get photo(): Api.TypePhoto | undefined {
    if (this.media instanceof Api.MessageMediaPhoto) return this.media.photo instanceof Api.Photo ? this.media.photo : undefined;
    if (this.action instanceof Api.MessageActionChatEditPhoto) return this.action.photo;
    const photo = this.webPreview?.photo;
    return photo instanceof Api.Photo ? photo : undefined;
  }

  /** Its document, of which sound, video and stickers are kinds; of a link the preview's. */
  get document(): Api.Document | undefined {
    const document = this.media instanceof Api.MessageMediaDocument ? this.media.document : this.webPreview?.document;
    return document instanceof Api.Document ? document : undefined;
  }

  /** What is shown of a link. */
  get webPreview(): Api.WebPage | undefined {
    if (!(this.media instanceof Api.MessageMediaWebPage)) return undefined;
    return this.media.webpage instanceof Api.WebPage ? this.media.webpage : undefined;
  }

  get audio(): Api.Document | undefined {
    return documentWith(this.document, Api.DocumentAttributeAudio, ({ voice }) => !voice);
  }
  get voice(): Api.Document | undefined {
    return documentWith(this.document, Api.DocumentAttributeAudio, ({ voice }) => Boolean(voice));
  }
  get video(): Api.Document | undefined {
    return documentWith(this.document, Api.DocumentAttributeVideo);
  }
  get videoNote(): Api.Document | undefined {
    return documentWith(this.document, Api.DocumentAttributeVideo, ({ roundMessage }) => Boolean(roundMessage));
  }
  get gif(): Api.Document | undefined {
    return documentWith(this.document, Api.DocumentAttributeAnimated);
  }
  get sticker(): Api.Document | undefined {
    return documentWith(this.document, Api.DocumentAttributeSticker);
  }
  get contact(): Api.MessageMediaContact | undefined {
    return this.media instanceof Api.MessageMediaContact ? this.media : undefined;
  }
  get game(): Api.Game | undefined {
    return this.media instanceof Api.MessageMediaGame ? this.media.game : undefined;
  }
  /** The place that it shows. */
  get geo(): Api.TypeGeoPoint | undefined {
    const { media } = this;
    const shows = media instanceof Api.MessageMediaGeo || media instanceof Api.MessageMediaGeoLive || media instanceof Api.MessageMediaVenue;
    return shows ? media.geo : undefined;
  }
  get invoice(): Api.MessageMediaInvoice | undefined {
    return this.media instanceof Api.MessageMediaInvoice ? this.media : undefined;
  }
  get poll(): Api.MessageMediaPoll | undefined {
    return this.media instanceof Api.MessageMediaPoll ? this.media : undefined;
  }
  get venue(): Api.MessageMediaVenue | undefined {
    return this.media instanceof Api.MessageMediaVenue ? this.media : undefined;
  }
  get dice(): Api.MessageMediaDice | undefined {
    return this.media instanceof Api.MessageMediaDice ? this.media : undefined;
  }

  /** Each format, or each of one class, with the text that it is about; undefined when there are none. */
  getEntitiesText(): [Api.TypeMessageEntity, string][] | undefined;
  getEntitiesText<E extends Api.TypeMessageEntity>(cls: EntityClass<E>): [E, string][] | undefined;
  getEntitiesText(cls?: EntityClass<Api.TypeMessageEntity>): [Api.TypeMessageEntity, string][] | undefined {
    const found = (this.entities ?? []).filter((entity) => !cls || entity instanceof cls);
    if (!this.entities?.length) return undefined;
    const texts = getInnerText(this.rawText, found);
    return found.map((entity, at) => [entity, texts[at]!]);
  }

  /** The message that this one answers, fetched. */
  async getReplyMessage(): Promise<Api.Message | undefined> {
    const { client } = this;
    if (!client || !this.replyTo) return undefined;
    const chat = this.isChannel ? await this.getInputChat() : undefined;
    // By this message first: bots may not ask for others' messages by their ids.
    const [answered] = await client.getMessages(chat, { ids: new Api.InputMessageReplyTo({ id: this.id }) });
    if (answered || this.replyToMsgId === undefined) return answered;
    return (await client.getMessages(chat, { ids: this.replyToMsgId }))[0];
  }

  /** Sends a message to the same chat. */
  async respond(params: SendMessageParams): Promise<Api.Message | undefined> {
    return this.client && this.client.sendMessage(await chatOf(this), params);
  }

  /** Answers it. */
  async reply(params: SendMessageParams): Promise<Api.Message | undefined> {
    return this.client && this.client.sendMessage(await chatOf(this), { ...params, replyTo: this.id });
  }

  /** Forwards it. */
  async forwardTo(entity: EntityLike): Promise<Api.Message[] | undefined> {
    return this.client && this.client.forwardMessages(entity, { messages: [this.id], fromPeer: await chatOf(this) });
  }

  /** Changes it; its buttons stay when no others are given. A forwarded message cannot be changed: undefined. */
  async edit(params: Omit<EditMessageParams, "message">): Promise<Api.Message | undefined> {
    if (this.fwdFrom || !this.client) return undefined;
    const { linkPreview = Boolean(this.webPreview), buttons = this.replyMarkup ?? undefined } = params;
    return this.client.editMessage(await chatOf(this), { ...params, linkPreview, buttons, message: this.id });
  }

  /** Deletes it; with `revoke` for everybody. */
  async delete({ revoke = false }: { revoke?: boolean } = {}): Promise<Api.messages.AffectedMessages[] | undefined> {
    return this.client && this.client.deleteMessages(await chatOf(this), [this.id], { revoke });
  }

  /** Pins it, and gives the service message that says so. */
  async pin(params?: UpdatePinMessageParams): Promise<Api.Message | undefined> {
    return this.client && this.client.pinMessage(await chatOf(this), this.id, params);
  }

  /** Unpins it. */
  async unpin(params?: UpdatePinMessageParams): Promise<undefined> {
    return this.client && this.client.unpinMessage(await chatOf(this), this.id, params);
  }

  /** Marks the chat as read up to it. */
  async markAsRead(): Promise<boolean | undefined> {
    return this.client && this.client.markAsRead(await chatOf(this), this.id);
  }

  /** Fetches its photo or document. */
  async downloadMedia(params?: DownloadMediaInterface): Promise<string | Buffer | undefined> {
    return this.client?.downloadMedia(this as unknown as Api.Message, params ?? {});
  }

  /** Presses one of its buttons, the first when none is named; of a poll, votes. Undefined when there is no such button. */
  async click({ i, j, text, filter, data, ...given }: ButtonClickParam = {}): Promise<any> {
    const { client } = this;
    if (!client) return undefined;
    if (data) {
      const button = new Api.KeyboardInlineButton({ text: "", type: new Api.InlineButtonTypeCallback({ data }) });
      return new MessageButton(client, button, await chatOf(this), undefined, this.id).click(given);
    }
    const accepts = filter ?? (typeof text === "function" ? ({ text: own }: Labelled) => text(plain(own)) : undefined);
    const chosen = text === undefined ? accepts : (accepts ?? ((one: Labelled) => plain(one.text) === text));
    if (this.poll) return vote(client, this, this.poll.poll.answers as Api.PollAnswer[], i, chosen);
    const rows = await this.getButtons();
    if (!rows) return undefined;
    const at = (Array.isArray(i) ? i[0] : i) ?? 0;
    const button = chosen ? rows.flat().find(chosen) : j === undefined ? rows.flat()[at] : rows[at]?.[j];
    return button?.click(given);
  }

  /** @internal Fetches it again, for what did not come along. */
  async _reloadMessage(): Promise<void> {
    const { client } = this;
    const [again] = client ? await client.getMessages(this.isChannel ? await chatOf(this) : undefined, { ids: this.id }) : [];
    if (again) Object.assign(bindingOf(this), { ...bindingOf(again), inputChat: bindingOf(this).inputChat });
  }

  override async _refetchSender(): Promise<void> {
    await this._reloadMessage();
  }
}

/** Tells a message which client it came with, and whom the answer or update brought along (by marked id). */
export function bindMessage(
  client: TelegramClient,
  message: Api.TypeMessage,
  entities: Map<string, Entity>,
  inputChat?: EntityLike,
): void {
  const binding = bindingOf(message);
  binding.client = client;
  binding.entities = entities;
  if (inputChat !== undefined && !(inputChat instanceof Api.InputPeerEmpty)) binding.inputChat = inputChat as Api.TypeInputPeer;
}

/** @internal Puts all this on a class's prototype. */
export function patch(prototype: object): void {
  for (let from = CustomMessage.prototype; from && from !== Object.prototype; from = Object.getPrototypeOf(from)) {
    const members = Object.entries(Object.getOwnPropertyDescriptors(from));
    for (const [name, member] of members) if (!(name in prototype)) Object.defineProperty(prototype, name, member);
  }
}

/** The bot whose message it is: the one through which it was sent, or the sender. */
function botOf(message: CustomMessage): EntityLike | undefined {
  return message.viaInputBot ?? message.viaBotId ?? message.inputSender ?? message.senderId;
}

/** The chat for a call; who cannot be found is an error that says so. */
async function chatOf(message: CustomMessage): Promise<EntityLike> {
  const binding = bindingOf(message);
  return message.inputChat ?? (binding.inputChat = await binding.client!.getInputEntity(message.peerId));
}

async function vote(
  client: TelegramClient,
  message: CustomMessage,
  answers: Api.PollAnswer[],
  i: number | number[] | undefined,
  chosen: ((answer: any) => boolean) | undefined,
): Promise<Api.TypeUpdates> {
  const named = chosen ? [answers.find(chosen)] : i === undefined ? [] : [i].flat().map((at) => answers[at]);
  const options = named.flatMap((answer) => (answer ? [answer.option] : []));
  return client.invoke(new Api.messages.SendVote({ peer: await chatOf(message), msgId: message.id, options }));
}

interface Labelled {
  text: string | Api.TypeTextWithEntities;
}

function plain(text: Labelled["text"]): string {
  return typeof text === "string" ? text : text.text;
}

function rowsOf(markup: Api.TypeReplyMarkup | undefined): { buttons: MessageButton["button"][] }[] | undefined {
  return markup instanceof Api.ReplyInlineMarkup || markup instanceof Api.ReplyKeyboardMarkup ? markup.rows : undefined;
}

/** The document when its first attribute of the class is as it should be. */
function documentWith<A extends Api.TypeDocumentAttribute>(
  document: Api.Document | undefined,
  kind: new (args: any) => A,
  fits: (attribute: A) => boolean = () => true,
): Api.Document | undefined {
  const attribute = document?.attributes.find((one): one is A => one instanceof kind);
  return attribute && fits(attribute) ? document : undefined;
}
