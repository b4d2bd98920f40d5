// The project's files: found, read and parsed.
import type { ParserOptions, parse as Parse } from "@babel/parser";
import type { File as Ast } from "@babel/types";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join, relative, resolve } from "node:path";

// Comes with the package: `npm run build` puts it beside this file.
const { parse } = require("./parser.js") as { parse: typeof Parse };

export interface SourceFile {
  /** From the project's folder. */
  path: string;
  absolute: string;
  ast: Ast;
}

export interface Project {
  files: SourceFile[];
  unreadable: { path: string; problem: string }[];
  /** The path in GramJS that an import means: "" for `telegram`, `sessions` for `telegram/sessions`. */
  pathOf(specifier: string): string | undefined;
  /** The file that a relative import means. */
  find(from: SourceFile, specifier: string): SourceFile | undefined;
}

const EXTENSIONS = [".js", ".cjs", ".mjs", ".jsx", ".ts", ".cts", ".mts", ".tsx"];
/** Folders with what somebody else wrote, or a tool. */
const SKIPPED = new Set(["node_modules", "bower_components", "dist", "build", "out", "coverage", ".next", ".nuxt"]);
const LARGEST = 4 << 20; // a bundle rather than a source

export function readProject(directory: string, names: string[]): Project {
  const files: SourceFile[] = [];
  const unreadable: Project["unreadable"] = [];
  for (const absolute of sources(directory)) {
    const path = relative(directory, absolute);
    if (statSync(absolute).size > LARGEST) {
      unreadable.push({ path, problem: "larger than 4 MiB" });
      continue;
    }
    try {
      files.push({ path, absolute, ast: parsed(absolute) });
    } catch (error) {
      unreadable.push({ path, problem: (error as Error).message });
    }
  }
  const byPath = new Map(files.map((file) => [file.absolute, file]));
  const find = (from: SourceFile, specifier: string) => {
    const base = resolve(from.absolute, "..", specifier);
    const bare = base.replace(/\.([cm]?)jsx?$/, "");
    return candidates(base, bare).map((path) => byPath.get(path)).find(Boolean);
  };
  const pathOf = (specifier: string) => {
    const name = names.find((name) => specifier === name || specifier.startsWith(`${name}/`));
    return name === undefined ? undefined : specifier.slice(name.length + 1);
  };
  return { files, unreadable, pathOf, find };
}

function sources(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return SKIPPED.has(entry.name) || entry.name === ".git" ? [] : sources(path);
      const source = entry.isFile() && EXTENSIONS.includes(extname(entry.name)) && !/\.d\.[cm]?ts$/.test(entry.name);
      return source ? [path] : [];
    });
}

/** A TypeScript file is imported by the name of the JavaScript that is made of it, so endings are tried all. */
function candidates(base: string, bare: string): string[] {
  const endings = EXTENSIONS.flatMap((extension) => [bare + extension, base + extension, join(base, `index${extension}`)]);
  return [base, ...endings];
}

function parsed(path: string): Ast {
  const text = readFileSync(path, "utf8");
  const extension = extname(path);
  const typescript = /ts/.test(extension);
  const plugins: ParserOptions["plugins"] = ["decorators", "explicitResourceManagement"];
  if (typescript) plugins.push("typescript");
  if (extension !== ".ts" && extension !== ".mts" && extension !== ".cts") plugins.push("jsx");
  const options: ParserOptions = {
    sourceType: "unambiguous",
    allowReturnOutsideFunction: true,
    allowAwaitOutsideFunction: true,
    allowImportExportEverywhere: true,
    allowUndeclaredExports: true,
    errorRecovery: true,
    plugins,
  };
  try {
    return parse(text, options);
  } catch (problem) {
    if (typescript) throw problem;
    return parse(text, { ...options, plugins: ["jsx", "flow", "decorators"] });
  }
}
