// What was found, for people and for programs.
import type { Project } from "./files";
import type { Findings, Use } from "./follow";
import { layer, version, type State } from "./gramjs";

/** States that have to be looked at before the program runs here. */
const WORK: State[] = ["not yet", "changed", "gone"];

export function needsWork({ uses }: Findings): boolean {
  return uses.some(({ member }) => WORK.includes(member.state));
}

export function asText(project: Project, findings: Findings): string {
  const { uses } = findings;
  const places = uses.map((use) => `${use.file}:${use.line}`);
  const names = uses.map(({ member }) => member.name);
  const [placeWidth, nameWidth] = [widest(places), widest(names)];
  const lines = uses.map(({ member, certain }, at) => {
    const state = certain ? member.state : `${member.state}?`;
    return `${places[at]!.padEnd(placeWidth)}  ${names[at]!.padEnd(nameWidth)}  ${state.padEnd(8)}  ${member.words}`.trimEnd();
  });
  return [...lines, "", ...conclusion(project, findings)].join("\n");
}

export function asJson(directory: string, project: Project, findings: Findings): string {
  const { uses, dynamic } = findings;
  const listed = uses.map(({ member, ...place }) => ({ ...place, ...member }));
  const about = { directory, gramjs: version, layer: layer[1], summary: { ...counts(uses), dynamic } };
  return JSON.stringify({ ...about, uses: listed, unreadable: project.unreadable }, undefined, 2);
}

function counts(uses: Use[]): Record<State, number> & { uses: number; files: number; byName: number } {
  const states: Record<State, number> = { same: 0, better: 0, "not yet": 0, changed: 0, gone: 0 };
  for (const member of new Map(uses.map(({ member }) => [member.id, member])).values()) states[member.state] += 1;
  return {
    ...states,
    uses: uses.length,
    files: new Set(uses.map(({ file }) => file)).size,
    byName: uses.filter(({ certain }) => !certain).length,
  };
}

/** The sums, and what cannot be seen. */
function conclusion(project: Project, { uses, dynamic }: Findings): string[] {
  const sums = counts(uses);
  const members = sums.same + sums.better + sums["not yet"] + sums.changed + sums.gone;
  const lines = [
    `${plural(members, "member")} of GramJS in ${plural(sums.uses, "place")} of ${plural(sums.files, "file")}: ` +
      `${sums.same} same, ${sums.better} better, ${sums["not yet"]} not yet; ` +
      `of Api from layer ${layer[0]} to ${layer[1]}: ${sums.changed} changed, ${sums.gone} gone.`,
  ];
  if (sums.byName > 0) {
    lines.push(`A state with "?": the type of the value is not known, the member was found by its name (${plural(sums.byName, "place")}).`);
  }
  if (dynamic > 0) lines.push(`Not seen: ${plural(dynamic, "member")} whose name is computed when the program runs.`);
  lines.push("Not seen: members of values of unknown type whose names say too little, and whatever runs from strings or templates.");
  for (const { path, problem } of project.unreadable) lines.push(`Not read: ${path}: ${problem}`);
  return lines;
}

function plural(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

function widest(texts: string[]): number {
  return Math.max(0, ...texts.map((text) => text.length));
}
