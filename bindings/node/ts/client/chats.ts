// Who is in a group or channel.
import bigInt from "big-integer";
import type { EntityLike } from "../define";
import type { TotalList } from "../Helpers";
import { getDisplayName } from "../names";
import { RequestIter } from "../requestIter";
import { Api } from "../tl/api";
import { getInputChannel, getInputUser, getPeerId } from "../tl/casts/peers";
import type { TelegramClient } from "./TelegramClient";

/** Which members `iterParticipants` and `getParticipants` give. */
export interface IterParticipantsParams {
  /** How many; all, when left out. */
  limit?: number;
  /** How many are skipped. */
  offset?: number;
  /** Only those whose name or username has this in it. */
  search?: string;
  /** Only those of this kind; some need rights. A class or an object. */
  filter?: Api.TypeChannelParticipantsFilter | (new (args: any) => Api.TypeChannelParticipantsFilter);
  /** Whether the channel is asked how many there are; true when left out. */
  showTotal?: boolean;
}

/** A member, with what it is there. */
export type Participant = Api.User & { participant?: Api.TypeChatParticipant | Api.TypeChannelParticipant };

interface ParticipantsIterInterface extends IterParticipantsParams {
  entity: EntityLike;
}

export class _ParticipantsIter extends RequestIter<Participant, ParticipantsIterInterface> {
  private request?: Api.channels.GetParticipants;
  private accepts: (user: Api.TypeUser | undefined) => boolean = () => true;

  async _init({ entity, filter, offset = 0, search, showTotal = true }: ParticipantsIterInterface): Promise<boolean | void> {
    const peer = await this.client.getInputEntity(entity);
    const inChannel = "channelId" in peer;
    const kind = typeof filter === "function" ? new filter({ q: "" }) : filter;
    if (search && (kind || !inChannel)) this.accepts = named(search);
    if (inChannel) {
      const channel = getInputChannel(peer);
      if (showTotal) {
        const { fullChat } = await this.client.invoke(new Api.channels.GetFullChannel({ channel }));
        if (fullChat instanceof Api.ChannelFull) this.total = fullChat.participantsCount;
      }
      this.request = new Api.channels.GetParticipants({
        ...{ channel, filter: kind ?? new Api.ChannelParticipantsSearch({ q: search ?? "" }) },
        ...{ offset, limit: PIECE, hash: bigInt.zero },
      });
      return;
    }
    if (peer instanceof Api.InputPeerChat) {
      const { fullChat, users } = await this.client.invoke(new Api.messages.GetFullChat({ chatId: peer.chatId }));
      const list = fullChat instanceof Api.ChatFull ? fullChat.participants : undefined;
      const members = list instanceof Api.ChatParticipants ? list.participants : [];
      this.total = members.length;
      this.take(users, members);
      return true;
    }
    this.total = 1;
    const user = (await this.client.getEntity(peer)) as Participant;
    if (this.accepts(user)) this.buffer.push(user);
    return true;
  }

  async _loadNextChunk(): Promise<boolean | void> {
    const request = this.request!;
    request.limit = Math.min(this.limit - (request.offset - (this.kwargs.offset ?? 0)), PIECE);
    const answer = await this.client.invoke(request);
    if (answer instanceof Api.channels.ChannelParticipantsNotModified || !answer.users.length) return true;
    request.offset += answer.participants.length;
    this.take(answer.users, answer.participants);
  }

  private take(users: Api.TypeUser[], members: (Api.TypeChatParticipant | Api.TypeChannelParticipant)[]): void {
    const byId = new Map(users.map((user) => [user.id.toString(), user]));
    for (const participant of members) {
      const user = "userId" in participant ? byId.get(participant.userId.toString()) : undefined;
      if (user && this.accepts(user)) this.buffer.push(Object.assign(user as Api.User, { participant }));
    }
  }
}

function named(search: string): (user: Api.TypeUser | undefined) => boolean {
  const wanted = search.toLowerCase();
  return (user) => {
    const username = user instanceof Api.User ? (user.username ?? "") : "";
    return [getDisplayName(user), username].some((name) => name.toLowerCase().includes(wanted));
  };
}

export interface ChatMethods {
  /** The members of a group or channel, as they are read. */
  iterParticipants(entity: EntityLike, params?: IterParticipantsParams): _ParticipantsIter;
  /** The same at once, with the total. */
  getParticipants(entity: EntityLike, params?: IterParticipantsParams): Promise<TotalList<Participant>>;
  /** Removes somebody, who may come back; oneself leaves. Gives the service message that says so, if there is one. */
  kickParticipant(entity: EntityLike, participant: EntityLike): Promise<Api.TypeMessage | undefined>;
}

export const chatMethods: ChatMethods & ThisType<TelegramClient> = {
  iterParticipants(entity, params = {}) {
    return new _ParticipantsIter(this, params.limit, {}, { ...params, entity });
  },

  async getParticipants(entity, params) {
    return this.iterParticipants(entity, params).collect();
  },

  async kickParticipant(entity, participant) {
    const peer = await this.getInputEntity(entity);
    const user = await this.getInputEntity(participant);
    if (peer instanceof Api.InputPeerChat) {
      const request = new Api.messages.DeleteChatUser({ chatId: peer.chatId, userId: getInputUser(user) });
      return this._getResponseMessage(request, await this.invoke(request), peer);
    }
    if (!("channelId" in peer)) throw new Error(`kickParticipant: ${getPeerId(peer)} is neither a group nor a channel`);
    const channel = getInputChannel(peer);
    if (user instanceof Api.InputPeerSelf) {
      const request = new Api.channels.LeaveChannel({ channel });
      return this._getResponseMessage(request, await this.invoke(request), peer);
    }
    const ban = (viewMessages: boolean) =>
      new Api.channels.EditBanned({ channel, participant: user, bannedRights: new Api.ChatBannedRights({ untilDate: 0, viewMessages }) });
    const removal = ban(true);
    const answer = await this.invoke(removal);
    // So that they may come back.
    await this.invoke(ban(false));
    return this._getResponseMessage(removal, answer, peer);
  },
};

/** The most that the server gives at once. */
const PIECE = 200;
