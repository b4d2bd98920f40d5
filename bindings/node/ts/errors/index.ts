// Errors, in GramJS's names, and those that it has none for.
import type * as names from "./names";
import * as kinds from "./RPCBaseErrors";
import * as numbered from "./RPCErrorList";
import * as common from "./Common";
import * as ours from "./Client";

const { RPCError } = kinds;
const { rpcErrorRe } = numbered;

// The name of the class, where a stack or a log begins.
for (const Class of Object.values({ ...kinds, ...numbered, ...common, ...ours })) {
  if (typeof Class !== "function") continue;
  Object.defineProperty(Class.prototype, "name", { value: Class.name, configurable: true, writable: true });
}

export * from "./Common";
export * from "./RPCBaseErrors";
export * from "./RPCErrorList";
export * from "./Client";
export type { AnyErrorName, ErrorName, MethodErrorNames } from "./names";

/** The names that a call of this method may be refused with: `ErrorNameOf<Api.auth.SignIn>`. */
export type ErrorNameOf<Request extends { className: string }> =
  | names.AnyErrorName
  | (Request["className"] extends keyof names.MethodErrorNames ? names.MethodErrorNames[Request["className"]] : never);

/** The error for what a server said: `Api.RpcError`, or just its two fields. */
export function RPCMessageToError(
  rpcError: { errorMessage: string; errorCode: number },
  request?: { className: string },
): kinds.RPCError {
  const { errorMessage, errorCode } = rpcError;
  for (const [pattern, Class] of rpcErrorRe) {
    const found = pattern.exec(errorMessage);
    if (found) return new Class({ request, capture: parseInt(found[1]!) })._cameAs(errorMessage);
  }
  return new RPCError(errorMessage, request, errorCode);
}
