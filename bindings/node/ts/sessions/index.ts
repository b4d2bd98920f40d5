export { Session } from "./Abstract";
export { StringSession } from "./StringSession";
