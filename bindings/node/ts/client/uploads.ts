// Files to the server, and to somebody.
//
// A file that is named by its path goes from the disk to the network in the engine, in parts, several of which are on
// the way at once; its bytes are never JavaScript's.
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { EntityLike, FileLike, MarkupLike, MessageIDLike } from "../define";
import { getAttributes, isImage } from "../files/attributes";
import { only, transfer } from "../files/transfer";
import { Api } from "../tl/api";
import { getInputMedia } from "../tl/casts/media";
import { getMessageId } from "../tl/casts/messages";
import type { ParseInterface } from "./messageParse";
import { getCommentData } from "./messages";
import type { TelegramClient } from "./TelegramClient";

/** Told from 0 to 1 how much has arrived. When `isCanceled` is set, the upload ends with the error `USER_CANCELED`. */
export interface OnProgress {
  (progress: number): void;
  isCanceled?: boolean;
}

/** A file to be sent: at a path, or in a buffer. */
export class CustomFile {
  /** Under which name it is sent. */
  name: string;
  /** How many bytes it has; checked when it is sent. */
  size: number;
  /** Where it is; empty when it is in a buffer. */
  path: string;
  buffer?: Buffer;

  constructor(name: string, size: number, path: string, buffer?: Buffer) {
    this.name = name;
    this.size = size;
    this.path = path;
    this.buffer = buffer;
  }
}

export interface UploadFileParams {
  /** The file: a `CustomFile`, or the `File` of browsers. */
  file: File | CustomFile;
  /** Taken as GramJS has it, at least 1; how many parts are on the way at once the engine decides. */
  workers?: number;
  /** Told how much has arrived. */
  onProgress?: OnProgress;
  /** Taken as GramJS has it. A file with a path is never read into memory as a whole. */
  maxBufferSize?: number;
  /** Gives the upload up. */
  signal?: AbortSignal;
}

/** What is sent, and how. */
export interface SendFileInterface {
  /** A path, a link that the server fetches, bytes, a `CustomFile`, what was received or uploaded before; several for an album. */
  file: FileLike | FileLike[];
  /** The text below it; for an album several. */
  caption?: string | string[];
  /** As a document, whatever is in it; otherwise pictures are sent as photos and videos can be played. */
  forceDocument?: boolean;
  /** How many bytes it has; checked when it is sent. */
  fileSize?: number;
  /** Whether the chat's draft is removed. */
  clearDraft?: boolean;
  /** Told how much has arrived. */
  progressCallback?: OnProgress;
  /** What it answers. */
  replyTo?: MessageIDLike;
  /** Take the place of those that are found; for an album a list for each file. */
  attributes?: Api.TypeDocumentAttribute[] | Api.TypeDocumentAttribute[][];
  /** A small JPEG that is shown for a document, up to 320 pixels wide and high. */
  thumb?: FileLike;
  /** Sound is sent as a voice message. */
  voiceNote?: boolean;
  /** A video is sent as a round one. */
  videoNote?: boolean;
  /** The video can be watched before all of it is there. */
  supportsStreaming?: boolean;
  /** The markup of the caption; the client's own when left out, false for none. */
  parseMode?: false | string | ParseInterface;
  /** What is bold, a link ... in the caption, which is not parsed then. */
  formattingEntities?: Api.TypeMessageEntity[];
  /** Without a sound. */
  silent?: boolean;
  /** Sends it at this time (unix time). */
  scheduleDate?: number;
  /** Buttons below it; from bots only. */
  buttons?: MarkupLike;
  /** See `UploadFileParams`. */
  workers?: number;
  /** It may not be forwarded or saved. */
  noforwards?: boolean;
  /** A post of a channel that it is a comment on. */
  commentTo?: number | Api.Message;
  /** The thread that it belongs to. */
  topMsgId?: number | Api.Message;
  /** Gives the upload up. */
  signal?: AbortSignal;
}

/** What decides how a file is sent. */
type Kind = Pick<SendFileInterface, "forceDocument" | "fileSize" | "progressCallback" | "thumb" | "voiceNote" | "videoNote"> &
  Pick<SendFileInterface, "supportsStreaming" | "workers" | "signal"> & {
    attributes?: Api.TypeDocumentAttribute[];
    mimeType?: string;
    asImage?: boolean;
  };

export interface UploadMethods {
  /** Sends a file to the server, to be named in a call such as `photos.UploadProfilePhoto`; it is forgotten when none comes. */
  uploadFile(fileParams: UploadFileParams): Promise<Api.InputFile | Api.InputFileBig>;
  /** Sends a file to somebody, or several as an album, and gives the message as the server has it. */
  sendFile(entity: EntityLike, sendFileParams: SendFileInterface): Promise<Api.Message>;
  /** @internal What is sent for a file; uploads it when that is needed. */
  _fileToMedia(
    file: FileLike,
    how?: Kind,
  ): Promise<{ fileHandle?: Api.TypeInputFile; media?: Api.TypeInputMedia; image?: boolean }>;
}

