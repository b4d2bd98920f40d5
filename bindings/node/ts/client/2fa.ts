// Two-step verification: its password, hint and mail address.
import { computeCheck, computeDigest } from "../Password";
import { EmailUnconfirmedError, RPCError } from "../errors";
import { Api } from "../tl/api";
import type { TelegramClient } from "./TelegramClient";
import { nodeCrypto } from "../crypto/node";

export interface TwoFaParams {
  /** Only proves the current password, after `SESSION_PASSWORD_NEEDED`. */
  isCheckPassword?: boolean;
  /** The password there is. With no new one it is removed. */
  currentPassword?: string;
  /** The password there is to be. */
  newPassword?: string;
  /** Shown to who is asked for the password. */
  hint?: string;
  /** Where a forgotten password can be reset by; asks for both callbacks. */
  email?: string;
  /** Gives the code that was sent to the mail address, of so many digits. */
  emailCodeCallback?: (length: number) => Promise<string>;
  /** Is told of a code that was wrong, before it is asked for again. */
  onEmailCodeError?: (err: Error) => void;
}

export interface TwoFaMethods {
  /** Sets, changes or removes the password of two-step verification. */
  updateTwoFaSettings(params: TwoFaParams): Promise<void>;
}

export const twoFaMethods: TwoFaMethods & ThisType<TelegramClient> = {
  updateTwoFaSettings(params) {
    return updateTwoFaSettings(this, params);
  },
};

export async function updateTwoFaSettings(client: TelegramClient, params: TwoFaParams): Promise<void> {
  const { isCheckPassword, currentPassword, newPassword, hint = "", email, emailCodeCallback, onEmailCodeError } = params;
  if (!newPassword && !currentPassword) {
    throw new Error("updateTwoFaSettings: neither `currentPassword` nor `newPassword` is present");
  }
  if (email && !(emailCodeCallback && onEmailCodeError)) {
    throw new Error("updateTwoFaSettings: `email` needs `emailCodeCallback` and `onEmailCodeError`");
  }
  const asked = await client.invoke(new Api.account.GetPassword());
  const password =
    asked.hasPassword && currentPassword ? await computeCheck(asked, currentPassword) : new Api.InputCheckPasswordEmpty();
  if (isCheckPassword) {
    await client.invoke(new Api.auth.CheckPassword({ password }));
    return;
  }
  const { newAlgo } = asked;
  if (newAlgo instanceof Api.PasswordKdfAlgoUnknown) {
    throw new Error("updateTwoFaSettings: the server asks for a password algorithm that this version does not know");
  }
  // Random bytes of the client's own, so that the server does not choose the salt alone.
  newAlgo.salt1 = Buffer.concat([newAlgo.salt1, nodeCrypto().randomBytes(32)]);
  const newPasswordHash = newPassword ? await computeDigest(newAlgo, newPassword) : Buffer.alloc(0);
  const newSettings = new Api.account.PasswordInputSettings({ newAlgo, newPasswordHash, hint, email });
  try {
    await client.invoke(new Api.account.UpdatePasswordSettings({ password, newSettings }));
  } catch (error) {
    if (!(error instanceof EmailUnconfirmedError) || !email) throw error;
    await confirmEmail(client, error.codeLength, emailCodeCallback!, onEmailCodeError!);
  }
}

/** Until the code is right. What another code does not mend ends it; GramJS would ask for ever. */
async function confirmEmail(
  client: TelegramClient,
  length: number,
  emailCodeCallback: (length: number) => Promise<string>,
  onEmailCodeError: (err: Error) => void,
): Promise<void> {
  for (let empty = 0; ; ) {
    const code = await emailCodeCallback(length);
    try {
      if (!code) throw new Error("Code is empty");
      await client.invoke(new Api.account.ConfirmPasswordEmail({ code }));
      return;
    } catch (error) {
      onEmailCodeError(error as Error);
      if (code ? (error as RPCError).errorMessage !== "CODE_INVALID" : ++empty === MAX_EMPTY) throw error;
    }
  }
}

/** How often the callback may give nothing. */
const MAX_EMPTY = 3;
