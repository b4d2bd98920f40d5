export { Logger } from "./Logger";
export { BinaryWriter } from "./BinaryWriter";
export { BinaryReader } from "./BinaryReader";
