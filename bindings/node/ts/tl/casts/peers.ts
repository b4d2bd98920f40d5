// From one object that says who somebody is to another: peers, input peers, marked ids. No server is asked.
import bigInt, { type BigInteger } from "big-integer";
import type { Entity, EntityLike } from "../../define";
import { returnBigInt } from "../../Helpers";
import { parseID } from "../../names";
import { Api } from "../api";
import { castFailed, isObject, isOf } from "../kinds";
import { isBigInteger } from "../numbers";

/**
 * What a method takes for this user, group or channel. An input peer is given back as it is; `checkHash` refuses whose
 * access hash is not known, or not good (`min`).
 */
export function getInputPeer(entity: unknown, allowSelf = true, checkHash = true): Api.TypeInputPeer {
  if (isOf(entity, "InputPeer")) return entity as Api.TypeInputPeer;
  if (typeof entity !== "object" || entity === null) castFailed(entity, "InputPeer");
  if (!isObject(entity)) {
    // A Dialog or Draft of ours.
    if (allowSelf && "inputEntity" in entity && entity.inputEntity) return entity.inputEntity as Api.TypeInputPeer;
    if ("entity" in entity && entity.entity) return getInputPeer(entity.entity);
    castFailed(entity, "InputPeer");
  }
  if (entity instanceof Api.User) {
    if (entity.self && allowSelf) return new Api.InputPeerSelf();
    if (!checkHash || (entity.accessHash != null && !entity.min)) {
      return new Api.InputPeerUser({ userId: entity.id, accessHash: entity.accessHash ?? bigInt.zero });
    }
    throw new Error(`User ${entity.id} has no access hash that is good for calls; resolve it with client.getInputEntity`);
  }
  if (entity instanceof Api.Chat || entity instanceof Api.ChatEmpty || entity instanceof Api.ChatForbidden) {
    return new Api.InputPeerChat({ chatId: entity.id });
  }
  if (entity instanceof Api.Channel) {
    if (!checkHash || (entity.accessHash != null && !entity.min)) {
      return new Api.InputPeerChannel({ channelId: entity.id, accessHash: entity.accessHash ?? bigInt.zero });
    }
    throw new TypeError(`Channel ${entity.id} has no access hash that is good for calls; resolve it with client.getInputEntity`);
  }
  if (entity instanceof Api.ChannelForbidden) {
    return new Api.InputPeerChannel({ channelId: entity.id, accessHash: entity.accessHash });
  }
  if (entity instanceof Api.InputUser) {
    return new Api.InputPeerUser({ userId: entity.userId, accessHash: entity.accessHash });
  }
  if (entity instanceof Api.InputUserSelf) return new Api.InputPeerSelf();
  if (entity instanceof Api.InputUserFromMessage) {
    return new Api.InputPeerUserFromMessage({ peer: entity.peer, msgId: entity.msgId, userId: entity.userId });
  }
  if (entity instanceof Api.InputChannel) {
    return new Api.InputPeerChannel({ channelId: entity.channelId, accessHash: entity.accessHash });
  }
  if (entity instanceof Api.InputChannelFromMessage) {
    return new Api.InputPeerChannelFromMessage({ peer: entity.peer, msgId: entity.msgId, channelId: entity.channelId });
  }
  if (entity instanceof Api.UserEmpty) return new Api.InputPeerEmpty();
  if (entity instanceof Api.ChatFull) return new Api.InputPeerChat({ chatId: entity.id });
  if (entity instanceof Api.PeerChat) return new Api.InputPeerChat({ chatId: entity.chatId });
  castFailed(entity, "InputPeer");
}

/** The same for methods that take a user. */
export function getInputUser(entity: unknown): Api.TypeInputUser {
  if (isOf(entity, "InputUser")) return entity as Api.TypeInputUser;
  if (entity instanceof Api.User) {
    if (entity.self) return new Api.InputUserSelf();
    return new Api.InputUser({ userId: entity.id, accessHash: entity.accessHash ?? bigInt.zero });
  }
  if (entity instanceof Api.InputPeerSelf) return new Api.InputUserSelf();
  if (entity instanceof Api.UserEmpty || entity instanceof Api.InputPeerEmpty) return new Api.InputUserEmpty();
  if (entity instanceof Api.InputPeerUser) {
    return new Api.InputUser({ userId: entity.userId, accessHash: entity.accessHash });
  }
  if (entity instanceof Api.InputPeerUserFromMessage) {
    return new Api.InputUserFromMessage({ userId: entity.userId, peer: entity.peer, msgId: entity.msgId });
  }
  castFailed(entity, "InputUser");
}

