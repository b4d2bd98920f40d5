// What can be known of a value in a program: a module of GramJS, an object of one of its classes, a function of the program ...
import type * as t from "@babel/types";

import { callOf, exportOf, isClass, memberOf, staticOf } from "./gramjs";
import type { SourceFile } from "./files";

export type Kind =
  | { is: "module"; module: string }
  | { is: "export"; id: string }
  /** `Api`, a space of it or a class of it. */
  | { is: "api"; path: string }
  /** An object of a class, or with `[]` a list of them. */
  | { is: "value"; of: string }
  /** A function of GramJS. */
  | { is: "call"; id: string }
  | { is: "function"; node: t.Function }
  | { is: "object"; node?: t.ObjectExpression; members: Map<string, Kind> }
  /** A class of the program itself, and an object of it. */
  | { is: "class"; node: t.Class }
  | { is: "instance"; node: t.Class }
  | { is: "tuple"; items: (Kind | undefined)[] }
  | { is: "file"; file: SourceFile }
  /** Surely nothing of GramJS's. */
  | { is: "foreign" };

export const FOREIGN: Kind = { is: "foreign" };

/** Methods of lists that give the list, or one of it. */
const LISTS = new Set(["filter", "slice", "reverse", "sort", "concat", "toReversed", "toSorted"]);
const ELEMENTS = new Set(["find", "findLast", "at", "pop", "shift"]);
/** Methods of lists that hand one element to the function they are given. */
export const EACH = new Set(["map", "forEach", "filter", "find", "findLast", "findIndex", "some", "every", "flatMap"]);

/** What a name in a module stands for. */
export function exported(module: string, name: string): Kind | undefined {
  const found = exportOf(module, name);
  if (found === undefined) return name === "default" ? { is: "module", module } : undefined;
  if (found === "Api") return { is: "api", path: "" };
  if (found.endsWith(":")) return { is: "module", module: found.slice(0, -1) };
  return callOf(found) && !isClass(found) ? { is: "call", id: found } : { is: "export", id: found };
}

/** What a member of a value of GramJS is. The program's own values are looked at by who follows it. */
export function memberKind(kind: Kind, name: string): Kind | undefined {
  if (kind.is === "foreign") return FOREIGN;
  if (kind.is === "module") return exported(kind.module, name);
  if (kind.is === "api") return { is: "api", path: kind.path ? `${kind.path}.${name}` : name };
  if (kind.is === "export") {
    const id = staticOf(kind.id, name);
    return id ? { is: "call", id } : undefined;
  }
  if (kind.is !== "value" || kind.of.endsWith("[]")) return undefined;
  const member = memberOf(kind.of, name);
  if (!member) return undefined;
  return member.gives ? { is: "value", of: member.gives } : { is: "call", id: member.id };
}

/** What a call gives whose function is a member of a list. */
export function ofList(list: string, method: string): Kind | undefined {
  if (LISTS.has(method)) return { is: "value", of: list };
  return ELEMENTS.has(method) ? { is: "value", of: list.slice(0, -2) } : undefined;
}

/** One of a list. */
export function elementOf(kind: Kind | undefined): Kind | undefined {
  if (kind?.is === "value" && kind.of.endsWith("[]")) return { is: "value", of: kind.of.slice(0, -2) };
  if (kind?.is === "tuple") return kind.items.find(Boolean);
  return kind?.is === "foreign" ? FOREIGN : undefined;
}

/** What a function of GramJS gives. */
export function givenBy(id: string): Kind | undefined {
  const gives = callOf(id)?.gives;
  return gives ? { is: "value", of: gives } : undefined;
}

/** What an event handler is called with that was added with this kind of event. */
export function eventOf(builder: Kind | undefined): Kind | undefined {
  if (builder?.is !== "value") return undefined;
  const event = `${builder.of}Event`;
  return isClass(event) ? { is: "value", of: event } : FOREIGN;
}
