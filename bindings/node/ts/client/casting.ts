// What a request names in people's terms ("me", "@ann", a number, a message) becomes what the method takes.
//
// Which fields that concerns is in the schema. A request whose fields are all of the right type is found to be so by
// their classes, and goes on as it is; otherwise a copy goes, and the caller's object stays as it was.
import { native } from "../native";
import { getInputMessage } from "../tl/casts/messages";
import { getInputChatPhoto, getInputDocument, getInputMedia, getInputPhoto } from "../tl/casts/media";
import { getInputChannel, getInputUser } from "../tl/casts/peers";
import { isOf } from "../tl/kinds";
import type { TLObject, TLRequest } from "../tl/object";
import type { TelegramClient } from "./TelegramClient";

type Cast = (client: TelegramClient, value: any) => unknown;
interface Field {
  name: string;
  type: string;
  vector: boolean;
  cast: Cast;
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
  for (const { name, vector, cast, type } of fieldsOf(request)) {
    const value = copy[name];
    if (fits({ type, vector }, value)) continue;
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
      return bare in casts ? [{ name, type: bare, vector: element !== undefined, cast: casts[bare]! }] : [];
    });
    known.set(request.CONSTRUCTOR_ID, fields);
  }
  return fields;
}

const casts: Record<string, Cast> = {
  InputPeer: (client, value) => client.getInputEntity(value),
  InputUser: async (client, value) => getInputUser(await client.getInputEntity(value)),
  InputChannel: async (client, value) => getInputChannel(await client.getInputEntity(value)),
  InputDialogPeer: (client, value) => client._getInputDialog(value),
  InputNotifyPeer: (client, value) => client._getInputNotify(value),
  InputMessage: (_, value) => getInputMessage(value),
  InputMedia: (_, value) => getInputMedia(value),
  InputPhoto: (_, value) => getInputPhoto(value),
  InputDocument: (_, value) => getInputDocument(value),
  InputChatPhoto: (_, value) => getInputChatPhoto(value),
};
