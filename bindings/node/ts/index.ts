// The telegram-shaped entry: what `require("telegram")` gave.
export { Api } from "./tl";
export { TelegramClient } from "./client/TelegramClient";
export { Connection } from "./network";
export { version } from "./Version";
export { Logger } from "./extensions/Logger";
export * as tl from "./tl";
export * as utils from "./Utils";
export * as helpers from "./Helpers";
export * as sessions from "./sessions";
export * as errors from "./errors";
export * as extensions from "./extensions";
export * as password from "./Password";
export * as client from "./client";
// What teleproto, GramJS's descendant, gives here as well.
export * as events from "./events";
export { Button } from "./tl/custom/button";
