export { Raw } from "./Raw";
export { NewMessage, NewMessageEvent } from "./NewMessage";
