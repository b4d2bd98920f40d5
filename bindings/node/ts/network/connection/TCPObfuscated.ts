import { Connection } from "./Connection";

/** Abridged packets that look like noise, for networks that filter MTProto. */
export class ConnectionTCPObfuscated extends Connection {
  static override readonly transport = "abridged" as const;
  static override readonly obfuscated = true;
}
