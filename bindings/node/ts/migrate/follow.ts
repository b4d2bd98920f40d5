// Follows the values of GramJS through a project, and notes each member that is used.
//
// The files are walked several times: what was learned in one walk (what a function gives, what it is called with,
// what a file exports) is known in the next. Only the last walk notes.
import type { Project, SourceFile } from "./files";
import type { Member } from "./gramjs";
import { Learned } from "./learned";
import { Walk } from "./walk";

/** A member at a place of the program. */
export interface Use {
  file: string;
  line: number;
  column: number;
  member: Member;
  /** Whether the value's type is known; else the member was found by its name. */
  certain: boolean;
}

export interface Findings {
  uses: Use[];
  /** Members of GramJS's values whose names are computed when the program runs. */
  dynamic: number;
}

const WALKS = 4;

export function follow(project: Project): Findings {
  const learned = new Learned(project);
  const connected = connectedFiles(project);
  const findings: Findings = { uses: [], dynamic: 0 };
  for (let walk = 1; walk <= WALKS; walk += 1) {
    for (const file of project.files) {
      if (!connected.has(file)) continue;
      const done = new Walk(project, learned, file, walk === WALKS);
      findings.uses.push(...done.uses);
      findings.dynamic += done.dynamic;
    }
  }
  return findings;
}

/** The files that import GramJS, and those that are connected with them by imports, in either direction. */
function connectedFiles(project: Project): Set<SourceFile> {
  const found = new Set(project.files.filter((file) => specifiers(file).some((name) => project.pathOf(name) !== undefined)));
  const neighbours = new Map<SourceFile, SourceFile[]>(project.files.map((file) => [file, []]));
  for (const file of project.files) {
    for (const specifier of specifiers(file)) {
      const other = specifier.startsWith(".") ? project.find(file, specifier) : undefined;
      if (!other) continue;
      neighbours.get(file)!.push(other);
      neighbours.get(other)!.push(file);
    }
  }
  for (const file of found) for (const other of neighbours.get(file)!) found.add(other);
  return found;
}

/** Every text in a file that may be what it imports. */
function specifiers(file: SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (typeof node !== "object" || node === null) return;
    const { type, value } = node as { type?: string; value?: unknown };
    if (type === "StringLiteral" && typeof value === "string") found.push(value);
    if (type !== undefined) for (const [key, inner] of Object.entries(node)) if (key !== "loc") visit(inner);
  };
  visit(file.ast.program);
  return found;
}
