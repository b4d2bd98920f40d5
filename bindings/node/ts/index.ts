// The telegram-shaped entry: what `require("telegram")` gave.
export { Api } from "./tl";
export { TelegramClient } from "./client/TelegramClient";
export * as sessions from "./sessions";
export * as errors from "./errors";
