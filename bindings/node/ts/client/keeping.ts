// The session of a client: from where its user keeps it into the addon, and back when it has changed.
//
// Rust holds what connections work with. It is given the session before a connection is made, and counts its changes: a first key,
// a move to another DC. After a call the number is looked at, and a session that is older is told, before who called goes on.
import { AuthKey } from "../crypto/AuthKey";
import type { NativeClient, SessionParts } from "../native";
import { Session } from "../sessions/Abstract";
import { LONGEST_NAME, StoreSession } from "../sessions/StoreSession";
import { StringSession } from "../sessions/StringSession";

/** What a client may be given as its session: a session, the folder of a StoreSession, or (too long for a folder) a saved string. */
export function sessionOf(given: string | Session): Session {
  if (typeof given === "string" && given !== "") {
    return given.length > LONGEST_NAME ? new StringSession(given) : new StoreSession(given);
  }
  // One from another copy of the package, or one that only has the methods, will do.
  const methods = ["load", "save", "setDC", "setAuthKey", "getAuthKey"] as const;
  const lacks = typeof given !== "object" || !given ? methods : methods.filter((name) => typeof given[name] !== "function");
  if (given instanceof Session || lacks.length === 0) return given as Session;
  throw new TypeError(
    `new TelegramClient: the session has no ${lacks.join(", ")}; give new StringSession(...), new StoreSession(...) or a class that extends Session`,
  );
}

/** Reads the session and gives it to the addon, which connects by it. */
export async function takeSession(session: Session, to: NativeClient): Promise<void> {
  await session.load();
  const key = keyOf(session.getAuthKey(session.dcId));
  const { dcId, serverAddress, port } = session;
  to.setSession({ dcId: serverAddress ? dcId : 0, serverAddress: serverAddress ?? "", port: port ?? 0, key });
}

/** Tells the session what the addon has now. */
export async function giveBack(session: Session, from: NativeClient): Promise<void> {
  const { dcId, serverAddress, port, key }: SessionParts = from.session();
  const former = keyOf(session.getAuthKey());
  if (session.dcId !== dcId || session.serverAddress !== serverAddress || session.port !== port) {
    // Never a key beside the address of another DC, whatever happens between these lines.
    if (former && key && !former.equals(key)) session.setAuthKey(undefined);
    session.setDC(dcId, serverAddress, port);
  }
  if (key && !keyOf(session.getAuthKey(dcId))?.equals(key)) session.setAuthKey(new AuthKey(key), dcId);
  await session.save();
}

/** Sessions may hold keys of another copy's class. */
function keyOf(authKey: { getKey(): Buffer | undefined } | undefined): Buffer | undefined {
  return authKey?.getKey();
}
