import { Connection } from "./Connection";

/** One byte before most packets: the default here. */
export class ConnectionTCPAbridged extends Connection {
  static override readonly transport = "abridged" as const;
}
