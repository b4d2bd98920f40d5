// What there is of a member here: in our declarations, and in the code as it runs.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import ts from "typescript";

import { exportsOf, resolved, shapeOf } from "./program.mjs";
import { refusalOf } from "./refusals.mjs";

/** Whose members are somewhere else here: the classes that GramJS splits, or that we patch onto the schema's. */
const ELSEWHERE = new Map([
  ["client/telegramBaseClient:TelegramBaseClient", ["client/TelegramClient", "TelegramClient"]],
  ["tl/custom/message:CustomMessage", ["tl/api", "Api", "Message"]],
]);

/** For each member whether it is here, and if not why, or in what it differs. */
export function lookAtOurs(context, dist, members) {
  const look = new Look(context, dist);
  return new Map(members.map((member) => [member.id, look.at(member)]));
}

class Look {
  #context;
  #dist;
  #require;
  #modules = new Map();
  #samples = new Map();

  constructor(context, dist) {
    this.#context = context;
    this.#dist = dist;
    this.#require = createRequire(join(dist, "index.js"));
  }

  /** `missing` says why it counts as not there; `differs` what would break a program that uses it. */
  at(member) {
    const [module, ...path] = this.#placeOf(member);
    const declared = this.#declared(module, path, member.kind);
    if (typeof declared === "string") return { missing: declared };
    if (member.value && !declared.value) return { missing: "is only a type here" };
    // What is abstract is for whoever extends the class: there is nothing to run.
    const missing = declared.isAbstract ? undefined : member.value ? this.#absentAtRuntime(module, path, member, declared) : refusalOf(member.id, this.#load("index"));
    return missing ? { missing } : { differs: differences(member, declared) };
  }

  #placeOf({ module, path }) {
    const owner = ELSEWHERE.get(`${module}:${path[0]}`);
    return path.length > 1 && owner ? [...owner, ...path.slice(1)] : [module, ...path];
  }

  /** The member's shape in our declarations, or why there is none. */
  #declared(module, path, kind) {
    const { checker } = this.#context;
    const exported = this.#exports(module);
    if (!exported) return `no module ${module}`;
    let symbol = exported.get(path[0]);
    if (!symbol) return `no export ${path[0]}`;
    const end = path.length - 1;
    for (let at = 1; at <= end; at += 1) {
      if (symbol.flags & ts.SymbolFlags.ValueModule && at < end) {
        symbol = checker.getExportsOfModule(symbol).find(({ name }) => name === path[at]);
        if (!symbol) return `no ${path.slice(0, at + 1).join(".")}`;
        continue;
      }
      const type = kind === "static" ? checker.getTypeOfSymbol(symbol) : checker.getDeclaredTypeOfSymbol(symbol);
      const property = checker.getPropertyOfType(type, path[at]) ?? this.#ofAnyMember(type, path[at]);
      if (!property) return `not declared`;
      symbol = property;
    }
    const value = Boolean(symbol.flags & (ts.SymbolFlags.Value | ts.SymbolFlags.Accessor));
    if (kind === "class" || !value) return { value };
    const type = checker.getNonNullableType(checker.getTypeOfSymbol(symbol));
    const shape = shapeOf(checker, type);
    if (shape?.refuses) return "only throws, says its type";
    const isAbstract = (symbol.declarations ?? []).some((declaration) => ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Abstract);
    return { value, isAbstract, isOptional: Boolean(symbol.flags & ts.SymbolFlags.Optional), any: Boolean(type.flags & ts.TypeFlags.Any), shape, checker };
  }

  /** An option that only one form of a union of options has. */
  #ofAnyMember(type, name) {
    return type.isUnion?.() ? type.types.map((part) => this.#context.checker.getPropertyOfType(part, name)).find(Boolean) : undefined;
  }

  #exports(module) {
    if (!this.#modules.has(module)) {
      const { checker } = this.#context;
      const list = exportsOf(this.#context, join(this.#dist, `${module}.d.ts`)) ?? exportsOf(this.#context, join(this.#dist, module, "index.d.ts"));
      this.#modules.set(module, list && new Map(list.map((symbol) => [symbol.name, resolved(checker, symbol)])));
    }
    return this.#modules.get(module);
  }

  #absentAtRuntime(module, path, member, { isOptional }) {
    const loaded = this.#load(module);
    if (!loaded) return `the module ${module} cannot be loaded`;
    const owner = path.slice(0, -1).reduce((on, name) => on?.[name], loaded);
    const name = path.at(-1);
    if (owner === undefined) return "not there when it runs";
    if (member.kind !== "member") {
      if (!(name in owner)) return "not there when it runs";
      const value = owner[name];
      if (member.kind === "class" && typeof value !== "function") return "is no class";
      if (member.shape && typeof value !== "function") return "is no function";
      return member.shape ? onlyThrows(value) : undefined;
    }
    const descriptor = inChain(owner.prototype, name);
    if (descriptor) {
      // A method that is loaded when it is first used is a getter until then.
      const code = member.method ? owner.prototype[name] : (descriptor.value ?? descriptor.get);
      if (member.method && typeof code !== "function") return "is no function";
      return typeof code === "function" ? onlyThrows(code) : undefined;
    }
    if (member.method) return "not there when it runs";
    const required = member.required && !isOptional;
    const sample = this.#sample(`${module}:${path[0]}`, owner, loaded);
    return sample && required && !(name in sample) ? "not there when it runs" : undefined;
  }

  #load(module) {
    const path = ["", "/index"].map((end) => join(this.#dist, `${module}${end}.js`)).find(existsSync);
    return path && this.#require(path);
  }

  /** An object of the class, when one can be had of simple arguments. */
  #sample(key, Class) {
    if (!this.#samples.has(key)) this.#samples.set(key, made(Class, this.#load("sessions")));
    return this.#samples.get(key);
  }
}

