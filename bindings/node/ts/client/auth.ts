// Logging in: by phone number, code and password, by QR code (qr.ts), or by a bot's token.
//
// The callbacks are asked as GramJS asks them, and so is `onError` told; returning true from it ends the login with AUTH_USER_CANCEL.
// Where GramJS asks without an end, this does not:
//
//   - an error thrown by a callback is told to `onError` and ends the login; GramJS asks the same callback again, for ever;
//   - so does an error that no other answer mends (a flood wait, a lost connection); only wrong answers are asked for again;
//   - a callback that gives nothing three times in a row is not asked a fourth time;
//   - a code that has expired is sent again before it is asked for again.
import { computeCheck } from "../Password";
import { RPCError } from "../errors";
import { getDisplayName } from "../names";
import { Api } from "../tl/api";
import { signInUserWithQrCode, type QrCodeAuthParams } from "./qr";
import type { TelegramClient } from "./TelegramClient";

export { signInUserWithQrCode, type QrCodeAuthParams } from "./qr";

/** Who is told of errors. Returning true ends the login. */
type OnError = (err: Error) => Promise<boolean> | void;

/** How a user logs in. */
export interface UserAuthParams {
  /**
   * The phone number, or who gives it. A string is not asked for again when it is wrong. Throwing an error whose `errorMessage` is
   * `RESTART_AUTH_WITH_QR` goes on by QR code.
   */
  phoneNumber: string | (() => Promise<string>);
  /**
   * Gives the code that was sent, by Telegram's app or otherwise. Throwing an error whose `errorMessage` is `RESTART_AUTH` goes back
   * to the number.
   */
  phoneCode: (isCodeViaApp?: boolean) => Promise<string>;
  /** Gives the password of two-step verification, or is it. */
  password?: string | ((hint?: string) => Promise<string>);
  /** Gives first and last name for a new account. What it is given are the terms of service, which are accepted thereby. */
  firstAndLastNames?: (terms?: Api.help.TermsOfService) => Promise<[string, string?]>;
  /** Shows the token of a login by QR code. */
  qrCode?: QrCodeAuthParams["qrCode"];
  /** Is told of what went wrong, before it is asked for again; true ends the login. */
  onError: OnError;
  /** Has the code sent by SMS. */
  forceSMS?: boolean;
}

/** What is needed once the code has been taken. */
export interface UserPasswordAuthParams {
  /** Gives the password of two-step verification, or is it. */
  password?: string | ((hint?: string) => Promise<string>);
  /** Is told of what went wrong, before it is asked for again; true ends the login. */
  onError: OnError;
}

/** How a bot logs in. */
export interface BotAuthParams {
  /** BotFather's token, or who gives it. */
  botAuthToken: string | (() => string | Promise<string>);
}

/** The program's own, from my.telegram.org. */
export interface ApiCredentials {
  apiId: number;
  apiHash: string;
}

export interface AuthMethods {
  /** Connects, and logs in unless the session is logged in. Save the session afterwards. */
  start(authParams: UserAuthParams | BotAuthParams): Promise<void>;
  /** Whether the session is logged in. */
  checkAuthorization(): Promise<boolean>;
  /** Whether the session is logged in. */
  isUserAuthorized(): Promise<boolean>;
  /** Logs a user in by phone number, over a connection that is there. */
  signInUser(apiCredentials: ApiCredentials, authParams: UserAuthParams): Promise<Api.TypeUser>;
  /** Logs a user in by a QR code that another app scans, over a connection that is there. */
  signInUserWithQrCode(apiCredentials: ApiCredentials, authParams: QrCodeAuthParams): Promise<Api.TypeUser>;
  /** Has a login code sent. */
  sendCode(apiCredentials: ApiCredentials, phoneNumber: string, forceSMS?: boolean): Promise<SentCode>;
  /** Proves the password of two-step verification, after `SESSION_PASSWORD_NEEDED`. */
  signInWithPassword(apiCredentials: ApiCredentials, authParams: UserPasswordAuthParams): Promise<Api.TypeUser>;
  /** Logs a bot in, over a connection that is there. */
  signInBot(apiCredentials: ApiCredentials, authParams: BotAuthParams): Promise<Api.TypeUser>;
}

/** What a login code was sent under. */
export interface SentCode {
  phoneCodeHash: string;
  isCodeViaApp: boolean;
}

