// A session in a string.
import { AuthKey } from "../crypto/AuthKey";
import { native } from "../native";
import { MemorySession } from "./Memory";

/**
 * A session that is kept as a string: made from the one that was saved, or from `""` for a new login. Strings of GramJS and Telethon
 * are read; `save` gives GramJS's.
 */
export class StringSession extends MemorySession {
  /** Throws when the string is none of a session; the error says why and does not show it. */
  constructor(session?: string | null) {
    super();
    if (session === undefined || session === null || session === "") return;
    if (typeof session !== "string") throw new TypeError(`new StringSession: a string is wanted, not ${typeof session}`);
    const { dcId, serverAddress, port, key } = native.readSession(session);
    this.setDC(dcId, serverAddress, port);
    this._authKey = key && new AuthKey(key);
  }

  /** @internal GramJS has the key here. */
  get _key(): Buffer | undefined {
    return this._authKey?.getKey();
  }

  /** The session as it is now; empty before there is a key. Whoever has it is logged in. */
  override save(): string {
    const key = this.authKey?.getKey();
    if (!key || !this.serverAddress || !this.port) return "";
    return native.writeSession({ dcId: this.dcId, serverAddress: this.serverAddress, port: this.port, key });
  }

  static encode(bytes: Buffer): string {
    return bytes.toString("base64");
  }

  static decode(text: string): Buffer {
    return Buffer.from(text, "base64");
  }
}
