// Errors of the client itself, which GramJS has no names for.

/** A call that was not sent, since the client is not connected; `connect()` first. */
export class DisconnectedError extends Error {}

/** No connection could be made: no such host, a refusal, a server with another key. */
export class ConnectionError extends Error {}

/**
 * The connection broke after the call was sent, and the server cannot say any more whether it was carried out. It is not repeated:
 * look first whether it took effect.
 */
export class OutcomeUnknownError extends Error {}

/** An answer that cannot be read by this version's schema. */
export class UnreadableAnswerError extends Error {}

/**
 * A method answered another constructor than the one that its declaration promises (`NARROWED` in tl/narrowed). The answer is in
 * `result`.
 */
export class UnexpectedResultError<Result = unknown> extends Error {
  declare readonly result: Result;

  constructor(method: string, expected: string, result: Result & { className: string }) {
    super(`${method} answered ${result.className}, not ${expected}; what it answered is this error's result`);
    Object.defineProperty(this, "result", { value: result, enumerable: false }); // may hold what no log should show
  }
}
