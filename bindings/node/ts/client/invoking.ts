// How a call is made: where, and until when.
import { inspect } from "node:util";

/** Beside a request: where it is called, and what gives it up. */
export interface InvokeOptions {
  /** Another DC than the home. */
  dcId?: number;
  /** When it aborts, the promise rejects with its reason (an AbortError), and the engine forgets the call. */
  signal?: AbortSignal;
}

const CHECKS: Record<keyof InvokeOptions, (value: unknown) => string | undefined> = {
  dcId: (value) => (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 255 ? undefined : "the number of a DC"),
  signal: (value) => (value instanceof AbortSignal ? undefined : "an AbortSignal"),
};

/** Reads what is given beside a request: GramJS's number of a DC, or options. */
export function readInvoking(given: unknown, of: string, names: (keyof InvokeOptions)[] = ["dcId", "signal"]): InvokeOptions {
  if (given === undefined || given === null) return {};
  if (typeof given === "number" && names.includes("dcId")) return readInvoking({ dcId: given }, of, names);
  if (typeof given !== "object") throw new TypeError(`${of}: options are wanted, not the ${typeof given} ${inspect(given)}`);
  for (const [name, value] of Object.entries(given)) {
    if (!names.includes(name as keyof InvokeOptions)) throw new TypeError(`${of}: there is no option ${name}; the options are ${names.join(", ")}`);
    const wanted = value === undefined ? undefined : CHECKS[name as keyof InvokeOptions](value);
    if (wanted) throw new TypeError(`${of}: ${name}: ${wanted} is wanted, not ${inspect(value, { depth: 0 })}`);
  }
  return given;
}
