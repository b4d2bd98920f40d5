// The client's modules under the names that GramJS gives them.
export * as auth from "./auth";
export * as bots from "./bots";
export * as buttons from "./buttons";
export * as chats from "./chats";
export * as dialogs from "./dialogs";
export * as downloads from "./downloads";
export * as message from "./messages";
export * as messageParse from "./messageParse";
export * as telegramBaseClient from "./telegramBaseClient";
export * as tgClient from "./TelegramClient";
export * as twoFA from "./2fa";
export * as updates from "./updates";
export * as uploads from "./uploads";
export * as users from "./users";
