// Errors of the server that carry a number, as classes with the number in a field.
//
// The sentences are GramJS's to the letter, since programs compare them.
import { BadRequestError, FloodError, InvalidDCError, RPCError } from "./RPCBaseErrors";

/** What such an error is made of: the call, and the number in its name. */
interface Captured {
  request?: { className: string };
  capture?: number | null;
}

const about = ({ request }: Captured) => RPCError._fmtRequest(request);
const number = ({ capture }: Captured) => Number(capture || 0);

/** The account lives on another DC. The client goes there by itself; this is seen where it cannot. */
export class UserMigrateError extends InvalidDCError {
  newDc: number;
  constructor(args: Captured) {
    const sentence = `The user whose identity is being used to execute queries is associated with DC ${number(args)}${about(args)}`;
    super(sentence, args.request, undefined, sentence);
    this.newDc = number(args);
  }
}

/** The phone number belongs to another DC. The client goes there by itself unless it is logged in. */
export class PhoneMigrateError extends InvalidDCError {
  newDc: number;
  constructor(args: Captured) {
    const sentence = `The phone number a user is trying to use for authorization is associated with DC ${number(args)}${about(args)}`;
    super(sentence, args.request, undefined, sentence);
    this.newDc = number(args);
  }
}

/** So many seconds until the next message in this chat. */
export class SlowModeWaitError extends FloodError {
  seconds: number;
  constructor(args: Captured) {
    const sentence = `A wait of ${number(args)} seconds is required before sending another message in this chat${about(args)}`;
    super(sentence, args.request, undefined, sentence);
    this.seconds = number(args);
  }
}

/** So many seconds until the call may be made again. Waits up to `floodSleepThreshold` are slept and not seen. */
export class FloodWaitError extends FloodError {
  seconds: number;
  constructor(args: Captured) {
    const sentence = `A wait of ${number(args)} seconds is required${about(args)}`;
    super(sentence, args.request, undefined, sentence);
    this.seconds = number(args);
  }
}

/** The same, of a test server. */
export class FloodTestPhoneWaitError extends FloodError {
  seconds: number;
  constructor(args: Captured) {
    const sentence = `A wait of ${number(args)} seconds is required in the test servers${about(args)}`;
    super(sentence, args.request, undefined, sentence);
    this.seconds = number(args);
  }
}

/** The file lives on another DC: `invoke(request, error.newDc)`. */
export class FileMigrateError extends InvalidDCError {
  newDc: number;
  constructor(args: Captured) {
    const sentence = `The file to be accessed is currently stored in DC ${number(args)}${about(args)}`;
    super(sentence, args.request, undefined, sentence);
    this.newDc = number(args);
  }
}

/** Who calls from here belongs to another DC. */
export class NetworkMigrateError extends InvalidDCError {
  newDc: number;
  constructor(args: Captured) {
    const sentence = `The source IP address is associated with DC ${number(args)}${about(args)}`;
    super(sentence, args.request, undefined, sentence);
    this.newDc = number(args);
  }
}

/** A code of so many digits was sent to the mail address, and has to be entered. */
export class EmailUnconfirmedError extends BadRequestError {
  codeLength: number;
  constructor(args: Captured) {
    const sentence = `Email unconfirmed, the length of the code must be ${number(args)}${about(args)}`;
    super(sentence, args.request, 400, sentence);
    this.codeLength = number(args);
  }
}

/** A message that this one depends on was not sent yet. */
export class MsgWaitError extends FloodError {
  constructor(args: Captured) {
    const sentence = `Message failed to be sent.${about(args)}`;
    super(sentence, args.request, undefined, sentence);
  }
}

type Numbered = new (args: Captured) => RPCError;

/** Which names have a class of their own. */
export const rpcErrorRe = new Map<RegExp, Numbered>([
  [/FILE_MIGRATE_(\d+)/, FileMigrateError],
  [/FLOOD_TEST_PHONE_WAIT_(\d+)/, FloodTestPhoneWaitError],
  [/FLOOD_WAIT_(\d+)/, FloodWaitError],
  [/FLOOD_PREMIUM_WAIT_(\d+)/, FloodWaitError],
  [/MSG_WAIT_(.*)/, MsgWaitError],
  [/PHONE_MIGRATE_(\d+)/, PhoneMigrateError],
  [/SLOWMODE_WAIT_(\d+)/, SlowModeWaitError],
  [/USER_MIGRATE_(\d+)/, UserMigrateError],
  [/NETWORK_MIGRATE_(\d+)/, NetworkMigrateError],
  [/EMAIL_UNCONFIRMED_(\d+)/, EmailUnconfirmedError],
]);
