// GramJS's public members, from its declarations.
//
// A member's id is its module, a colon, its path: `client/TelegramClient:TelegramClient.sendMessage`. Hidden, private and
// underscored members are not public; the classes of `Api` are compared by layers.mjs.
import ts from "typescript";

import { exportsOf, isHidden, moduleOf, resolved, shapeOf } from "./program.mjs";
import { Types } from "./types.mjs";

/** Modules with nothing in them for users: the schema and what GramJS's own build makes of it. */
const GENERATION = /^tl\/(api|types-generator\/.*|generateModule|generationHelpers|schemaTl|apiTl)$/;

/** All members in the order of the modules, and what can be told of a value by where it comes from. */
export function listTheirs(context, folder) {
  const { checker } = context;
  const members = [];
  const types = new Types(checker, folder);
  for (const file of context.declarations(folder)) {
    const module = moduleOf(folder, file);
    if (GENERATION.test(module)) continue;
    for (const exported of exportsOf(context, file) ?? []) {
      if (exported.name.startsWith("_") || exported.name === "prototype" || isHidden(exported)) continue;
      const symbol = resolved(checker, exported);
      if (isForeign(symbol, folder)) continue;
      const declared = symbol.declarations?.some((declaration) => declaration.getSourceFile().fileName === file);
      const id = `${module}:${exported.name}`;
      types.add(module, exported.name, symbol, declared);
      if (!declared || symbol.flags & ts.SymbolFlags.ValueModule) {
        members.push({ id, module, path: [exported.name], kind: "export", value: Boolean(symbol.flags & ts.SymbolFlags.Value) });
        continue;
      }
      members.push(...ofExport(checker, module, id, exported.name, symbol));
    }
  }
  return { members, types: types.found() };
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
