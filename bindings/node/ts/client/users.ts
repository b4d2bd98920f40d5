// Who is who.
import type { Entity, EntityLike } from "../define";
import { _EntityType, _entityType, isArrayLike } from "../Helpers";
import { parseID, parseUsername } from "../names";
import { Api } from "../tl/api";
import { entitiesById, getInputChannel, getInputPeer, getInputUser, getPeer, getPeerId, isNumber } from "../tl/casts/peers";
import { isOf } from "../tl/kinds";
import type { TelegramClient } from "./TelegramClient";

export interface UserMethods {
  /** Who is logged in; with `true` as an input peer, which is asked for once only. */
  getMe(inputPeer: true): Promise<Api.InputPeerUser>;
  getMe(inputPeer?: false): Promise<Api.User>;
  /** Whether a bot is logged in. */
  isBot(): Promise<boolean | undefined>;
  /** A user, group or channel with all that the server says about it now. Of a list, in its order. */
  getEntity(entity: EntityLike): Promise<Entity>;
  getEntity(entity: EntityLike[]): Promise<Entity[]>;
  /** What methods take for somebody: from what was met before, without a call where that is possible. */
  getInputEntity(entity: EntityLike): Promise<Api.TypeInputPeer>;
  /** The marked id of somebody, or the bare one when `addMark` is false. */
  getPeerId(peer: EntityLike, addMark?: boolean): Promise<string>;
  /** @internal */
  _getPeer(peer: EntityLike): Promise<Api.TypePeer>;
  /** @internal */
  _getInputDialog(dialog: unknown): Promise<Api.TypeInputDialogPeer>;
  /** @internal */
  _getInputNotify(notify: unknown): Promise<Api.TypeInputNotifyPeer>;
  /** @internal */
  _selfInputPeer?: Api.InputPeerUser;
  /** @internal */
  _bot?: boolean;
}

export const userMethods: UserMethods & ThisType<TelegramClient> = {
  async getMe(inputPeer?: boolean): Promise<any> {
    if (inputPeer && this._selfInputPeer) return this._selfInputPeer;
    const [me] = (await this.invoke(new Api.users.GetUsers({ id: [new Api.InputUserSelf()] }))) as [Api.User];
    this._bot = Boolean(me.bot);
    this._selfInputPeer = getInputPeer(me, false) as Api.InputPeerUser;
    return inputPeer ? this._selfInputPeer : me;
  },

  async isBot() {
    if (this._bot === undefined) await this.getMe();
    return this._bot;
  },

  async getEntity(entity: EntityLike | EntityLike[]): Promise<any> {
    if (isArrayLike<EntityLike>(entity)) return severalEntities(this, [...entity]);
    const invited = typeof entity === "string" ? await entityOfInvite(this, entity) : undefined;
    if (invited) return invited;
    const name = nameOf(entity);
    if (name) return this._begin((call) => this._native.entity(call, name.text, name.isId));
    const [found] = await severalEntities(this, [entity]);
    return found;
  },

  async getInputEntity(entity: EntityLike) {
    const input = inputOf(entity);
    if (input) return input;
    const invited = typeof entity === "string" ? await entityOfInvite(this, entity) : undefined;
    if (invited) return getInputPeer(invited);
    const name = nameOf(entity);
    if (name) return this._begin<Api.TypeInputPeer>((call) => this._native.resolve(call, name.text, name.isId));
    return getInputPeer(entity);
  },

  async getPeerId(peer: EntityLike, addMark = true) {
    if (isNumber(peer) || isOf(peer, "Peer") || (typeof peer === "string" && parseID(peer))) return getPeerId(peer, addMark);
    let input = await this.getInputEntity(peer);
    if (input instanceof Api.InputPeerSelf) input = await this.getMe(true);
    return getPeerId(input, addMark);
  },

  async _getPeer(peer: EntityLike) {
    const input = await this.getInputEntity(peer);
    return getPeer(input instanceof Api.InputPeerSelf ? await this.getMe(true) : input);
  },

  async _getInputDialog(dialog: any) {
    if (isOf(dialog, "InputDialogPeer")) return dialog;
    return new Api.InputDialogPeer({ peer: await this.getInputEntity(dialog) });
  },

  async _getInputNotify(notify: any) {
    if (isOf(notify, "InputNotifyPeer")) return notify;
    return new Api.InputNotifyPeer({ peer: await this.getInputEntity(notify) });
  },
};

/** What the object itself says, when that is enough for a call. */
function inputOf(entity: unknown): Api.TypeInputPeer | undefined {
  try {
    return getInputPeer(entity);
  } catch {
    return undefined;
  }
}

/** How the addon is asked for somebody: by a text, or by the marked id of a number or object. */
function nameOf(entity: EntityLike): { text: string; isId: boolean } | undefined {
  if (typeof entity === "string") return { text: entity, isId: false };
  if (entity === undefined || entity === null) {
    throw new TypeError(`${entity} names nobody; give "me", a @username, a link, a phone number with +, an id or an object`);
  }
  if (isNumber(entity)) return { text: entity.toString(), isId: true };
  try {
    return { text: getPeerId(entity), isId: true };
  } catch {
    return undefined;
  }
}

async function severalEntities(client: TelegramClient, entities: EntityLike[]): Promise<Entity[]> {
  const inputs = await Promise.all(entities.map((entity) => client.getInputEntity(entity)));
  const of = (kind: number) => inputs.filter((input) => _entityType(input) === kind);
  const [users, chats, channels] = [of(_EntityType.USER), of(_EntityType.CHAT), of(_EntityType.CHANNEL)];
  const [foundUsers, foundChats, foundChannels] = await Promise.all([
    users.length ? client.invoke(new Api.users.GetUsers({ id: users.map(getInputUser) })) : [],
    chats.length ? client.invoke(new Api.messages.GetChats({ id: chats.map((chat) => getPeerId(chat, false)) })) : undefined,
    channels.length ? client.invoke(new Api.channels.GetChannels({ id: channels.map(getInputChannel) })) : undefined,
  ]);
  const found = entitiesById(foundUsers, foundChats?.chats, foundChannels?.chats);
  const self = foundUsers.find((user) => user instanceof Api.User && user.self);
  return inputs.map((input) => (input instanceof Api.InputPeerSelf ? self : found.get(getPeerId(input))) as Entity);
}

/** The chat behind a link that invites into it, when the account is in it. */
async function entityOfInvite(client: TelegramClient, text: string): Promise<Entity | undefined> {
  const { username, isInvite } = parseUsername(text);
  if (!isInvite || !username) return undefined;
  const invite = await client.invoke(new Api.messages.CheckChatInvite({ hash: username }));
  if (invite instanceof Api.ChatInviteAlready || invite instanceof Api.ChatInvitePeek) return invite.chat;
  throw new Error(`${text} invites into a chat that this account is not in; join it first, with messages.ImportChatInvite`);
}

