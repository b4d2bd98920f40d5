// What `heliogram migrate` has to know of GramJS to follow values through a program: what modules export, what a
// class's members give, and which options a call takes.
//
// A value is named by the id of its class, by `Api.User`, or by either with `[]` for whatever can be looped over;
// promises are named by what they come to.
import ts from "typescript";

import { isHidden, moduleOf } from "./program.mjs";

export class Types {
  #checker;
  #folder;
  #modules = {};
  #classes = {};
  #calls = {};

  constructor(checker, folder) {
    this.#checker = checker;
    this.#folder = folder;
  }

  found() {
    return { modules: this.#modules, classes: this.#classes, calls: this.#calls };
  }

  /** Notes an export of a module: where it really is, and what can be told of it. */
  add(module, name, symbol, declared) {
    const exports = (this.#modules[module] ??= {});
    const file = symbol.declarations?.[0]?.getSourceFile().fileName ?? "";
    if (symbol.flags & ts.SymbolFlags.ValueModule && file) {
      exports[name] = moduleOf(this.#folder, file) === "tl/api" ? "Api" : `${moduleOf(this.#folder, file)}:`;
    } else if (!declared) {
      exports[name] = this.#idOf(symbol);
    } else {
      exports[name] = "";
      const id = `${module}:${name}`;
      if (symbol.flags & ts.SymbolFlags.Class) this.#classes[id] = this.#class(symbol, id);
      else if (symbol.flags & ts.SymbolFlags.Interface) this.#classes[id] = this.#class(symbol, id);
      else if (symbol.flags & ts.SymbolFlags.Value) this.#call(id, this.#checker.getTypeOfSymbol(symbol));
    }
  }

  /** `members`: for each member the class that declares it, if another, and what it gives; `new`: what the constructor takes. */
  #class(symbol, id) {
    const members = {};
    for (const property of this.#checker.getPropertiesOfType(this.#checker.getDeclaredTypeOfSymbol(symbol))) {
      if (property.name.startsWith("_") || isHidden(property)) continue;
      const owner = property.parent && this.#idOf(property.parent);
      const of = owner && owner !== id && !owner.startsWith("Api.") ? owner : undefined;
      const gives = this.#call(`${of ?? id}.${property.name}`, this.#checker.getTypeOfSymbol(property));
      members[property.name] = [of ?? "", ...(gives ? [gives] : [])];
    }
    const made = symbol.valueDeclaration && this.#checker.getTypeOfSymbol(symbol).getConstructSignatures()[0];
    const takes = made && this.#taken(made);
    return takes ? { members, new: takes } : { members };
  }

  /** Notes what a call takes; answers what it, or the value that is no function, gives. */
  #call(id, type) {
    const plain = this.#checker.getNonNullableType(type);
    const signatures = plain.getCallSignatures();
    if (signatures.length === 0) return this.#name(plain);
    const takes = this.#taken(signatures[0]);
    // Of overloads the last is the plain one: `getMe()` rather than `getMe(true)`.
    const gives = signatures.map((signature) => this.#name(signature.getReturnType())).findLast(Boolean);
    this.#calls[id] = { ...(takes && { takes }), ...(gives && { gives }) };
    return undefined;
  }

  /** The interfaces of options among the parameters, at their places. */
  #taken(signature) {
    const takes = signature.getParameters().map((parameter) => {
      const type = this.#checker.getNonNullableType(this.#checker.getTypeOfSymbol(parameter));
      const names = (type.isUnion() ? type.types : [type]).map((part) => this.#name(part.aliasSymbol?.name === "Partial" ? part.aliasTypeArguments[0] : part));
      const options = names.filter((name) => name && !name.startsWith("Api.") && !name.endsWith("[]"));
      return options.length > 0 ? options : 0;
    });
    return takes.some(Boolean) ? takes : undefined;
  }

  #name(type) {
    const plain = this.#checker.getNonNullableType(type);
    if (plain.isUnion()) {
      const names = new Set(plain.types.map((part) => this.#name(part)));
      return names.size === 1 ? [...names][0] : undefined;
    }
    const symbol = plain.symbol;
    if (!symbol) return undefined;
    const [first] = this.#checker.getTypeArguments(plain);
    if (symbol.name === "Promise") return first && this.#name(first);
    if (symbol.name === "Array" || symbol.name === "TotalList") return this.#listOf(first);
    const iterator = this.#checker.getPropertiesOfType(plain).find(({ escapedName }) => String(escapedName).startsWith("__@asyncIterator"));
    if (iterator) {
      const made = this.#checker.getTypeOfSymbol(iterator).getCallSignatures()[0].getReturnType();
      return this.#listOf(this.#checker.getTypeArguments(made)[0]);
    }
    return this.#idOf(symbol);
  }

  #listOf(type) {
    const element = type && this.#name(type);
    return element && `${element}[]`;
  }

  /** The id of a class or interface of GramJS. */
  #idOf(symbol) {
    const file = symbol.declarations?.[0]?.getSourceFile().fileName ?? "";
    if (!file.startsWith(this.#folder) || symbol.name.startsWith("__")) return undefined;
    if (symbol.flags & (ts.SymbolFlags.Method | ts.SymbolFlags.EnumMember)) return undefined;
    const module = moduleOf(this.#folder, file);
    if (module !== "tl/api") return `${module}:${symbol.name}`;
    const space = symbol.parent?.name;
    return space && space !== "Api" ? `Api.${space}.${symbol.name}` : `Api.${symbol.name}`;
  }
}
