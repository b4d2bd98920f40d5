// Files from the server: to a path, into a buffer, to a stream, or piece by piece.
//
// To a path they go from the network to the disk in the engine; their bytes are never JavaScript's. A file that is in a
// message is fetched to its end also when its reference grows too old meanwhile: the message is asked for again.
import { existsSync, lstatSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { BigInteger } from "big-integer";
import type { EntityLike } from "../define";
import { DirectDownloadIter, read, type Range } from "../files/pieces";
import { getExtension } from "../files/attributes";
import { strippedPhotoToJpg } from "../files/stripped";
import { pickSize, sizeOf, type Size } from "../files/thumbs";
import { only, transfer } from "../files/transfer";
import { returnBigInt } from "../Helpers";
import type { NativeSource } from "../native";
import { Api } from "../tl/api";
import { getFileInfo } from "../tl/casts/media";
import { getInputPeer, getPeerId } from "../tl/casts/peers";
import { isOf } from "../tl/kinds";
import type { TelegramClient } from "./TelegramClient";

export { DirectDownloadIter };

/** Where a file is put: a path (of a file, or a folder), a stream, or memory when it is left out or a `Buffer`. */
export type OutFile = string | Buffer | NodeJS.WritableStream | { write: (chunk: Buffer) => unknown; close?: () => unknown };

/** Told how much is there, of how much (0 where that is not known). When `isCanceled` is set, the download ends with an error. */
export interface progressCallback {
  (downloaded: BigInteger, fullSize: BigInteger, ...args: any[]): void;
  isCanceled?: boolean;
  acceptsBuffer?: boolean;
}
export type ProgressCallback = progressCallback;

export interface DownloadMediaInterface {
  /** Where to; a `Buffer` is answered when it is left out. */
  outputFile?: OutFile;
  /** A smaller picture of it: by its number from the smallest, its letter, or itself. */
  thumb?: number | string | Api.TypePhotoSize | Api.TypeVideoSize;
  /** Told how much is there. */
  progressCallback?: progressCallback;
  /** Gives the download up. */
  signal?: AbortSignal;
}

export interface DownloadFileParamsV2 {
  /** Where to; a `Buffer` is answered when it is left out. */
  outputFile?: OutFile;
  /** On which DC it is; found out when it is left out. */
  dcId?: number;
  /** How many bytes it has; fetched until it ends when left out. */
  fileSize?: BigInteger | number | bigint;
  /** How much is asked for at once, in KiB: a multiple of 4; up to 512. */
  partSizeKb?: number;
  /** Told how much is there. */
  progressCallback?: progressCallback;
  /** In which message it is. */
  msgData?: [EntityLike, number];
  /** Taken as GramJS has it; how many parts are on the way at once the engine decides. */
  workers?: number;
  /** Only from this byte on. */
  start?: number;
  /** Only up to this byte, which is not fetched. */
  end?: number;
  /** Gives the download up. */
  signal?: AbortSignal;
}
export type DownloadFileParams = DownloadFileParamsV2;

export interface DownloadProfilePhotoParams {
  /** The large one. */
  isBig?: boolean;
  outputFile?: OutFile;
  /** Gives the download up. */
  signal?: AbortSignal;
}

export interface IterDownloadFunction {
  /** What is fetched: media, a document or photo, a message, or a location. */
  file?: Api.TypeMessageMedia | Api.TypeInputFile | Api.TypeInputFileLocation | Api.TypeDocument | Api.TypePhoto | Api.Message;
  /** From this byte on. */
  offset?: BigInteger | number | bigint;
  /** How far apart chunks begin; those that are next to each other when left out. */
  stride?: number;
  /** How many chunks. */
  limit?: number;
  /** How many bytes a chunk has; the last may have less. */
  chunkSize?: number;
  /** How much is asked for at once: 512 KiB when left out, and at most. */
  requestSize?: number;
  /** How many bytes the file has; found out when it is left out. */
  fileSize?: BigInteger | number | bigint;
  /** On which DC it is. */
  dcId?: number;
  /** In which message it is. */
  msgData?: [EntityLike, number];
  /** Gives the download up. */
  signal?: AbortSignal;
}

export interface DownloadMethods {
  /**
   * Fetches what a message holds: to `outputFile`, whose path is answered, or into a `Buffer`. An empty one is answered where
   * there is no file.
   */
  downloadMedia(
    messageOrMedia: Api.Message | Api.TypeMessageMedia | Api.TypeDocument | Api.TypePhoto,
    downloadParams?: DownloadMediaInterface,
  ): Promise<string | Buffer | undefined>;
  /** Fetches what is at a location. */
  downloadFile(inputLocation: Api.TypeInputFileLocation, fileParams?: DownloadFileParamsV2): Promise<string | Buffer | undefined>;
  /** Fetches the profile photo of somebody, or of a group or channel; an empty `Buffer` where there is none. */
  downloadProfilePhoto(entity: EntityLike, downloadProfilePhotoParams?: DownloadProfilePhotoParams): Promise<string | Buffer | undefined>;
  /** The bytes of a file as they come: `for await (const chunk of client.iterDownload({ file }))`. */
  iterDownload(iterFileParams: IterDownloadFunction): DirectDownloadIter;
}

export const downloadMethods: DownloadMethods & ThisType<TelegramClient> = {
  async downloadMedia(messageOrMedia, downloadParams = {}) {
    only(downloadParams, ["outputFile", "thumb", "progressCallback", "signal"], "downloadMedia");
    const { thumb, ...rest } = downloadParams;
    const message = messageOrMedia instanceof Api.Message ? messageOrMedia : undefined;
    const date = message?.date ?? Date.now();
    const file = fileIn(message ? message.media : messageOrMedia);
    if (!file) return Buffer.alloc(0);
    const isPhoto = file instanceof Api.Photo;
    const ending = isPhoto || thumb !== undefined ? ".jpg" : `.${getExtension(file).replace(/^\./, "") || "bin"}`;
    const outputFile = named(rest.outputFile, ending === ".jpg" ? "photo" : "document", date, ending);
    const sizes: Size[] = isPhoto ? [...file.sizes, ...(file.videoSizes ?? [])] : (file.thumbs ?? []);
    const size = isPhoto || thumb !== undefined ? pickSize(sizes, thumb) : undefined;
    if ((isPhoto || thumb !== undefined) && !size) return Buffer.alloc(0);
    if (size instanceof Api.PhotoStrippedSize) return put(strippedPhotoToJpg(size.bytes), outputFile);
    if (size instanceof Api.PhotoCachedSize) return put(size.bytes, outputFile);
    const { id, accessHash, fileReference, dcId } = file;
    const thumbSize = size && "type" in size ? size.type : "";
    const Location = isPhoto ? Api.InputPhotoFileLocation : Api.InputDocumentFileLocation;
    const fileSize = size ? sizeOf(size) : Number((file as Api.Document).size);
    const location = new Location({ id, accessHash, fileReference, thumbSize });
    const msgData: [EntityLike, number] | undefined = message && [message.peerId, message.id];
    return this.downloadFile(location, { ...rest, outputFile, dcId, fileSize: fileSize || undefined, msgData });
  },

  async downloadFile(inputLocation, fileParams = {}) {
    only(fileParams, FILE, "downloadFile");
    const { partSizeKb } = fileParams;
    if (partSizeKb !== undefined && !(partSizeKb > 0 && (partSizeKb * 1024) % SMALLEST === 0)) {
      throw new RangeError(`downloadFile: partSizeKb: a multiple of 4 is wanted, not ${partSizeKb}`);
    }
    return this._downloads.take(() => download(this, inputLocation, fileParams));
  },

  async downloadProfilePhoto(entity, { isBig = false, outputFile, signal, ...rest } = {}) {
    only(rest, [], "downloadProfilePhoto");
    const whose = typeof entity === "object" && entity !== null && "photo" in entity ? entity : await this.getEntity(entity);
    const { photo, className } = whose as { photo?: unknown; className: string };
    if (!("photo" in (whose as object))) throw new Error(`downloadProfilePhoto: ${className} has no photo`);
    if (!(photo instanceof Api.UserProfilePhoto || photo instanceof Api.ChatPhoto)) return Buffer.alloc(0);
    const { photoId, dcId } = photo;
    const peer = getInputPeer(whose);
    return this.downloadFile(new Api.InputPeerPhotoFileLocation({ peer, photoId, big: isBig }), { outputFile, dcId, signal });
  },

  iterDownload(iterFileParams) {
    only(iterFileParams, ITER, "iterDownload");
    const { file, offset = 0, limit, chunkSize, signal } = iterFileParams;
    const { requestSize = LARGEST } = iterFileParams;
    const info = getFileInfo(file);
    const chunk = chunkSize ?? requestSize;
    const stride = iterFileParams.stride ?? chunk;
    for (const [name, value] of Object.entries({ chunkSize: chunk, requestSize, stride, limit: limit ?? 1 })) {
      if (!Number.isInteger(value) || value < 1) throw new RangeError(`iterDownload: ${name}: a whole number is wanted, not ${value}`);
    }
    if (stride < chunk) throw new RangeError(`iterDownload: stride is ${stride}; chunks of ${chunk} bytes begin no closer than that`);
    const message = file instanceof Api.Message ? file : undefined;
    const msgData: [EntityLike, number] | undefined = iterFileParams.msgData ?? (message && [message.peerId, message.id]);
    const about = { dcId: info.dcId ?? iterFileParams.dcId, fileSize: iterFileParams.fileSize ?? info.size, msgData };
    const from = Number(offset);
    const source = (range: Range) => sourceOf(this, about, requestSize, range);
    return new DirectDownloadIter(this, info.location, source, { offset: from, stride, limit, chunkSize: chunk }, signal);
  },
};

/** Fetches what is at a location, now. */
async function download(
  client: TelegramClient,
  inputLocation: Api.TypeInputFileLocation,
  fileParams: DownloadFileParamsV2,
): Promise<string | Buffer | undefined> {
  const { outputFile, progressCallback, signal, partSizeKb } = fileParams;
  const source = await sourceOf(client, fileParams, partSizeKb && partSizeKb * 1024, fileParams);
  const whole = BigInt(Math.trunc(source.size ?? 0));
  const progress = progressCallback && ((done: number, of: number) => progressCallback(returnBigInt(done), returnBigInt(of || whole)));
  const following = { progress, canceled: progressCallback && (() => progressCallback.isCanceled), signal };
  if (typeof outputFile === "string") {
    const path = resolve(outputFile);
    return transfer(client, (call, told) => client._native.downloadToPath(call, told, source, inputLocation, path), following);
  }
  if (!outputFile || outputFile instanceof Uint8Array) {
    return transfer(client, (call, told) => client._native.downloadToMemory(call, told, source, inputLocation), following);
  }
  const of = Number(whole);
  let done = 0;
  for await (const piece of read(client, source, inputLocation, signal)) {
    await write(outputFile, piece);
    done += piece.length;
    await progress?.(done, of);
    if (progressCallback?.isCanceled) throw new Error("USER_CANCELED");
  }
  await end(outputFile);
  return undefined;
}

const FILE = [
  ...["outputFile", "dcId", "fileSize", "partSizeKb", "progressCallback", "msgData"],
  ...["workers", "start", "end", "signal"],
];
const ITER = [
  ...["file", "offset", "stride", "limit", "chunkSize", "requestSize", "fileSize", "dcId", "msgData"],
  "signal",
];
const SMALLEST = 4096;
const LARGEST = 512 * 1024;

/** The document or photo in media. */
function fileIn(media: unknown): Api.Document | Api.Photo | undefined {
  let file = media;
  if (file instanceof Api.MessageMediaWebPage) {
    const { webpage } = file;
    file = webpage instanceof Api.WebPage ? (webpage.document ?? webpage.photo) : undefined;
  }
  if (file instanceof Api.MessageMediaDocument) file = file.document;
  if (file instanceof Api.MessageMediaPhoto) file = file.photo;
  if (file instanceof Api.MessageMediaContact || file instanceof Api.WebDocument || file instanceof Api.WebDocumentNoProxy) {
    throw new Error(`downloadMedia: a ${file.className} is not fetched, as in GramJS`);
  }
  return file instanceof Api.Document || file instanceof Api.Photo ? file : undefined;
}

/** Into a folder a file goes under a name with its date, as in GramJS. */
function named(outputFile: OutFile | undefined, kind: string, date: number, ending: string): OutFile | undefined {
  const isFolder = typeof outputFile === "string" && existsSync(outputFile) && lstatSync(outputFile).isDirectory();
  return isFolder ? join(outputFile, `${kind}${date}${ending}`) : outputFile;
}

type About = Pick<DownloadFileParamsV2, "dcId" | "fileSize" | "msgData">;

async function sourceOf(client: TelegramClient, about: About, piece: number | undefined, range: Partial<Range>): Promise<NativeSource> {
  const { dcId, fileSize, msgData } = about;
  const source: NativeSource = { dcId, piece, start: range.start, end: range.end };
  if (fileSize !== undefined && fileSize !== null) source.size = Number(fileSize);
  if (msgData) {
    const [chat, message] = msgData;
    source.chat = isOf(chat, "Peer") ? getPeerId(chat) : await client.getPeerId(chat);
    source.message = message;
  }
  return source;
}

/** What is at hand already goes where the rest would go. */
async function put(bytes: Buffer, outputFile: OutFile | undefined): Promise<string | Buffer | undefined> {
  if (!outputFile || outputFile instanceof Uint8Array) return bytes;
  if (typeof outputFile === "string") {
    await writeFile(outputFile, bytes);
    return resolve(outputFile);
  }
  await write(outputFile, bytes);
  await end(outputFile);
  return undefined;
}

type Writer = Exclude<OutFile, string | Buffer>;

/** Writes, and waits while a stream is full. */
async function write(writer: Writer, bytes: Buffer): Promise<void> {
  const taken = await writer.write(bytes);
  const stream = writer as NodeJS.WritableStream;
  if (taken !== false || typeof stream.once !== "function") return;
  await new Promise<void>((done, failed) => {
    const settle = (error?: Error) => {
      for (const name of ["drain", "error", "close"]) stream.removeListener(name, settle);
      error ? failed(error) : done();
    };
    for (const name of ["drain", "error", "close"]) stream.once(name, settle);
  });
}

async function end(writer: Writer): Promise<void> {
  if ("close" in writer && typeof writer.close === "function") await writer.close();
}
