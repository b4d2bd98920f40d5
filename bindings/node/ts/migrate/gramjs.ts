// What is known of GramJS: its modules and classes, and what became of each member. Written by scripts/from-gramjs.mjs.

export type State = "same" | "better" | "not yet" | "changed" | "gone";

/** A member of GramJS, and what became of it. */
export interface Member {
  id: string;
  name: string;
  state: State;
  words: string;
}

interface Call {
  takes?: (string[] | 0)[];
  gives?: string;
}

interface Data {
  version: string;
  members: Record<string, [State, string?]>;
  types: {
    modules: Record<string, Record<string, string>>;
    classes: Record<string, { members: Record<string, [owner: string, gives?: string]>; new?: (string[] | 0)[] }>;
    calls: Record<string, Call>;
  };
  api: {
    layer: [theirs: number, ours: number];
    gone: Record<string, string>;
    fields: Record<string, { gone?: string[]; wanted?: string[]; changed?: Record<string, string> }>;
  };
}

const data = require("./gramjs.json") as Data;
const { modules, classes, calls } = data.types;

export const { version } = data;
export const { layer } = data.api;
export const CLIENT = "client/TelegramClient:TelegramClient";
export const MESSAGE = "tl/custom/message:CustomMessage";
const BASE_CLIENT = "client/telegramBaseClient:TelegramBaseClient";

/** The module that is imported as `telegram/<path>`. */
export function moduleAt(path: string): string | undefined {
  const plain = path.replace(/\.js$/, "").replace(/\/$/, "");
  return [plain || "index", `${plain}/index`].find((name) => name in modules);
}

/** Where an export of a module really is: an id, `module:` for a module, `Api`. */
export function exportOf(module: string, name: string): string | undefined {
  const found = modules[module]?.[name];
  return found === "" ? `${module}:${name}` : found;
}

/** The class whose members an object of the class `of` has. */
export function classOf(of: string): string {
  return of === "Api.Message" || of === "Api.MessageService" ? MESSAGE : of;
}

/** A member of the objects of a class: its id, and what it gives when it is no function. */
export function memberOf(of: string, name: string): { id: string; gives?: string } | undefined {
  const id = classOf(of);
  const members = classes[id]?.members;
  if (!members || !Object.hasOwn(members, name)) return undefined;
  const [owner, gives] = members[name]!;
  return { id: `${owner || id}.${name}`, gives };
}

/** A static member of a class. */
export function staticOf(id: string, name: string): string | undefined {
  return [`${id}.${name} (static)`, `${id}.${name}`].find((found) => found in data.members && !memberOf(id, name));
}

export function isClass(id: string): boolean {
  return classOf(id) in classes;
}

export function callOf(id: string): Call | undefined {
  return calls[id];
}

/** What the constructor of a class takes. */
export function takenByNew(id: string): (string[] | 0)[] | undefined {
  return classes[id]?.new;
}

/** What became of the member with one of these ids; of several (a re-export and what it is) the worst. */
export function judge(ids: string[], name?: string): Member | undefined {
  const known = ids.filter((id) => id in data.members);
  if (known.length === 0) return undefined;
  const order: State[] = ["not yet", "better", "same"];
  const id = order.map((state) => known.find((each) => data.members[each]![0] === state)).find(Boolean)!;
  const [state, words = ""] = data.members[id]!;
  return { id, name: name ?? nameOf(known.at(-1)!), state, words };
}

/** A class of `Api`, by its name without `Api.`. */
export function judgeApi(name: string): Member {
  const id = `Api.${name}`;
  if (Object.hasOwn(data.api.gone, name)) {
    return { id, name: id, state: "gone", words: data.api.gone[name] || `layer ${layer[1]} does not have it any more` };
  }
  return { id, name: id, state: "same", words: "" };
}

/** A field of a class of `Api` that is not as it was; nothing when it is. */
export function judgeField(name: string, field: string): Member | undefined {
  const id = `Api.${name}.${field}`;
  const { gone = [], changed = {} } = data.api.fields[name] ?? {};
  if (gone.includes(field)) return { id, name: id, state: "gone", words: `layer ${layer[1]} does not have it any more${wantedNow(name)}` };
  if (Object.hasOwn(changed, field)) return { id, name: id, state: "changed", words: changed[field]! };
  return undefined;
}

/** Fields that did not exist and must be given now. */
export function wantedOf(name: string): string[] {
  return data.api.fields[name]?.wanted ?? [];
}

function wantedNow(name: string): string {
  const wanted = wantedOf(name);
  return wanted.length > 0 ? `; new there: ${wanted.join(", ")}` : "";
}

/** Classes whose methods have names that few other libraries use, for objects of which nothing is known. */
const RECOGNIZABLE = Object.keys(classes).filter((id) => [CLIENT, BASE_CLIENT].includes(id) || /^(tl\/custom|events)\//.test(id));
/** What objects are often called. */
const HINTS: [RegExp, RegExp][] = [
  [/^(.*client|.*bot|tg|telegram|gram|userbot)$/i, /^client\//],
  [/^(event|ev|evt)$/i, /^events\/.*Event$/],
  [/^(msg|.*message)$/i, /^tl\/custom\/message:CustomMessage$/],
  [/^(.*dialog)$/i, /^tl\/custom\/dialog:Dialog$/],
];

/** A member by nothing but its name, and what its object is called. */
export function guess(name: string, object: string | undefined): Member | undefined {
  const hinted = HINTS.find(([called]) => object !== undefined && called.test(object))?.[1];
  const among = RECOGNIZABLE.filter((id) => (hinted ? hinted.test(id) : isTelling(name)));
  const found = among.map((id) => memberOf(id, name)).filter((member) => member && (hinted || calls[member.id]));
  const ids = [...new Set(found.map((member) => member!.id))];
  return judge(ids);
}

/** Whether a name says enough by itself: of several words, and not one of the language's own. */
function isTelling(name: string): boolean {
  const common = [Object.prototype, Array.prototype, String.prototype, Promise.prototype, Map.prototype, Buffer.prototype, Date.prototype];
  return /[a-z][A-Z]/.test(name) && !common.some((prototype) => name in prototype);
}

/** `TelegramClient.sendMessage`, `Utils.getPeerId`: an id as people say it. */
export function nameOf(id: string): string {
  const [module = "", path = ""] = id.split(":");
  const plain = path.replace(/^CustomMessage\b/, "Message").replace(/^TelegramBaseClient\./, "TelegramClient.");
  return path.includes(".") || isClass(id) || module.endsWith("index") ? plain : `${module.split("/").at(-1)}.${plain}`;
}
