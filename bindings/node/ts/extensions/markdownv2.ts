// The other Markdown of GramJS, where one star is bold: its marks are made the tags that mean the same.
import type { Api } from "../tl/api";
import { HTMLParser } from "./html";

export class MarkdownV2Parser {
  /** What is left without the markup, and what the markup said. */
  static parse(message: string): [string, Api.TypeMessageEntity[]] {
    return HTMLParser.parse(READ.reduce((text, [mark, tag]) => text.replace(mark, tag), message));
  }

  /** The text, marked up. */
  static unparse(text: string, entities: Api.TypeMessageEntity[] | undefined | null): string {
    const html = HTMLParser.unparse(text, entities);
    return WRITE.reduce((text, [tag, mark]) => text.replace(tag, mark), html);
  }
}

/** In this order: a block of code before a piece of it. */
const READ: [RegExp, string][] = [
  [/\*(.*?)\*/g, "<b>$1</b>"],
  [/__(.*?)__/g, "<u>$1</u>"],
  [/~(.*?)~/g, "<s>$1</s>"],
  [/-(.*?)-/g, "<i>$1</i>"],
  [/```([\s\S]*?)```/g, "<pre>$1</pre>"],
  [/`(.*?)`/g, "<code>$1</code>"],
  [/\|\|(.*?)\|\|/g, "<spoiler>$1</spoiler>"],
  [/(?<!!)\[([^\]]+)\]\(([^)]+)\)/g, '<a href="$2">$1</a>'],
  [/!\[([^\]]+)\]\(tg:\/\/emoji\?id=(\d+)\)/g, '<tg-emoji emoji-id="$2">$1</tg-emoji>'],
];

const WRITE: [RegExp, string][] = [
  [/<(?:b|strong)>(.*?)<\/(?:b|strong)>/gs, "*$1*"],
  [/<(?:u|ins)>(.*?)<\/(?:u|ins)>/gs, "__$1__"],
  [/<(?:s|del)>(.*?)<\/(?:s|del)>/gs, "~$1~"],
  [/<(?:i|em)>(.*?)<\/(?:i|em)>/gs, "-$1-"],
  [/<pre>(.*?)<\/pre>/gs, "```$1```"],
  [/<code>(.*?)<\/code>/gs, "`$1`"],
  [/<(?:tg-)?spoiler>(.*?)<\/(?:tg-)?spoiler>/gs, "||$1||"],
  [/<a href="([^"]+)">([^<]+)<\/a>/g, "[$2]($1)"],
  [/<tg-emoji emoji-id="(\d+)">([^<]+)<\/tg-emoji>/g, "![$2](tg://emoji?id=$1)"],
];
