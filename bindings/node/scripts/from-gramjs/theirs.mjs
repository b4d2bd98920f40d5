// GramJS's public members, from its declarations.
//
// A member's id is its module, a colon, its path: `client/TelegramClient:TelegramClient.sendMessage`. Hidden, private and
// underscored members are not public; the classes of `Api` are compared by layers.mjs.
import { relative } from "node:path";
import ts from "typescript";

import { exportsOf, resolved, shapeOf } from "./program.mjs";

/** Modules with nothing in them for users: the schema and what GramJS's own build makes of it. */
const GENERATION = /^tl\/(api|types-generator\/.*|generateModule|generationHelpers|schemaTl|apiTl)$/;

/** All members in the order of the modules, and for the classes what their members give, by name. */
export function listTheirs(context, folder) {
  const { checker } = context;
  const members = [];
  const types = {};
  const name = names(checker, folder);
  for (const file of context.declarations(folder)) {
    const module = moduleOf(folder, file);
    if (GENERATION.test(module)) continue;
    for (const exported of exportsOf(context, file) ?? []) {
      if (exported.name.startsWith("_") || isHidden(exported)) continue;
      const symbol = resolved(checker, exported);
      if (isForeign(symbol, folder)) continue;
      const declared = symbol.declarations?.some((declaration) => declaration.getSourceFile().fileName === file);
      const id = `${module}:${exported.name}`;
      if (!declared || symbol.flags & ts.SymbolFlags.ValueModule) {
        members.push({ id, module, path: [exported.name], kind: "export", value: Boolean(symbol.flags & ts.SymbolFlags.Value) });
        continue;
      }
      members.push(...ofExport(checker, module, id, exported.name, symbol));
      const gives = resultsOf(checker, symbol, name);
      if (gives) types[id] = gives;
    }
  }
  return { members, types };
}

export function moduleOf(folder, file) {
  return relative(folder, file).replace(/\.d\.ts$/, "");
}

function ofExport(checker, module, id, name, symbol) {
  const value = Boolean(symbol.flags & ts.SymbolFlags.Value);
  const own = { id, module, path: [name], value };
  if (symbol.flags & ts.SymbolFlags.Class) {
    const instance = checker.getDeclaredTypeOfSymbol(symbol);
    return [
      { ...own, kind: "class" },
      ...ofType(checker, own, instance, symbol, "member"),
      ...ofType(checker, own, checker.getTypeOfSymbol(symbol), symbol, "static"),
    ].map((member, at, all) => {
      const twice = member.kind === "static" && all.findIndex(({ id }) => id === member.id) < at;
      return twice ? { ...member, id: `${member.id} (static)` } : member;
    });
  }
  if (symbol.flags & ts.SymbolFlags.Interface) {
    return [{ ...own, kind: "interface" }, ...ofType(checker, own, checker.getDeclaredTypeOfSymbol(symbol), symbol, "option")];
  }
  if (symbol.flags & ts.SymbolFlags.Enum) {
    const values = checker.getExportsOfModule(symbol).map((entry) => ({ ...own, id: `${id}.${entry.name}`, path: [name, entry.name], kind: "static" }));
    return [{ ...own, kind: "enum" }, ...values];
  }
  if (!value) return [{ ...own, kind: "type" }];
  const shape = shapeOf(checker, checker.getTypeOfSymbol(symbol));
  return [{ ...own, kind: shape ? "function" : "value", shape }];
}

/** Of Node or of another package: GramJS has modules that hand these on. */
function isForeign(symbol, folder) {
  const files = (symbol.declarations ?? []).map((declaration) => declaration.getSourceFile().fileName);
  return files.length > 0 && files.every((file) => !file.startsWith(folder) || file.slice(folder.length).includes("node_modules"));
}

/** The members that a class or interface declares itself; what it inherits is its parent's. */
function ofType(checker, own, type, symbol, kind) {
  const members = [];
  for (const property of checker.getPropertiesOfType(type)) {
    if (property.name.startsWith("_") || property.name === "prototype" || isHidden(property)) continue;
    const declarations = property.declarations ?? [];
    if (!declarations.some((declaration) => symbol.declarations.includes(declaration.parent))) continue;
    const of = checker.getTypeOfSymbol(property);
    members.push({
      id: `${own.id}.${property.name}`,
      module: own.module,
      path: [...own.path, property.name],
      kind,
      value: kind !== "option",
      method: Boolean(property.flags & ts.SymbolFlags.Method),
      required: !(property.flags & ts.SymbolFlags.Optional),
      shape: shapeOf(checker, checker.getNonNullableType(of)),
    });
  }
  return members;
}

function isHidden(symbol) {
  const declarations = symbol.declarations ?? [];
  const tags = symbol.getJsDocTags().some(({ name }) => name === "hidden" || name === "private" || name === "internal");
  const modifiers = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return tags || declarations.some((declaration) => ts.getCombinedModifierFlags(declaration) & modifiers);
}

/** What the members of a class give (`Api.Message`, `Api.Message[]`), for who follows `client.getMe().username`. */
function resultsOf(checker, symbol, name) {
  if (!(symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface))) return undefined;
  const results = {};
  for (const property of checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol))) {
    if (property.name.startsWith("_") || isHidden(property)) continue;
    const type = checker.getNonNullableType(checker.getTypeOfSymbol(property));
    const signature = type.getCallSignatures()[0];
    const gives = name(signature ? signature.getReturnType() : type);
    if (gives) results[property.name] = gives;
  }
  return Object.keys(results).length > 0 ? results : undefined;
}

/** Names a type: the id of a class, `Api.X`, either with `[]` for lists; nothing for anything else. */
function names(checker, folder) {
  const name = (type) => {
    const plain = checker.getNonNullableType(type);
    const symbol = plain.symbol;
    if (!symbol) return undefined;
    const argument = checker.getTypeArguments(plain)?.[0] ?? plain.typeArguments?.[0];
    if (symbol.name === "Promise") return argument && name(argument);
    const file = symbol.declarations?.[0]?.getSourceFile().fileName ?? "";
    if (symbol.name === "Array" || symbol.name === "TotalList") {
      const element = argument && name(argument);
      return element && `${element}[]`;
    }
    if (!file.startsWith(folder) || symbol.name.startsWith("__")) return undefined;
    if (symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Method)) return undefined;
    const module = moduleOf(folder, file);
    if (module !== "tl/api") return `${module}:${symbol.name}`;
    const space = symbol.parent?.name;
    return space && space !== "Api" ? `Api.${space}.${symbol.name}` : `Api.${symbol.name}`;
  };
  return name;
}
