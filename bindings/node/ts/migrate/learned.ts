// What one walk over a project leaves for the next.
import type * as t from "@babel/types";

import type { Project, SourceFile } from "./files";
import type { Kind } from "./kinds";
import { Scope } from "./scope";

export class Learned {
  #scopes = new Map<t.Node, Scope>();
  #returns = new Map<t.Node, Kind>();
  #parameters = new Map<t.Node, (Kind | undefined)[]>();
  #fields = new Map<t.Node, Map<string, Kind>>();
  #parents = new Map<t.Node, Kind>();
  #exports: Map<SourceFile, Map<string, Kind>>;
  #wholes = new Map<SourceFile, Kind>();

  constructor(project: Project) {
    this.#exports = new Map(project.files.map((file) => [file, new Map()]));
  }

  scopeOf(node: t.Node, parent: Scope | undefined, isFunction: boolean): Scope {
    const known = this.#scopes.get(node) ?? new Scope(parent, isFunction);
    this.#scopes.set(node, known);
    return known;
  }

  returns(node: t.Node): Kind | undefined {
    return this.#returns.get(node);
  }

  noteReturn(node: t.Node, kind: Kind | undefined): void {
    const known = this.#returns.get(node);
    if (kind && (!known || known.is === "foreign")) this.#returns.set(node, kind);
  }

  parameter(node: t.Node, at: number): Kind | undefined {
    return this.#parameters.get(node)?.[at];
  }

  noteParameters(node: t.Node, kinds: (Kind | undefined)[]): void {
    const known = this.#parameters.get(node) ?? [];
    this.#parameters.set(node, known);
    kinds.forEach((kind, at) => {
      if (kind && kind.is !== "foreign") known[at] ??= kind;
    });
  }

  field(owner: t.Node, name: string): Kind | undefined {
    return this.#fields.get(owner)?.get(name);
  }

  noteField(owner: t.Node, name: string, kind: Kind | undefined): void {
    const fields = this.#fields.get(owner) ?? new Map<string, Kind>();
    this.#fields.set(owner, fields);
    if (kind && (!fields.has(name) || fields.get(name)!.is === "foreign")) fields.set(name, kind);
  }

  /** What a class of the program extends. */
  parent(owner: t.Node): Kind | undefined {
    return this.#parents.get(owner);
  }

  noteParent(owner: t.Node, kind: Kind | undefined): void {
    if (kind) this.#parents.set(owner, kind);
  }

  exported(file: SourceFile, name: string): Kind | undefined {
    const whole = this.#wholes.get(file);
    if (name === "default") return this.#exports.get(file)?.get(name) ?? whole ?? { is: "file", file };
    return this.#exports.get(file)?.get(name) ?? (whole?.is === "object" ? whole.members.get(name) : undefined);
  }

  noteExport(file: SourceFile, name: string, kind: Kind | undefined): void {
    if (kind) this.#exports.get(file)!.set(name, kind);
  }

  /** What `module.exports` was set to. */
  whole(file: SourceFile): Kind | undefined {
    return this.#wholes.get(file);
  }

  noteWhole(file: SourceFile, kind: Kind | undefined): void {
    if (kind) this.#wholes.set(file, kind);
  }
}