export const uploadMethods: UploadMethods & ThisType<TelegramClient> = {
  async uploadFile(fileParams) {
    only(fileParams, UPLOAD, "uploadFile");
    const { file, onProgress, signal } = fileParams;
    checkWorkers(fileParams.workers, "uploadFile");
    const progress = onProgress && ((done: number, of: number) => onProgress(done / of));
    onProgress?.(0);
    const canceled = onProgress && (() => onProgress.isCanceled);
    const following = { progress, canceled, signal };
    if (file instanceof CustomFile && file.path && file.buffer === undefined) {
      const { name, path, size } = file;
      const { size: real } = await stat(path);
      if (size && size !== real) throw new RangeError(`uploadFile: file: size is ${size}, but ${path} has ${real} bytes`);
      return transfer(this, (call, told) => this._native.uploadPath(call, told, path, name), following);
    }
    const bytes = await bytesOf(file);
    return transfer(this, (call, told) => this._native.uploadBytes(call, told, bytes, file.name), following);
  },

  async sendFile(entity, sendFileParams) {
    only(sendFileParams, SEND, "sendFile");
    const { file, caption = "", replyTo, commentTo, parseMode, formattingEntities, buttons, topMsgId, ...rest } = sendFileParams;
    const { clearDraft, silent, scheduleDate, noforwards, attributes, ...kind } = rest;
    if (!file) throw new Error("sendFile: file: a path, bytes, a link, or media that was received is wanted");
    let peer = await this.getInputEntity(entity);
    let answers = getMessageId(replyTo);
    if (commentTo !== undefined) ({ entity: peer, replyTo: answers } = await getCommentData(this, peer, commentTo));
    const reply =
      answers === undefined ? undefined : new Api.InputReplyToMessage({ replyToMsgId: answers, topMsgId: getMessageId(topMsgId) });
    const common = { peer, replyTo: reply, silent, scheduleDate, clearDraft, noforwards };
    if (Array.isArray(file)) {
      if (buttons !== undefined) throw new TypeError("sendFile: buttons: an album has none; send them with a message");
      const multiMedia = await album(this, peer, file, { caption, parseMode, formattingEntities, attributes, kind });
      const result = await this.invoke(new Api.messages.SendMultiMedia({ ...common, multiMedia }));
      return this._getResponseMessage({ randomId: multiMedia.map((one) => one.randomId) }, result, peer);
    }
    const text = Array.isArray(caption) ? (caption[0] ?? "") : caption;
    const [message, entities] = formattingEntities ? [text, formattingEntities] : await this._parseMessageText(text, parseMode);
    const how = { ...kind, attributes: attributes as Api.TypeDocumentAttribute[] | undefined };
    const { media } = await this._fileToMedia(file, how);
    if (!media) throw new Error("sendFile: file: this can neither be uploaded nor sent again");
    const replyMarkup = this.buildReplyMarkup(buttons);
    const request = new Api.messages.SendMedia({ ...common, media, message, entities, replyMarkup });
    return this._getResponseMessage(request, await this.invoke(request), peer);
  },

  async _fileToMedia(file, how = {}) {
    const { forceDocument = false, attributes, thumb, voiceNote, videoNote, supportsStreaming, mimeType, workers, signal } = how;
    const { asImage = isImage(file) && !forceDocument, progressCallback: onProgress, fileSize } = how;
    if (typeof file === "string" && /^https?:\/\//.test(file)) {
      const media = asImage ? new Api.InputMediaPhotoExternal({ url: file }) : new Api.InputMediaDocumentExternal({ url: file });
      return { media, image: asImage };
    }
    const isUploaded = (file as unknown) instanceof Api.InputFile || (file as unknown) instanceof Api.InputFileBig;
    const source = isUploaded ? undefined : await sourceOf(file, fileSize);
    if (!source && !isUploaded) {
      const media = getInputMedia(file, { isPhoto: asImage, attributes, forceDocument, voiceNote, videoNote, supportsStreaming });
      return { media, image: asImage };
    }
    const fileHandle = source
      ? await this.uploadFile({ file: source, onProgress, workers, signal })
      : (file as unknown as Api.InputFile | Api.InputFileBig);
    if (asImage) return { fileHandle, media: new Api.InputMediaUploadedPhoto({ file: fileHandle }), image: true };
    const forceFile = forceDocument && !isImage(file);
    const named = source ?? file;
    const found = getAttributes(named, { attributes, mimeType, forceDocument: forceFile, voiceNote, videoNote, supportsStreaming });
    const picture = thumb === undefined || thumb === null ? undefined : await thumbOf(this, thumb, signal);
    const media = new Api.InputMediaUploadedDocument({
      ...{ file: fileHandle, mimeType: found.mimeType, attributes: found.attrs, thumb: picture, forceFile },
    });
    return { fileHandle, media, image: false };
  },
};

