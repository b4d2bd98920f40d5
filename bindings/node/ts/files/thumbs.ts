// The sizes that there are of a picture.
import { Api } from "../tl/api";

export type Size = Api.TypePhotoSize | Api.TypeVideoSize;

/** Which one is meant: by its number from the smallest, its letter or itself; the largest when nothing is said. */
export function pickSize(sizes: Size[], thumb: number | string | Size | undefined | null): Size | undefined {
  if (typeof thumb === "object" && thumb !== null) return isPicture(thumb) ? thumb : undefined;
  const sorted = sizes.filter(isPicture).sort((a, b) => sizeOf(a) - sizeOf(b));
  if (thumb === undefined || thumb === null) return sorted.pop();
  return typeof thumb === "number" ? sorted[thumb] : sorted.find((size) => "type" in size && size.type === thumb);
}

/** How many bytes it has, or 0 when it does not say. */
export function sizeOf(size: Size): number {
  if (size instanceof Api.PhotoStrippedSize || size instanceof Api.PhotoCachedSize) return size.bytes.length;
  if (size instanceof Api.PhotoSizeProgressive) return Math.max(...size.sizes);
  return size instanceof Api.PhotoSize || size instanceof Api.VideoSize ? size.size : 0;
}

function isPicture(size: Size): boolean {
  const drawn = size instanceof Api.PhotoPathSize || size instanceof Api.PhotoSizeEmpty;
  return !drawn && "type" in size;
}
