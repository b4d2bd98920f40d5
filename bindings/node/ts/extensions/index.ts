export { Logger } from "./Logger";
export { BinaryReader } from "./BinaryReader";
