// Buttons to the keyboard that a message carries.
import type { ButtonLike, MarkupLike } from "../define";
import { isArrayLike } from "../Helpers";
import { Api } from "../tl/api";
import { isOf } from "../tl/kinds";
import { Button } from "../tl/custom/button";
import { MessageButton } from "../tl/custom/messageButton";
import type { TelegramClient } from "./TelegramClient";

/** The keyboard of one button, a row, or rows; a keyboard is given back as it is. `inlineOnly` refuses the other kind. */
export function buildReplyMarkup(buttons: MarkupLike | undefined | null, inlineOnly = false): Api.TypeReplyMarkup | undefined {
  if (buttons === undefined || buttons === null) return undefined;
  if (isOf(buttons, "ReplyMarkup")) return buttons as Api.TypeReplyMarkup;
  const list = isArrayLike<ButtonLike | ButtonLike[]>(buttons) ? buttons : [buttons as ButtonLike];
  const rows = (list.some(isArrayLike) ? list.map((row) => [row].flat()) : [list]) as ButtonLike[][];
  const how: { resize?: boolean; singleUse?: boolean; selective?: boolean } = {};
  const inline: Api.KeyboardInlineButtonRow[] = [];
  const normal: Api.KeyboardButtonRow[] = [];
  for (const row of rows) {
    const bare = row.map((button) => {
      if (button instanceof Button) {
        how.resize = button.resize ?? how.resize;
        how.singleUse = button.singleUse ?? how.singleUse;
        how.selective = button.selective ?? how.selective;
        return button.button;
      }
      return button instanceof MessageButton ? button.button : button;
    });
    if (!bare.length) continue;
    if (bare.every(Button._isInline)) inline.push(new Api.KeyboardInlineButtonRow({ buttons: bare }));
    else if (bare.every((button): button is Api.KeyboardButton => button instanceof Api.KeyboardButton)) {
      normal.push(new Api.KeyboardButtonRow({ buttons: bare }));
    } else throw new Error("You cannot mix inline with normal buttons");
  }
  if (inline.length && normal.length) throw new Error("You cannot mix inline with normal buttons");
  if (inlineOnly && normal.length) throw new Error("You cannot use non-inline buttons here");
  if (inline.length) return new Api.ReplyInlineMarkup({ rows: inline });
  return new Api.ReplyKeyboardMarkup({ rows: normal, ...how });
}

export interface ButtonMethods {
  /** The keyboard of one button, a row, or rows. `inlineOnly` refuses those in place of the keyboard. */
  buildReplyMarkup(buttons: MarkupLike | undefined, inlineOnly?: boolean): Api.TypeReplyMarkup | undefined;
}

export const buttonMethods: ButtonMethods & ThisType<TelegramClient> = { buildReplyMarkup };
