// What GramJS has under this name: from one form of an object to another, names, and kinds of files.
import type { ParseInterface } from "./client/messageParse";
import { HTMLParser } from "./extensions/html";
import { MarkdownParser } from "./extensions/markdown";
import { MarkdownV2Parser } from "./extensions/markdownv2";

export { getAppropriatedPartSize, getAttributes, getExtension, isAudio, isImage } from "./files/attributes";
export { strippedPhotoToJpg } from "./files/stripped";
export { getDisplayName, parseID, parsePhone, parseUsername, rtrim } from "./names";
export {
  _photoSizeByteCount,
  getFileInfo,
  getInputChatPhoto,
  getInputDocument,
  getInputGeo,
  getInputMedia,
  getInputPhoto,
  type GetInputMediaInterface,
} from "./tl/casts/media";
export { getInnerText, getInputMessage, getMessageId } from "./tl/casts/messages";
export { getInputChannel, getInputPeer, getInputUser, getPeer, getPeerId, resolveId } from "./tl/casts/peers";

/** The parser of a name: `md`, `markdown`, `md2`, `markdownv2`, `html`; an object that parses is its own. */
export function sanitizeParseMode(mode: string | ParseInterface): ParseInterface {
  if (mode === "md" || mode === "markdown") return MarkdownParser;
  if (mode === "md2" || mode === "markdownv2") return MarkdownV2Parser;
  if (mode === "html") return HTMLParser;
  if (typeof mode === "object" && mode !== null && "parse" in mode && "unparse" in mode) return mode;
  throw new Error(`Invalid parse mode type ${String(mode)}: give md, md2, html, or an object with parse and unparse`);
}

/** The elements in lists of at most `size`. */
export function* chunks<T>(arr: T[], size = 100): Generator<T[]> {
  for (let start = 0; start < arr.length; start += size) yield arr.slice(start, start + size);
}

/** Not there in GramJS either: links that invite no longer hold numbers. */
export function resolveInviteLink(_link: string): [number, number, number] {
  throw new Error("resolveInviteLink: links that invite hold no numbers any more; ask messages.CheckChatInvite");
}
