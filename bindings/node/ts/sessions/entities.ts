// People as GramJS's sessions note them: `[marked id, access hash, user name, phone, name]`.
//
// The client does not need them, since it keeps people by itself; they are for programs that give objects to a session's
// `processEntities` and ask its `getInputEntity`.
import bigInt, { type BigInteger } from "big-integer";
import type { EntityLike } from "../define";
import { getDisplayName, parseID, parsePhone, parseUsername } from "../names";
import { Api } from "../tl/api";
import { getInputPeer, getPeerId, resolveId } from "../tl/casts/peers";
import { isObject } from "../tl/kinds";

export type EntityRow = [id: string, hash: string, username: string | undefined, phone: string | undefined, name: string];

/** The rows of an object: of those it speaks of, or of a list of them. */
export function rowsOf(tlo: unknown): EntityRow[] {
  if (typeof tlo !== "object" || tlo === null) return [];
  const { user, chat, channel, chats, users } = tlo as Record<string, unknown>;
  const lists = [chats, users].filter(Array.isArray).flat();
  const entities = Array.isArray(tlo) ? tlo : [user, chat, channel, ...lists];
  return entities.map(rowOf).filter((row) => row !== undefined);
}

function rowOf(entity: unknown): EntityRow | undefined {
  let peer: Api.TypeInputPeer;
  let id: string;
  try {
    peer = getInputPeer(entity, false);
    id = getPeerId(peer);
  } catch {
    return undefined; // nobody that can be addressed
  }
  const hash = "accessHash" in peer ? peer.accessHash : bigInt.zero;
  const { username, phone } = entity as { username?: string; phone?: string };
  const name = getDisplayName(entity);
  return [id, hash.toString(), username?.toLowerCase() ?? undefined, phone ?? undefined, name];
}

/** What finds rows. */
export interface Finds {
  getEntityRowsByPhone(phone: string): Found;
  getEntityRowsByUsername(username: string): Found;
  getEntityRowsByName(name: string): Found;
  getEntityRowsById(id: string | BigInteger, exact?: boolean): Found;
}
/** Marked id and access hash. */
export type Found = [id: string, hash: string] | undefined;

/** The three marked ids that a bare one may stand for. */
export function markedIds(id: string | BigInteger): string[] {
  const bare = bigInt(id.toString());
  return [
    new Api.PeerUser({ userId: bare }),
    new Api.PeerChat({ chatId: bare }),
    new Api.PeerChannel({ channelId: bare }),
  ].map((peer) => getPeerId(peer));
}

/** The input peer of somebody whose row is there. */
export function inputEntity(key: EntityLike, rows: Finds): Api.TypeInputPeer {
  if (isObject(key)) {
    try {
      return getInputPeer(key);
    } catch {
      const found = rows.getEntityRowsById(getPeerId(key), true);
      return peerOf(found, key);
    }
  }
  const text = key.toString();
  const phone = parsePhone(text);
  const { username, isInvite } = parseUsername(text);
  const id = parseID(text);
  return peerOf(
    (phone && rows.getEntityRowsByPhone(phone)) ||
      (username && !isInvite && rows.getEntityRowsByUsername(username)) ||
      (id && rows.getEntityRowsById(id, false)) ||
      rows.getEntityRowsByName(text),
    key,
  );
}

function peerOf(found: Found | false | "" | 0, key: EntityLike): Api.TypeInputPeer {
  if (!found) throw new Error(`Could not find input entity with key ${String(key)}`);
  const [id, kind] = resolveId(bigInt(found[0]));
  const accessHash = bigInt(found[1]);
  if (kind === Api.PeerUser) return new Api.InputPeerUser({ userId: id, accessHash });
  if (kind === Api.PeerChannel) return new Api.InputPeerChannel({ channelId: id, accessHash });
  return new Api.InputPeerChat({ chatId: id });
}