const UPLOAD = ["file", "workers", "onProgress", "maxBufferSize", "signal"];
const SEND = [
  ...["file", "caption", "forceDocument", "fileSize", "clearDraft", "progressCallback", "replyTo", "attributes", "thumb"],
  ...["voiceNote", "videoNote", "supportsStreaming", "parseMode", "formattingEntities", "silent", "scheduleDate", "buttons"],
  ...["workers", "noforwards", "commentTo", "topMsgId", "signal"],
];

interface Captioned extends Pick<SendFileInterface, "caption" | "parseMode" | "formattingEntities" | "attributes"> {
  kind: Kind;
}

/** The files of an album, each made a photo or document by the server. */
async function album(client: TelegramClient, peer: Api.TypeInputPeer, files: FileLike[], how: Captioned): Promise<Api.InputSingleMedia[]> {
  const captions = [how.caption ?? ""].flat();
  const made: Api.InputSingleMedia[] = [];
  for (const [at, file] of files.entries()) {
    const attributes = (how.attributes as Api.TypeDocumentAttribute[][] | undefined)?.[at];
    const { media } = await client._fileToMedia(file, { ...how.kind, attributes });
    if (!media) throw new Error(`sendFile: file[${at}]: this can neither be uploaded nor sent again`);
    const text = captions[at] ?? "";
    const own = at === 0 ? how.formattingEntities : undefined;
    const [message, entities] = own ? [text, own] : await client._parseMessageText(text, how.parseMode);
    made.push(new Api.InputSingleMedia({ media: await kept(client, peer, media), message, entities }));
  }
  return made;
}

/** What the server makes of an upload; what it has already is as it is. */
async function kept(client: TelegramClient, peer: Api.TypeInputPeer, media: Api.TypeInputMedia): Promise<Api.TypeInputMedia> {
  const isKept = media instanceof Api.InputMediaPhoto || media instanceof Api.InputMediaDocument;
  if (isKept) return media;
  const made = await client.invoke(new Api.messages.UploadMedia({ peer, media }));
  return getInputMedia(made);
}

/** What there is to upload; nothing when it is media that the server has. */
async function sourceOf(file: unknown, fileSize: number | undefined): Promise<File | CustomFile | undefined> {
  if (typeof file === "string") {
    const about = await stat(file);
    if (!about.isFile()) throw new Error(`sendFile: file: ${file} is no file`);
    if (fileSize !== undefined && fileSize !== about.size) {
      throw new RangeError(`sendFile: fileSize is ${fileSize}, but ${file} has ${about.size} bytes`);
    }
    return new CustomFile(basename(file), about.size, file);
  }
  if (file instanceof CustomFile || isBrowserFile(file)) return file;
  if (!(file instanceof Uint8Array)) return undefined;
  const name = (file as { name?: unknown }).name;
  const buffer = Buffer.from(file.buffer, file.byteOffset, file.length);
  return new CustomFile(typeof name === "string" ? name : "unnamed", file.length, "", buffer);
}

async function thumbOf(client: TelegramClient, thumb: FileLike, signal: AbortSignal | undefined): Promise<Api.TypeInputFile> {
  if ((thumb as unknown) instanceof Api.InputFile) return thumb as unknown as Api.InputFile;
  const file = await sourceOf(thumb, undefined);
  if (!file) throw new TypeError("sendFile: thumb: a path, bytes, a CustomFile or an uploaded file is wanted");
  return client.uploadFile({ file, workers: 1, signal });
}

async function bytesOf(file: File | CustomFile): Promise<Uint8Array> {
  if (isBrowserFile(file)) return new Uint8Array(await file.arrayBuffer());
  const { buffer, name } = (file ?? {}) as Partial<CustomFile>;
  if (buffer instanceof Uint8Array && typeof name === "string") return buffer;
  throw new TypeError("uploadFile: file: a CustomFile with a path or a buffer, or a File is wanted");
}

function isBrowserFile(file: unknown): file is File {
  return typeof file === "object" && file !== null && "arrayBuffer" in file && "name" in file;
}

function checkWorkers(workers: unknown, of: string): void {
  if (workers === undefined || (Number.isInteger(workers) && (workers as number) >= 0)) return;
  throw new RangeError(`${of}: workers: a whole number is wanted, not ${String(workers)}`);
}
