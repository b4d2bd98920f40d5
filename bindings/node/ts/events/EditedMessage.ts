// Messages that were edited.
import { Api } from "../tl/api";
import { NewMessage, NewMessageEvent, type NewMessageInterface } from "./NewMessage";

/** Which edits are wanted: as of new messages. */
export interface EditedMessageInterface extends NewMessageInterface {
  func?: { (event: EditedMessageEvent): boolean };
}

/**
 * A message as it is after an edit. A reaction to it, too, is an edit of it to the server.
 *
 * ```ts
 * client.addEventHandler((event) => console.log(event.message.editDate), new EditedMessage({}));
 * ```
 */
export class EditedMessage extends NewMessage {
  declare func?: { (event: EditedMessageEvent): boolean };

  constructor(editedMessageParams: EditedMessageInterface = {}) {
    super(editedMessageParams);
  }

  override build(update: Api.TypeUpdate): EditedMessageEvent | undefined {
    const isEdit = update instanceof Api.UpdateEditMessage || update instanceof Api.UpdateEditChannelMessage;
    if (!isEdit || !(update.message instanceof Api.Message)) return undefined;
    return new EditedMessageEvent(update.message, update);
  }
}

/** A message that was edited. */
export class EditedMessageEvent extends NewMessageEvent {}
