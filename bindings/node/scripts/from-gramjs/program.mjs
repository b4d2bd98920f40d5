// Both libraries' declarations in one TypeScript program.
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";

/** The program over all declarations of two packages, with what is asked of it again and again. */
export function programOver(...packages) {
  const files = packages.flatMap(declarations);
  const program = ts.createProgram(files, {
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Node10,
    target: ts.ScriptTarget.ES2022,
    esModuleInterop: true,
    strict: true,
    skipLibCheck: true,
    types: ["node"],
    noEmit: true,
  });
  return { program, checker: program.getTypeChecker(), declarations };
}

/** The declaration files of a package, its dependencies left out. */
export function declarations(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".d.ts"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((path) => !relative(folder, path).includes("node_modules"))
    .sort();
}

/** What a module exports, aliases not followed; nothing when there is no such module. */
export function exportsOf({ program, checker }, file) {
  const source = program.getSourceFile(file);
  const symbol = source && checker.getSymbolAtLocation(source);
  return symbol ? checker.getExportsOfModule(symbol) : undefined;
}

/** The symbol that an alias stands for. */
export function resolved(checker, symbol) {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** How something may be called: the fewest and the most arguments over all its overloads, and whether it is awaited. */
export function shapeOf(checker, type) {
  // An answer that may be given as a function or as it is, is called as a function.
  const signatures = (type.isUnion() ? type.types : [type]).flatMap((part) => part.getCallSignatures());
  if (signatures.length === 0) return undefined;
  const all = signatures.map((signature) => {
    const parameters = signature.getParameters();
    const rest = parameters.some((parameter) => parameter.declarations?.[0]?.dotDotDotToken);
    return {
      min: signature.minArgumentCount ?? parameters.filter((parameter) => !isOptional(parameter)).length,
      max: rest ? Infinity : parameters.length,
      promise: isPromise(signature.getReturnType()),
      refuses: isNever(signature.getReturnType()),
      options: parameters.map((parameter) => inlineOptions(checker, parameter)),
      parameters,
    };
  });
  return {
    min: Math.min(...all.map(({ min }) => min)),
    max: Math.max(...all.map(({ max }) => max)),
    promise: all.every(({ promise }) => promise),
    refuses: all.every(({ refuses }) => refuses),
    signatures: all,
  };
}

function isOptional(parameter) {
  const declaration = parameter.valueDeclaration;
  return Boolean(declaration && ts.isParameter(declaration) && (declaration.questionToken || declaration.initializer || declaration.dotDotDotToken));
}

function isPromise(type) {
  return type.symbol?.name === "Promise";
}

/** `never`, or a promise of it: what a member says that only throws. */
function isNever(type) {
  if (type.flags & ts.TypeFlags.Never) return true;
  return isPromise(type) && Boolean(type.typeArguments?.[0] && type.typeArguments[0].flags & ts.TypeFlags.Never);
}

/** The options of a parameter whose type is written where the parameter is, and so has no name of its own. */
function inlineOptions(checker, parameter) {
  const node = parameter.valueDeclaration?.type;
  if (!node || !ts.isTypeLiteralNode(node)) return [];
  return checker.getTypeFromTypeNode(node).getProperties().map((property) => property.name);
}

/** A module's name as a program imports it. */
export function moduleOf(folder, file) {
  return relative(folder, file).replace(/\.d\.ts$/, "");
}

/** Not for users: GramJS marks it, or the language does. */
export function isHidden(symbol) {
  const declarations = symbol.declarations ?? [];
  const tags = symbol.getJsDocTags().some(({ name }) => name === "hidden" || name === "private" || name === "internal");
  const modifiers = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return tags || declarations.some((declaration) => ts.getCombinedModifierFlags(declaration) & modifiers);
}