function made(Class, { StringSession }) {
  for (const args of [[new StringSession(""), 1, "0123456789abcdef0123456789abcdef", {}], [{ id: 1, date: 0, message: "" }], [""], [{}], []]) {
    try {
      return new Class(...args);
    } catch {
      // other arguments then
    }
  }
  return undefined;
}

function inChain(object, name) {
  for (let at = object; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    const descriptor = Object.getOwnPropertyDescriptor(at, name);
    if (descriptor) return descriptor;
  }
  return undefined;
}

/** Whether a function is one that does nothing but throw. */
export function onlyThrows(value) {
  const text = Function.prototype.toString.call(value);
  const source = ts.createSourceFile("f.js", text.startsWith("class") ? text : `x = { ${/^(async\s+)?(function|\()/.test(text) ? `f: ${text}` : text} }`, ts.ScriptTarget.Latest, true);
  let body;
  const find = (node) => {
    if (!body && ts.isFunctionLike(node) && node.body) body = node.body;
    else ts.forEachChild(node, find);
  };
  if (!text.startsWith("class")) find(source);
  const first = body && ts.isBlock(body) ? body.statements[0] : undefined;
  return first && ts.isThrowStatement(first) ? "only throws" : undefined;
}

/** In what ours differs so that a program written for theirs would not run, or not compile. */
function differences({ shape: theirs }, { shape: ours, any, checker }) {
  if (!theirs || any) return undefined;
  if (!ours) return "is no function";
  const found = [];
  if (ours.min > theirs.min) found.push(`wants ${ours.min} arguments, not ${theirs.min}`);
  if (ours.max < theirs.max) found.push(`takes ${ours.max} arguments, not ${theirs.max}`);
  if (theirs.promise && !ours.promise) found.push("gives no promise");
  if (!theirs.promise && ours.promise) found.push("gives a promise");
  theirs.signatures[0].options.forEach((options, at) => {
    for (const option of options) {
      if (!ours.signatures.some(({ parameters }) => takes(checker, parameters[at], option))) found.push(`has no option ${option}`);
    }
  });
  return found.join(", ") || undefined;
}

function takes(checker, parameter, option) {
  if (!parameter) return false;
  const type = checker.getNonNullableType(checker.getTypeOfSymbol(parameter));
  const parts = type.isUnion() ? type.types : [type];
  return parts.some((part) => part.flags & ts.TypeFlags.Any || checker.getPropertyOfType(part, option));
}