export const authMethods: AuthMethods & ThisType<TelegramClient> = {
  start(authParams) {
    return start(this, authParams);
  },
  checkAuthorization() {
    return checkAuthorization(this);
  },
  isUserAuthorized() {
    return checkAuthorization(this);
  },
  signInUser(apiCredentials, authParams) {
    return signInUser(this, apiCredentials, authParams);
  },
  signInUserWithQrCode(apiCredentials, authParams) {
    return signInUserWithQrCode(this, apiCredentials, authParams);
  },
  sendCode(apiCredentials, phoneNumber, forceSMS) {
    return sendCode(this, apiCredentials, phoneNumber, forceSMS);
  },
  signInWithPassword(apiCredentials, authParams) {
    return signInWithPassword(this, apiCredentials, authParams);
  },
  signInBot(apiCredentials, authParams) {
    return signInBot(this, apiCredentials, authParams);
  },
};

export async function start(client: TelegramClient, authParams: UserAuthParams | BotAuthParams): Promise<void> {
  check(authParams);
  await client.connect();
  if (await client.checkAuthorization()) return;
  const apiCredentials = { apiId: client.apiId, apiHash: client.apiHash };
  const me =
    isOfUser(authParams)
      ? await client.signInUser(apiCredentials, authParams)
      : await client.signInBot(apiCredentials, authParams);
  client.logger.info(`Signed in successfully as ${getDisplayName(me)}`);
}

/** Who gives both, one of them undefined, means the other. */
function isOfUser(authParams: UserAuthParams | BotAuthParams): authParams is UserAuthParams {
  return (authParams as Partial<UserAuthParams>).phoneNumber !== undefined || !("botAuthToken" in authParams);
}

/** False when the server says so. Any other trouble is an error: GramJS calls it "not logged in", and the program asks for a code. */
export async function checkAuthorization(client: TelegramClient): Promise<boolean> {
  try {
    await client.invoke(new Api.updates.GetState());
    return true;
  } catch (error) {
    if (error instanceof RPCError && error.code === 401) return false;
    throw error;
  }
}

export async function signInUser(
  client: TelegramClient,
  apiCredentials: ApiCredentials,
  authParams: UserAuthParams,
): Promise<Api.TypeUser> {
  const { onError } = authParams;
  const phone = await untilTaken<string, Code>({
    ask: () => given(authParams.phoneNumber, "phoneNumber", "Phone number is empty"),
    attempt: async (phoneNumber) => ({ phoneNumber, ...(await requestCode(client, apiCredentials, phoneNumber, authParams.forceSMS)) }),
    mends: /^PHONE_NUMBER_/,
    asksOthers: typeof authParams.phoneNumber === "function",
    onError,
  }).catch((error) => {
    if (isNamed(error, "SESSION_PASSWORD_NEEDED")) return client.signInWithPassword(apiCredentials, authParams);
    if (isNamed(error, "RESTART_AUTH_WITH_QR")) return client.signInUserWithQrCode(apiCredentials, authParams);
    throw error;
  });
  if (!("phoneNumber" in phone)) return phone;
  let sent = phone;
  let answer = phone.authorization;
  try {
    answer ??= await untilTaken<string, Api.auth.TypeAuthorization>({
      ask: () => given(authParams.phoneCode && (() => authParams.phoneCode(sent.isCodeViaApp)), "phoneCode", "Code is empty"),
      attempt: (phoneCode) => {
        const { phoneNumber, phoneCodeHash } = sent;
        return client.invoke(new Api.auth.SignIn({ phoneNumber, phoneCodeHash, phoneCode }));
      },
      mends: /^PHONE_CODE_|^SIGN_IN_FAILED$/,
      before: async (error) => {
        if (!isNamed(error, "PHONE_CODE_EXPIRED") && !isNamed(error, "SIGN_IN_FAILED")) return;
        const again = await requestCode(client, apiCredentials, sent.phoneNumber, authParams.forceSMS);
        sent = { phoneNumber: sent.phoneNumber, ...again };
      },
      asksOthers: true,
      onError,
    });
  } catch (error) {
    if (isNamed(error, "SESSION_PASSWORD_NEEDED")) return client.signInWithPassword(apiCredentials, authParams);
    if (isNamed(error, "PHONE_NUMBER_UNOCCUPIED")) return signUp(client, sent, undefined, authParams);
    if (isNamed(error, "RESTART_AUTH")) return client.signInUser(apiCredentials, authParams);
    throw error;
  }
  if (!(answer instanceof Api.auth.AuthorizationSignUpRequired)) return answer.user;
  return signUp(client, sent, answer.termsOfService ?? undefined, authParams);
}

