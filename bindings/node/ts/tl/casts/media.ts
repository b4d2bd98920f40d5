// From what was received (a photo, a document, a place) to what can be sent.
import { returnBigInt } from "../../Helpers";
import { getAttributes, type GetAttributesParams } from "../../files/attributes";
import { Api } from "../api";
import { castFailed, isOf } from "../kinds";

/** How an uploaded file is to be sent. */
export interface GetInputMediaInterface extends Pick<GetAttributesParams, "attributes" | "forceDocument" | "voiceNote" | "videoNote" | "supportsStreaming"> {
  /** Whether it is a photo. */
  isPhoto?: boolean;
}

/** What can be sent for this media, photo, document or uploaded file. */
export function getInputMedia(media: any, how: GetInputMediaInterface = {}): Api.TypeInputMedia {
  if (isOf(media, "InputMedia")) return media;
  if (isOf(media, "InputPhoto")) return new Api.InputMediaPhoto({ id: media });
  if (isOf(media, "InputDocument")) return new Api.InputMediaDocument({ id: media });
  if (media instanceof Api.MessageMediaPhoto) {
    return new Api.InputMediaPhoto({ id: getInputPhoto(media.photo), ttlSeconds: media.ttlSeconds, spoiler: media.spoiler });
  }
  if (isOf(media, "Photo") || media instanceof Api.photos.Photo) return new Api.InputMediaPhoto({ id: getInputPhoto(media) });
  if (media instanceof Api.MessageMediaDocument) {
    return new Api.InputMediaDocument({ id: getInputDocument(media.document), ttlSeconds: media.ttlSeconds, spoiler: media.spoiler });
  }
  if (isOf(media, "Document")) return new Api.InputMediaDocument({ id: getInputDocument(media) });
  if (isOf(media, "InputFile")) {
    if (how.isPhoto) return new Api.InputMediaUploadedPhoto({ file: media });
    const { attrs, mimeType } = getAttributes(media, how);
    return new Api.InputMediaUploadedDocument({ file: media, mimeType, attributes: attrs, forceFile: how.forceDocument });
  }
  if (media instanceof Api.MessageMediaGame) {
    const { id, accessHash } = media.game;
    return new Api.InputMediaGame({ id: new Api.InputGameID({ id, accessHash }) });
  }
  if (media instanceof Api.MessageMediaContact) {
    const { phoneNumber, firstName, lastName } = media;
    return new Api.InputMediaContact({ phoneNumber, firstName, lastName, vcard: "" });
  }
  if (media instanceof Api.MessageMediaGeo) return new Api.InputMediaGeoPoint({ geoPoint: getInputGeo(media.geo) });
  if (media instanceof Api.MessageMediaVenue) {
    const { title, address, provider, venueId } = media;
    return new Api.InputMediaVenue({ geoPoint: getInputGeo(media.geo), title, address, provider, venueId, venueType: "" });
  }
  if (media instanceof Api.MessageMediaDice) return new Api.InputMediaDice({ emoticon: media.emoticon });
  if (media instanceof Api.MessageMediaPoll) return pollAgain(media);
  if (media instanceof Api.Poll) return new Api.InputMediaPoll({ poll: media });
  if (media instanceof Api.Message) return getInputMedia(media.media, how);
  if (
    media instanceof Api.MessageMediaEmpty ||
    media instanceof Api.MessageMediaUnsupported ||
    isOf(media, "ChatPhoto") ||
    isOf(media, "UserProfilePhoto")
  ) {
    return new Api.InputMediaEmpty();
  }
  castFailed(media, "InputMedia");
}

function pollAgain({ poll, results }: Api.MessageMediaPoll): Api.InputMediaPoll {
  const { solution, solutionEntities } = results;
  if (!poll.quiz) return new Api.InputMediaPoll({ poll, solution, solutionEntities });
  if (!results.results) throw new Error("A quiz can only be sent again when its answer is known, after one has voted");
  const correctAnswers = results.results.flatMap((result, at) => (result.correct ? [at] : []));
  return new Api.InputMediaPoll({ poll, correctAnswers, solution, solutionEntities });
}

