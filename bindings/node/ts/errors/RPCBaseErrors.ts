// Errors of the server: what all have in common, and their kinds by code.

import type { ErrorName } from "./names";

/** What an error says of the call it belongs to: a method of `Api`. */
type Request = { className: string } | undefined | null;

/** Every error that the server answers with. */
export class RPCError extends Error {
  /** 303, 400, 401, 403, 404, 406, 420, 500 or -503. */
  code: number | undefined;
  /**
   * The name: `PHONE_CODE_INVALID`. Classes of their own, such as FloodWaitError, have what GramJS puts here: the name of
   * the kind (`FLOOD`) or the sentence. The name that came over the wire is always in `rawMessage`.
   */
  errorMessage: ErrorName | (string & {});
  #raw: string;

  /** `sentence` is the message where it is not made of the others. */
  constructor(message: string, request: Request, code?: number, sentence?: string) {
    super(sentence ?? `${code ?? ""}: ${message || ""}${RPCError._fmtRequest(request)}`);
    this.code = code;
    this.errorMessage = message;
    this.#raw = message;
  }

  /** The server's own words, whole: `FLOOD_WAIT_30`. */
  get rawMessage(): string {
    return this.#raw;
  }

  /** @internal */
  _cameAs(raw: string): this {
    this.#raw = raw;
    return this;
  }

  /** @internal */
  static _fmtRequest(request: Request): string {
    return request ? ` (caused by ${request.className})` : "";
  }
}

/**
 * A kind of error, by its code. GramJS makes most errors plain RPCErrors, so that there `instanceof BadRequestError` is nearly never
 * true; here it is for every error with this code.
 */
function isOfKind(kind: Function, own: Function, codes: readonly number[], value: unknown): boolean {
  if (Function.prototype[Symbol.hasInstance].call(kind, value)) return true;
  return kind === own && value instanceof RPCError && codes.includes(value.code ?? 0);
}

/** 303: the call belongs to another DC. */
export class InvalidDCError extends RPCError {
  constructor(message: string, request: Request, code?: number, sentence?: string) {
    super(message, request, code, sentence);
    this.code = code || 303;
    this.errorMessage = message || "ERROR_SEE_OTHER";
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isOfKind(this, InvalidDCError, [303], value);
  }
}

/** 400: something is wrong with the call. */
export class BadRequestError extends RPCError {
  override code = 400;
  override errorMessage = "BAD_REQUEST";

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isOfKind(this, BadRequestError, [400], value);
  }
}

/** 401: nobody is logged in, or not yet all the way. */
export class UnauthorizedError extends RPCError {
  override code = 401;
  override errorMessage = "UNAUTHORIZED";

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isOfKind(this, UnauthorizedError, [401], value);
  }
}

/** 403: not allowed to this account. */
export class ForbiddenError extends RPCError {
  override code = 403;
  override errorMessage = "FORBIDDEN";

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isOfKind(this, ForbiddenError, [403], value);
  }
}

/** 404: there is no such method or object. */
export class NotFoundError extends RPCError {
  override code = 404;
  override errorMessage = "NOT_FOUND";

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isOfKind(this, NotFoundError, [404], value);
  }
}

/** 406: among others, that the auth key is used in two places (`AUTH_KEY_DUPLICATED`). */
export class AuthKeyError extends RPCError {
  override code = 406;
  override errorMessage = "AUTH_KEY";

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isOfKind(this, AuthKeyError, [406], value);
  }
}

/** 420: too often, or too early. */
export class FloodError extends RPCError {
  override code = 420;
  override errorMessage = "FLOOD";

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isOfKind(this, FloodError, [420], value);
  }
}

/** 500: the server failed. */
export class ServerError extends RPCError {
  override code = 500;
  override errorMessage = "INTERNAL";

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isOfKind(this, ServerError, [500, -500], value);
  }
}

/** -503: the server waited in vain, for a bot's answer to a pressed button, say. */
export class TimedOutError extends RPCError {
  override code = 503;
  override errorMessage = "Timeout";

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isOfKind(this, TimedOutError, [503, -503], value);
  }
}