export async function sendCode(
  client: TelegramClient,
  apiCredentials: ApiCredentials,
  phoneNumber: string,
  forceSMS = false,
): Promise<SentCode> {
  const { phoneCodeHash, isCodeViaApp, authorization } = await requestCode(client, apiCredentials, phoneNumber, forceSMS);
  if (authorization) throw new Error("logged in right after sending the code");
  return { phoneCodeHash, isCodeViaApp };
}

export async function signInWithPassword(
  client: TelegramClient,
  _apiCredentials: ApiCredentials,
  authParams: UserPasswordAuthParams,
): Promise<Api.TypeUser> {
  const { password, onError } = authParams;
  if (!password) throw new Error("Account has 2FA enabled. authParams has no password callback to ask for it");
  let asked = await client.invoke(new Api.account.GetPassword());
  const prove = async (text: string) =>
    userOf(await client.invoke(new Api.auth.CheckPassword({ password: await computeCheck(asked, text) })), "auth.CheckPassword");
  return untilTaken<string, Api.TypeUser>({
    ask: () => given(typeof password === "function" ? () => password(asked.hint ?? undefined) : password, "password", "Password is empty"),
    attempt: async (text) => {
      try {
        return await prove(text);
      } catch (error) {
        if (!isNamed(error, "SRP_ID_INVALID")) throw error;
        // The question was too old, since typing takes its time; the password is not to blame.
        asked = await client.invoke(new Api.account.GetPassword());
        return prove(text);
      }
    },
    mends: /^PASSWORD_HASH_INVALID$|^SRP_PASSWORD_CHANGED$/,
    before: async () => {
      asked = await client.invoke(new Api.account.GetPassword());
    },
    asksOthers: typeof password === "function",
    onError,
  });
}

export async function signInBot(
  client: TelegramClient,
  { apiId, apiHash }: ApiCredentials,
  authParams: BotAuthParams,
): Promise<Api.TypeUser> {
  const { botAuthToken: token } = authParams;
  const botAuthToken = typeof token === "function" ? await token() : token;
  if (!botAuthToken) throw new Error("a valid BotToken is required: botAuthToken is empty");
  const answer = await client.invoke(new Api.auth.ImportBotAuthorization({ flags: 0, apiId, apiHash, botAuthToken }));
  return userOf(answer, "auth.ImportBotAuthorization");
}

/** A code on its way; or the login, where none was needed. */
interface Code extends SentCode {
  phoneNumber: string;
  authorization?: Api.auth.TypeAuthorization;
}

async function requestCode(
  client: TelegramClient,
  { apiId, apiHash }: ApiCredentials,
  phoneNumber: string,
  forceSMS = false,
): Promise<Omit<Code, "phoneNumber">> {
  const request = new Api.auth.SendCode({ phoneNumber, apiId, apiHash, settings: new Api.CodeSettings({}) });
  let sent = await client.invoke(request).catch((error) => {
    // The server has lost track of this login. Once more, and not for ever.
    if (isNamed(error, "AUTH_RESTART")) return client.invoke(request);
    throw error;
  });
  if (forceSMS && sent instanceof Api.auth.SentCode && !(sent.type instanceof Api.auth.SentCodeTypeSms)) {
    sent = await client.invoke(new Api.auth.ResendCode({ phoneNumber, phoneCodeHash: sent.phoneCodeHash }));
  }
  if (sent instanceof Api.auth.SentCodeSuccess) {
    return { phoneCodeHash: "", isCodeViaApp: false, authorization: sent.authorization };
  }
  if (sent instanceof Api.auth.SentCodePaymentRequired) {
    throw new Error(`a login with this number has to be paid for in an official app first (${sent.storeProduct})`);
  }
  return { phoneCodeHash: sent.phoneCodeHash, isCodeViaApp: sent.type instanceof Api.auth.SentCodeTypeApp };
}

async function signUp(
  client: TelegramClient,
  { phoneNumber, phoneCodeHash }: Code,
  terms: Api.help.TermsOfService | undefined,
  { firstAndLastNames, onError }: UserAuthParams,
): Promise<Api.TypeUser> {
  if (!firstAndLastNames) {
    throw new Error("the number has no account, and authParams has no firstAndLastNames callback to make one with");
  }
  const user = await untilTaken<[string, string?], Api.TypeUser>({
    ask: async () => {
      const names = await firstAndLastNames(terms);
      if (!names?.[0]) throw new EmptyAnswer("First name is required");
      return names;
    },
    attempt: async ([firstName, lastName = ""]) => {
      const request = new Api.auth.SignUp({ phoneNumber, phoneCodeHash, firstName, lastName });
      return userOf(await client.invoke(request), "auth.SignUp");
    },
    mends: /^(FIRST|LAST)NAME_INVALID$/,
    asksOthers: true,
    onError,
  });
  if (terms) await client.invoke(new Api.help.AcceptTermsOfService({ id: terms.id }));
  return user;
}

