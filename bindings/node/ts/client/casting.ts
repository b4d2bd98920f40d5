// What a request names in people's terms ("me", "@ann", a number, a message) becomes what the method takes.
//
// Which fields that concerns is in the schema. A request whose fields are all of the right type is found to be so by
// their classes, and goes on as it is; otherwise a copy goes, and the caller's object stays as it was.
import { native } from "../native";
import { isOf } from "../tl/kinds";
import type { TLObject, TLRequest } from "../tl/object";
import type { TelegramClient } from "./TelegramClient";

interface Field {
  name: string;
  type: string;
  vector: boolean;
}

/** The request as the method takes it; a promise when somebody has to be looked for. */
export function castRequest(client: TelegramClient, request: TLRequest): TLRequest | Promise<TLRequest> {
  for (const field of fieldsOf(request)) {
    if (!fits(field, (request as unknown as Record<string, unknown>)[field.name])) return castCopy(client, request);
  }
  return request;
}

async function castCopy(client: TelegramClient, request: TLRequest): Promise<TLRequest> {
  const copy: Record<string, unknown> = Object.assign(Object.create(Object.getPrototypeOf(request)), request);
  // Loaded when it is needed: most requests hold what the method takes.
  const { casts } = require("./casts") as typeof import("./casts");
  for (const { name, vector, type } of fieldsOf(request)) {
    const value = copy[name];
    if (fits({ type, vector }, value)) continue;
    const cast = casts[type]!;
    copy[name] = vector ? await Promise.all([...(value as unknown[])].map((one) => cast(client, one))) : await cast(client, value);
  }
  return copy as unknown as TLRequest;
}

/** What is missing, or no list where one is wanted, is for the codec to complain of. */
function fits({ type, vector }: Pick<Field, "type" | "vector">, value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (!vector) return isOf(value, type);
  return !Array.isArray(value) || value.every((one) => isOf(one, type));
}

const known = new Map<number, Field[]>();

function fieldsOf(request: TLObject): Field[] {
  let fields = known.get(request.CONSTRUCTOR_ID);
  if (!fields) {
    const { index } = request.constructor as unknown as { index: number };
    fields = native.describeClass(index).fields.flatMap(({ name, type }): Field[] => {
      const element = /^Vector<(.*)>$/.exec(type)?.[1];
      const bare = element ?? type;
      return CAST.has(bare) ? [{ name, type: bare, vector: element !== undefined }] : [];
    });
    known.set(request.CONSTRUCTOR_ID, fields);
  }
  return fields;
}

/** The types that are cast; casts.ts says how. */
const CAST = new Set([
  ...["InputPeer", "InputUser", "InputChannel", "InputDialogPeer", "InputNotifyPeer"],
  ...["InputMessage", "InputMedia", "InputPhoto", "InputDocument", "InputChatPhoto"],
]);
