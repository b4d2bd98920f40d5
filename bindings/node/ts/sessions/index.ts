export { MemorySession } from "./Memory";
export { StringSession } from "./StringSession";
export { StoreSession } from "./StoreSession";
export { Session } from "./Abstract";
