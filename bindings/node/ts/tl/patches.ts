// What GramJS adds to single classes of `Api`. Loaded when such a class is first used.
import type { Patch } from "./tree";

const message: Patch = (prototype) => require("./custom/message").patch(prototype);

export const patches: Record<string, Patch> = { Message: message, MessageService: message };
