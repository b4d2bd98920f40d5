export { Connection } from "./Connection";
export { ConnectionTCPFull } from "./TCPFull";
export { ConnectionTCPAbridged } from "./TCPAbridged";
export { ConnectionTCPObfuscated } from "./TCPObfuscated";
