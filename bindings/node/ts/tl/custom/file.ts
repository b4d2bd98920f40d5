// What is known about the file of a message.
import { inspect } from "node:util";
import type { BigInteger } from "big-integer";
import type { FileLike } from "../../define";
import { betterConsoleLog } from "../../Helpers";
import { Api } from "../api";
import { _photoSizeByteCount } from "../casts/media";

type AttributeClass = typeof Api.DocumentAttributeFilename | { [Symbol.hasInstance](value: unknown): boolean };

export class File {
  private readonly media: FileLike;

  constructor(media: FileLike) {
    this.media = media;
  }

  /** Ids of the Bot API's kind are not made here. */
  get id(): never {
    throw new Error("File.id: ids of the Bot API's kind are not made, as in GramJS; use the id of the photo or document");
  }
  get name(): string | undefined {
    return this._fromAttr([Api.DocumentAttributeFilename], "fileName") as string | undefined;
  }
  get mimeType(): string | undefined {
    if (this.media instanceof Api.Photo) return "image/jpeg";
    return this.media instanceof Api.Document ? this.media.mimeType : undefined;
  }
  /** In pixels. */
  get width(): number | undefined {
    return (this._fromAttr(PICTURES(), "w") ?? largest(this.media)?.w) as number | undefined;
  }
  /** In pixels. */
  get height(): number | undefined {
    return (this._fromAttr(PICTURES(), "h") ?? largest(this.media)?.h) as number | undefined;
  }
  /** In seconds. */
  get duration(): number | undefined {
    return this._fromAttr([Api.DocumentAttributeAudio, Api.DocumentAttributeVideo], "duration") as number | undefined;
  }
  get title(): string | undefined {
    return this._fromAttr([Api.DocumentAttributeAudio], "title") as string | undefined;
  }
  get performer(): string | undefined {
    return this._fromAttr([Api.DocumentAttributeAudio], "performer") as string | undefined;
  }
  /** The emoji that a sticker stands for. */
  get emoji(): string | undefined {
    return this._fromAttr([Api.DocumentAttributeSticker], "alt") as string | undefined;
  }
  get stickerSet(): Api.TypeInputStickerSet | undefined {
    return this._fromAttr([Api.DocumentAttributeSticker], "stickerset") as Api.TypeInputStickerSet | undefined;
  }
  /** In bytes. */
  get size(): number | BigInteger | undefined {
    if (this.media instanceof Api.Photo) return _photoSizeByteCount(this.media.sizes[this.media.sizes.length - 1]);
    return this.media instanceof Api.Document ? this.media.size : undefined;
  }

  /** @internal A field of the first attribute of these classes. */
  _fromAttr(classes: AttributeClass | AttributeClass[], field: string): unknown {
    if (!(this.media instanceof Api.Document)) return undefined;
    const any = [classes].flat();
    const found = this.media.attributes.find((attribute) => any.some((Class) => attribute instanceof (Class as any)));
    return found && ((found as unknown as Record<string, unknown>)[field] ?? undefined);
  }

  [inspect.custom](): object {
    return betterConsoleLog(this);
  }
}

const PICTURES = () => [Api.DocumentAttributeImageSize, Api.DocumentAttributeVideo];

function largest(media: FileLike): { w: number; h: number } | undefined {
  const size = media instanceof Api.Photo ? media.sizes[media.sizes.length - 1] : undefined;
  return size && "w" in size ? size : undefined;
}