function userOf(answer: Api.auth.TypeAuthorization, method: string): Api.TypeUser {
  if (answer instanceof Api.auth.Authorization) return answer.user;
  throw new Error(`${method} answered ${answer.className}, and no user`);
}

/** What is asked for until it is right. */
interface Question<A, R> {
  ask(): Promise<A>;
  attempt(answer: A): Promise<R>;
  /** The errors that another answer may mend. */
  mends: RegExp;
  /** What has to be done before it is asked again. */
  before?(error: Error): Promise<void>;
  /** Whether another answer can be had, from somebody. */
  asksOthers: boolean;
  onError: OnError | undefined;
}

async function untilTaken<A, R>({ ask, attempt, mends, before, asksOthers, onError }: Question<A, R>): Promise<R> {
  let empty = 0;
  for (;;) {
    let answer: A | undefined;
    let error: Error;
    try {
      answer = await ask();
      empty = 0;
    } catch (thrown) {
      // Signs for the login itself, in GramJS's words.
      if (!asksOthers || isNamed(thrown, "RESTART_AUTH") || isNamed(thrown, "RESTART_AUTH_WITH_QR")) throw thrown;
      await tell(onError, thrown as Error);
      if (!(thrown instanceof EmptyAnswer) || ++empty === MAX_EMPTY) throw thrown;
      continue;
    }
    try {
      return await attempt(answer);
    } catch (thrown) {
      error = thrown as Error;
    }
    // Not wrong, but the next question.
    if (isNamed(error, "SESSION_PASSWORD_NEEDED") || isNamed(error, "PHONE_NUMBER_UNOCCUPIED")) throw error;
    // Who gave a string has nothing else to give, and GramJS does not tell them but throws.
    if (!asksOthers) throw error;
    await tell(onError, error);
    if (!onError || !mends.test((error as RPCError).errorMessage ?? "")) throw error;
    await before?.(error);
  }
}

async function tell(onError: OnError | undefined, error: Error): Promise<void> {
  if (onError && (await onError(error)) === true) throw new Error("AUTH_USER_CANCEL", { cause: error });
}

/** What a parameter gives: it is the answer, or is asked for it. */
async function given(
  parameter: string | (() => Promise<string>) | undefined,
  name: string,
  whenEmpty: string,
): Promise<string> {
  if (parameter === undefined) throw new TypeError(`the login needs ${name}, and authParams has no ${name} callback`);
  const answer = typeof parameter === "function" ? await parameter() : parameter;
  if (!answer) throw new EmptyAnswer(whenEmpty);
  if (typeof answer !== "string") throw new TypeError(`${name}: the callback gave ${typeof answer}, and a string is wanted`);
  return answer;
}

/** A callback that gave nothing. */
class EmptyAnswer extends Error {}

function isNamed(error: unknown, name: string): boolean {
  return (error as RPCError | undefined)?.errorMessage === name;
}

const KINDS: Record<string, string[]> = {
  phoneNumber: ["string", "function"],
  phoneCode: ["function"],
  password: ["string", "function"],
  firstAndLastNames: ["function"],
  onError: ["function"],
  qrCode: ["function"],
  botAuthToken: ["string", "function"],
};

function check(authParams: UserAuthParams | BotAuthParams): void {
  if (typeof authParams !== "object" || authParams === null) {
    throw new TypeError("start: an object with phoneNumber, phoneCode ... or with botAuthToken is wanted");
  }
  for (const [name, kinds] of Object.entries(KINDS)) {
    const kind = typeof (authParams as unknown as Record<string, unknown>)[name];
    if (kind !== "undefined" && !kinds.includes(kind)) throw new TypeError(`start: ${name} is a ${kinds.join(" or a ")}, not ${kind}`);
  }
  if (!("phoneNumber" in authParams) && !("botAuthToken" in authParams)) {
    throw new TypeError("start: authParams has neither phoneNumber nor botAuthToken");
  }
}

/** How often a callback may give nothing in a row. */
const MAX_EMPTY = 3;