/** What methods take for a photo: of a message, a profile, a chat. */
export function getInputPhoto(photo: any): Api.TypeInputPhoto {
  if (isOf(photo, "InputPhoto")) return photo;
  if (photo instanceof Api.Message) return getInputPhoto(photo.media);
  if (photo instanceof Api.photos.Photo || photo instanceof Api.MessageMediaPhoto) return getInputPhoto(photo.photo);
  if (photo instanceof Api.Photo) {
    const { id, accessHash, fileReference } = photo;
    return new Api.InputPhoto({ id, accessHash, fileReference });
  }
  if (photo instanceof Api.messages.ChatFull) return getInputPhoto(photo.fullChat);
  if (photo instanceof Api.ChannelFull || photo instanceof Api.ChatFull) return getInputPhoto(photo.chatPhoto);
  if (photo instanceof Api.UserFull) return getInputPhoto(photo.profilePhoto);
  if (
    photo instanceof Api.PhotoEmpty ||
    photo instanceof Api.UserEmpty ||
    photo instanceof Api.ChatEmpty ||
    photo instanceof Api.ChatForbidden ||
    photo instanceof Api.ChannelForbidden
  ) {
    return new Api.InputPhotoEmpty();
  }
  castFailed(photo, "InputPhoto");
}

/** What methods take for a document. */
export function getInputDocument(document: any): Api.TypeInputDocument {
  if (isOf(document, "InputDocument")) return document;
  if (document instanceof Api.Document) {
    const { id, accessHash, fileReference } = document;
    return new Api.InputDocument({ id, accessHash, fileReference });
  }
  if (document instanceof Api.DocumentEmpty) return new Api.InputDocumentEmpty();
  if (document instanceof Api.MessageMediaDocument) return getInputDocument(document.document);
  if (document instanceof Api.Message) return getInputDocument(document.media);
  castFailed(document, "InputDocument");
}

/** What methods take for the photo of a chat: an uploaded file, or a photo. */
export function getInputChatPhoto(photo: any): Api.TypeInputChatPhoto {
  if (isOf(photo, "InputChatPhoto")) return photo;
  if (isOf(photo, "InputFile")) return new Api.InputChatUploadedPhoto({ file: photo });
  const input = getInputPhoto(photo);
  return input instanceof Api.InputPhoto ? new Api.InputChatPhoto({ id: input }) : new Api.InputChatPhotoEmpty();
}

/** What methods take for a place. */
export function getInputGeo(geo: any): Api.TypeInputGeoPoint {
  if (isOf(geo, "InputGeoPoint")) return geo;
  if (geo instanceof Api.GeoPoint) return new Api.InputGeoPoint({ lat: geo.lat, long: geo.long });
  if (geo instanceof Api.GeoPointEmpty) return new Api.InputGeoPointEmpty();
  if (geo instanceof Api.MessageMediaGeo) return getInputGeo(geo.geo);
  if (geo instanceof Api.Message) return getInputGeo(geo.media);
  castFailed(geo, "InputGeoPoint");
}

/** Where the bytes of a photo or document are. */
export function getFileInfo(of: any): { dcId?: number; location: Api.TypeInputFileLocation; size?: Api.long } {
  if (isOf(of, "InputFileLocation")) return { dcId: undefined, location: of, size: undefined };
  const media = of instanceof Api.Message ? of.media : of;
  const file =
    media instanceof Api.MessageMediaDocument ? media.document : media instanceof Api.MessageMediaPhoto ? media.photo : media;
  if (file instanceof Api.Document) {
    const { id, accessHash, fileReference, dcId, size } = file;
    return { dcId, location: new Api.InputDocumentFileLocation({ id, accessHash, fileReference, thumbSize: "" }), size };
  }
  if (file instanceof Api.Photo) {
    const { id, accessHash, fileReference, dcId, sizes } = file;
    const largest = sizes[sizes.length - 1]!;
    const location = new Api.InputPhotoFileLocation({ id, accessHash, fileReference, thumbSize: largest.type });
    return { dcId, location, size: returnBigInt(_photoSizeByteCount(largest) ?? 0) };
  }
  castFailed(of, "InputFileLocation");
}

/** How many bytes a size of a photo has; undefined when it does not say. */
export function _photoSizeByteCount(size: unknown): number | undefined {
  if (size instanceof Api.PhotoSize) return size.size;
  if (size instanceof Api.PhotoStrippedSize) {
    const { length } = size.bytes;
    return length < 3 || size.bytes[0] !== 1 ? length : length + STRIPPED;
  }
  if (size instanceof Api.PhotoCachedSize) return size.bytes.length;
  if (size instanceof Api.PhotoSizeEmpty) return 0;
  if (size instanceof Api.PhotoSizeProgressive) return size.sizes[size.sizes.length - 1];
  return undefined;
}

/** How many bytes longer a stripped photo is as a JPEG. */
const STRIPPED = 622;
