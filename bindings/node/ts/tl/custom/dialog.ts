// A chat in the list of chats.
import { inspect } from "node:util";
import type { BigInteger } from "big-integer";
import type { TelegramClient } from "../../client/TelegramClient";
import type { Entity } from "../../define";
import { betterConsoleLog } from "../../Helpers";
import { getDisplayName } from "../../names";
import { Api } from "../api";
import { getInputPeer, getPeerId } from "../casts/peers";
import { toLong } from "../numbers";
import { Draft } from "./draft";

export class Dialog {
  readonly #client: TelegramClient;
  dialog: Api.Dialog;
  pinned: boolean;
  folderId?: number;
  archived: boolean;
  /** The newest message. */
  message?: Api.Message;
  /** Of the newest message, in unix time. */
  date: number;
  entity?: Entity;
  inputEntity: Api.TypeInputPeer;
  /** Marked. */
  id?: BigInteger;
  /** What people call it. */
  name?: string;
  title?: string;
  unreadCount: number;
  unreadMentionsCount: number;
  draft: Draft;
  isUser: boolean;
  isGroup: boolean;
  isChannel: boolean;

  constructor(client: TelegramClient, dialog: Api.Dialog, entities: Map<string, Entity>, message?: Api.Message) {
    const peerId = getPeerId(dialog.peer);
    const entity = entities.get(peerId);
    if (!entity) throw new Error(`Entity not found for dialog ${peerId}`);
    this.#client = client;
    this.dialog = dialog;
    this.pinned = Boolean(dialog.pinned);
    this.folderId = dialog.folderId;
    this.archived = dialog.folderId != null;
    this.message = message;
    this.date = message?.date ?? 0;
    this.entity = entity;
    this.inputEntity = getInputPeer(entity);
    this.id = toLong(getPeerId(entity), dialog.peer);
    this.name = this.title = getDisplayName(entity);
    this.unreadCount = dialog.unreadCount;
    this.unreadMentionsCount = dialog.unreadMentionsCount;
    this.draft = new Draft(client, entity, dialog.draft);
    this.isUser = entity instanceof Api.User;
    this.isGroup =
      entity instanceof Api.Chat || entity instanceof Api.ChatForbidden || (entity instanceof Api.Channel && Boolean(entity.megagroup));
    this.isChannel = entity instanceof Api.Channel;
  }

  /** @internal */
  get _client(): TelegramClient {
    return this.#client;
  }

  [inspect.custom](): object {
    return betterConsoleLog(this);
  }
}
