// Errors, in GramJS's names.

/** An error of the server. */
export class RPCError extends Error {
  override name = "RPCError";
  /** 303, 400, 401, 403, 404, 406, 420, 500 or -503. */
  code: number;
  /** The name: `HASH_INVALID`. */
  errorMessage: string;

  constructor(message: string, request: { className: string } | undefined, code: number) {
    super(`${code}: ${message}${request ? ` (caused by ${request.className})` : ""}`);
    this.code = code;
    this.errorMessage = message;
  }
}
