export { Connection, ConnectionTCPFull, ConnectionTCPAbridged, ConnectionTCPObfuscated } from "./connection";
export { UpdateConnectionState } from "./UpdateConnectionState";
