// HTML, the tags that Telegram has a format for, read and written by the engine.
import { telegram } from "../tl/schema";
import { native } from "../native";
import type { Api } from "../tl/api";

export class HTMLParser {
  /** What is left without the markup, and what the markup said. */
  static parse(html: string): [string, Api.TypeMessageEntity[]] {
    return telegram.codec.parseText(html, true) as [string, Api.TypeMessageEntity[]];
  }

  /** The text, marked up. */
  static unparse(text: string, entities: Api.TypeMessageEntity[] | undefined | null): string {
    return native.writeText(text, entities ?? [], true);
  }
}
