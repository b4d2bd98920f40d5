// GramJS's name for the lower half of the client; here both are one class.
export { TelegramClient as TelegramBaseClient } from "./TelegramClient";
export type { TelegramClientParams } from "./options";
