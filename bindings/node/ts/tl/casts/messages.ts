// From what names a message to what a method takes.
import { Api } from "../api";
import { castFailed, isOf } from "../kinds";

/** What a method takes for a message, or for its id. */
export function getInputMessage(message: unknown): Api.TypeInputMessage {
  if (typeof message === "number") return new Api.InputMessageID({ id: message });
  if (isOf(message, "InputMessage")) return message as Api.TypeInputMessage;
  if (isOf(message, "Message")) return new Api.InputMessageID({ id: (message as Api.TypeMessage).id });
  castFailed(message, "InputMessage");
}

/** The id of a message; undefined for none. */
export function getMessageId(message: unknown): number | undefined {
  if (message === undefined || message === null || message === 0) return undefined;
  if (typeof message === "number") return message;
  if (typeof message === "object" && "id" in message) return message.id as number;
  throw new Error(`Invalid message type: ${Object(message).className ?? Object(message).constructor?.name}`);
}

/** The pieces of a text that entities are about. */
export function getInnerText(text: string, entities: readonly Api.TypeMessageEntity[]): string[] {
  return entities.map(({ offset, length }) => text.slice(offset, offset + length));
}
