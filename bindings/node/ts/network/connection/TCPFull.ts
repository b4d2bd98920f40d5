import { Connection } from "./Connection";

/** Packets with their number and a checksum: GramJS's default. */
export class ConnectionTCPFull extends Connection {
  static override readonly transport = "full" as const;
}
