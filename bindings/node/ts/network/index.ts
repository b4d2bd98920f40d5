export { Connection, ConnectionTCPFull, ConnectionTCPAbridged, ConnectionTCPObfuscated } from "./connection";
