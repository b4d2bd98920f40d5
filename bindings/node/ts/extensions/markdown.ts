// Markdown as Telegram's libraries have it, read and written by the engine.
import { telegram } from "../tl/schema";
import { native } from "../native";
import type { Api } from "../tl/api";

export class MarkdownParser {
  /** What is left without the markup, and what the markup said. */
  static parse(message: string): [string, Api.TypeMessageEntity[]] {
    return telegram.codec.parseText(message, false) as [string, Api.TypeMessageEntity[]];
  }

  /** The text, marked up. */
  static unparse(text: string, entities: Api.TypeMessageEntity[] | undefined | null): string {
    return native.writeText(text, entities ?? [], false);
  }
}
