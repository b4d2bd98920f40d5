// Errors that are not the server's, in GramJS's names.
//
// Most of them GramJS throws from its own protocol code; here that is Rust's, and such trouble comes as one of the errors in
// Client.ts. The classes are here for programs that name them.

/** A read that was given up. */
export class ReadCancelledError extends Error {
  constructor() {
    super("the read was given up");
  }
}

/** Bytes that begin with an id which the schema does not have. */
export class TypeNotFoundError extends Error {
  invalidConstructorId: number;
  /** The bytes from there on. */
  remaining: Buffer;

  constructor(invalidConstructorId: number, remaining: Buffer) {
    super(
      `no constructor has the id ${invalidConstructorId}; the bytes are of another schema or do not begin here (${remaining.length} left)`,
    );
    this.invalidConstructorId = invalidConstructorId;
    this.remaining = remaining;
  }
}

/** A packet whose checksum does not hold. */
export class InvalidChecksumError extends Error {
  checksum: number;
  validChecksum: number;

  constructor(checksum: number, validChecksum: number) {
    super(`the packet has the checksum ${checksum}, and ${validChecksum} would be right`);
    this.checksum = checksum;
    this.validChecksum = validChecksum;
  }
}

/** A packet that is no message: a code of the transport in four bytes, or too short for anything. */
export class InvalidBufferError extends Error {
  code?: number;
  payload: Buffer;

  constructor(payload: Buffer) {
    const code = payload.length === 4 ? -payload.readInt32LE(0) : undefined;
    super(code === undefined ? `a packet of ${payload.length} bytes is no message` : `the server closed the transport with code ${code}`);
    this.code = code;
    this.payload = payload;
  }
}

/** A check of the protocol that failed. */
export class SecurityError extends Error {
  constructor(message = "a security check failed", options?: { cause?: unknown }) {
    super(message, options);
  }
}

/** Part of a file from a CDN that is not what it should be. */
export class CdnFileTamperedError extends SecurityError {
  constructor() {
    super("what the CDN gave is not the file: its hash is another");
  }
}

/** The server's `bad_msg_notification`. */
export class BadMessageError extends Error {
  /** What the codes mean (`core.telegram.org/mtproto/service_messages_about_messages`). */
  static ErrorMessages: Record<number, string> = {
    16: "the msg_id is too low; the clock here is probably wrong",
    17: "the msg_id is too high; the clock here is probably wrong",
    18: "the two lowest bits of the msg_id are not those of a client's message",
    19: "a container has the msg_id of a message that came before it",
    20: "the message is too old for the server to know whether it came before",
    32: "the msg_seqno is too low: a later message had a lower msg_id",
    33: "the msg_seqno is too high: an earlier message had a higher msg_id",
    34: "an even msg_seqno was expected",
    35: "an odd msg_seqno was expected",
    48: "the server salt is wrong",
    64: "the container is invalid",
  };
  code: number;
  errorMessage: string;

  constructor(request: { className: string }, code: number) {
    const meaning = BadMessageError.ErrorMessages[code] ?? `code ${code}, which is not documented`;
    const message = `${meaning} (caused by ${request.className})`;
    super(message);
    this.errorMessage = message;
    this.code = code;
  }
}
