// What comes of a call: its answer, held against what its declaration promises, or an error.
import type { Problem } from "../calls";
import * as errors from "../errors";
import type { Api } from "../tl/api";
import { NARROWED } from "../tl/narrowed";

/** The answer; an error when its method is declared to give one constructor, and this is another. */
export function asPromised<R extends Api.AnyRequest>(request: R, answer: { className: string }): R["__response"] {
  const expected = NARROWED[request.className];
  if (expected === undefined || answer.className === expected) return answer;
  throw new errors.UnexpectedResultError(request.className, expected, answer);
}

/** The error of what the addon reports. */
export function explain({ kind, message, name, code }: Problem, request?: Api.AnyRequest): Error {
  switch (kind) {
    case "rpc":
      return errors.RPCMessageToError({ errorMessage: name!, errorCode: code! }, request);
    case "disconnected":
      return new errors.DisconnectedError(message);
    case "connect":
      return new errors.ConnectionError(message);
    case "outcome-unknown":
      return new errors.OutcomeUnknownError(message);
    case "unreadable":
      return new errors.UnreadableAnswerError(message);
    default:
      // Who finds nobody is told from other failures by it.
      return Object.defineProperty(new Error(message), "kind", { value: kind });
  }
}