/** The same for methods that take a channel. */
export function getInputChannel(entity: unknown): Api.TypeInputChannel {
  if (isOf(entity, "InputChannel")) return entity as Api.TypeInputChannel;
  if (entity instanceof Api.Channel || entity instanceof Api.ChannelForbidden) {
    return new Api.InputChannel({ channelId: entity.id, accessHash: entity.accessHash ?? bigInt.zero });
  }
  if (entity instanceof Api.InputPeerChannel) {
    return new Api.InputChannel({ channelId: entity.channelId, accessHash: entity.accessHash });
  }
  if (entity instanceof Api.InputPeerChannelFromMessage) {
    return new Api.InputChannelFromMessage({ channelId: entity.channelId, peer: entity.peer, msgId: entity.msgId });
  }
  castFailed(entity, "InputChannel");
}

/** Who an object or a marked id is, without the access hash. */
export function getPeer(peer: unknown): Api.TypePeer {
  if (typeof peer === "number" || typeof peer === "bigint" || isBigInteger(peer)) {
    const [id, Peer] = resolveId(returnBigInt(peer));
    if (Peer === Api.PeerChannel) return new Api.PeerChannel({ channelId: id });
    if (Peer === Api.PeerChat) return new Api.PeerChat({ chatId: id });
    return new Api.PeerUser({ userId: id });
  }
  if (isOf(peer, "Peer")) return peer as Api.TypePeer;
  if (
    peer instanceof Api.contacts.ResolvedPeer ||
    peer instanceof Api.TopPeer ||
    peer instanceof Api.Dialog ||
    peer instanceof Api.DialogPeer
  ) {
    return peer.peer;
  }
  if (peer instanceof Api.ChannelFull) return new Api.PeerChannel({ channelId: peer.id });
  if (peer instanceof Api.UserFull || peer instanceof Api.UserEmpty) return new Api.PeerUser({ userId: peer.id });
  if (isOf(peer, "ChatParticipant") || isOf(peer, "ChannelParticipant")) {
    const participant = peer as Api.TypeChatParticipant | Api.TypeChannelParticipant;
    if ("userId" in participant) return new Api.PeerUser({ userId: participant.userId });
    if ("peer" in participant) return participant.peer;
  }
  let input;
  try {
    input = getInputPeer(peer, false, false);
  } catch {
    castFailed(peer, "peer");
  }
  if ("userId" in input) return new Api.PeerUser({ userId: input.userId });
  if ("chatId" in input) return new Api.PeerChat({ chatId: input.chatId });
  if ("channelId" in input) return new Api.PeerChannel({ channelId: input.channelId });
  castFailed(peer, "peer");
}

/**
 * The id as one number that says of what kind it is, as the Bot API writes it: a user's as it is, a group's negative, a
 * channel's below -1,000,000,000,000. Without the mark when `addMark` is false.
 */
export function getPeerId(peer: unknown, addMark = true): string {
  if (typeof peer === "string") peer = parseID(peer) ?? peer;
  if (typeof peer === "number" || typeof peer === "bigint" || isBigInteger(peer)) {
    const id = returnBigInt(peer);
    return (addMark ? id : resolveId(id)[0]).toString();
  }
  if (peer instanceof Api.InputPeerSelf) {
    throw new Error("Cannot cast InputPeerSelf to any kind of int: ask client.getPeerId, which knows who is logged in");
  }
  let is;
  try {
    is = getPeer(peer);
  } catch {
    castFailed(peer, "int");
  }
  if ("userId" in is) return is.userId.toString();
  if ("chatId" in is) return (addMark ? "-" : "") + is.chatId.toString();
  if (!addMark) return is.channelId.toString();
  return (CHANNELS - BigInt(is.channelId.toString())).toString();
}

/** What a marked id means: the id without its mark, and the class of its peer. */
export function resolveId(
  markedId: BigInteger,
): [BigInteger, typeof Api.PeerUser | typeof Api.PeerChat | typeof Api.PeerChannel] {
  const id = BigInt(markedId.toString());
  if (id >= 0n) return [markedId, Api.PeerUser];
  if (id > CHANNELS) return [bigInt(-id), Api.PeerChat];
  return [bigInt(CHANNELS - id), Api.PeerChannel];
}

/** The objects of an answer, by marked id. */
export function entitiesById(...lists: (readonly (Api.TypeUser | Api.TypeChat)[] | null | undefined)[]): Map<string, Entity> {
  const entities = new Map<string, Entity>();
  for (const list of lists) for (const entity of list ?? []) entities.set(getPeerId(entity), entity);
  return entities;
}

/** Whether somebody is named by a number. */
export function isNumber(peer: EntityLike): peer is number | bigint | BigInteger {
  return typeof peer === "number" || typeof peer === "bigint" || isBigInteger(peer);
}

/** Marked ids of channels count down from here. */
const CHANNELS = -1_000_000_000_000n;
