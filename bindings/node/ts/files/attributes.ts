// Of what kind a file is, and what is told about it when it is sent.
import type { BigInteger } from "big-integer";
import { native } from "../native";
import { Api } from "../tl/api";
import { getInputPhoto } from "../tl/casts/media";

/** What is known about a file beside its name. */
export interface GetAttributesParams {
  /** Take the place of those of the same class that are found here. */
  attributes?: Api.TypeDocumentAttribute[] | null;
  mimeType?: string;
  /** Send it as a document, whatever is in it. */
  forceDocument?: boolean;
  voiceNote?: boolean;
  videoNote?: boolean;
  supportsStreaming?: boolean;
  thumb?: unknown;
}

/** The attributes of a file that is sent as a document, and its kind. */
export function getAttributes(
  file: unknown,
  { attributes, mimeType, forceDocument, voiceNote = false, videoNote = false, supportsStreaming = false }: GetAttributesParams,
): { attrs: Api.TypeDocumentAttribute[]; mimeType: string } {
  const name = nameOf(file) || "unnamed";
  const found = new Map<number, Api.TypeDocumentAttribute>();
  const add = (attribute: Api.TypeDocumentAttribute) => found.set(attribute.CONSTRUCTOR_ID, attribute);
  add(new Api.DocumentAttributeFilename({ fileName: name.split(/[\\/]/).pop() ?? "" }));
  if (isAudio(file)) add(new Api.DocumentAttributeAudio({ voice: voiceNote, duration: 0 }));
  if (!forceDocument && native.mimeTypeOf(name)?.startsWith("video/")) {
    add(new Api.DocumentAttributeVideo({ roundMessage: videoNote, w: 1, h: 1, duration: 0, supportsStreaming }));
  }
  if (videoNote) add(new Api.DocumentAttributeAudio({ duration: 0, voice: true }));
  attributes?.forEach(add);
  return { attrs: [...found.values()], mimeType: mimeType ?? native.mimeTypeOf(name) ?? "application/octet-stream" };
}

/** Whether it is an image that is sent as a photo, by its name. */
export function isImage(file: unknown): boolean {
  return /\.(?:png|jpe?g)$/i.test(nameOf(file) || getExtension(file));
}

/** Whether it is sound, by its name. */
export function isAudio(file: unknown): boolean {
  return native.mimeTypeOf(nameOf(file) || `file.${getExtension(file)}`)?.startsWith("audio/") ?? false;
}

/** The ending that a file of this media gets: `.jpg` for photos, and without a dot for documents, as in GramJS. */
export function getExtension(media: unknown): string {
  if (isPhoto(media)) return ".jpg";
  const document = media instanceof Api.MessageMediaDocument ? media.document : media;
  if (document instanceof Api.Document || document instanceof Api.WebDocument || document instanceof Api.WebDocumentNoProxy) {
    return native.extensionOf(document.mimeType) ?? "";
  }
  return "";
}

/** In which parts, in KiB, a file of this size is carried. */
export function getAppropriatedPartSize(fileSize: BigInteger): 128 | 256 | 512 {
  const size = Number(fileSize); // a BigInt under `modern`
  if (size < 100 * MIB) return 128;
  return size < 750 * MIB ? 256 : 512;
}

function isPhoto(media: unknown): boolean {
  if (media instanceof Api.UserProfilePhoto || media instanceof Api.ChatPhoto) return true;
  try {
    getInputPhoto(media);
    return true;
  } catch {
    return false;
  }
}

function nameOf(file: unknown): string {
  if (typeof file === "string") return file;
  const name = typeof file === "object" && file !== null && "name" in file ? file.name : undefined;
  return typeof name === "string" ? name : "";
}

const MIB = 1024 * 1024;
