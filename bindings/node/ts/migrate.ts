// `heliogram migrate DIR`: which members of GramJS a project uses, and what has become of each here.
import { statSync } from "node:fs";
import { resolve } from "node:path";

import { readProject } from "./migrate/files";
import { follow } from "./migrate/follow";
import { asJson, asText, needsWork } from "./migrate/report";

const USAGE = `usage: heliogram migrate [--json] [--as NAME] DIR

Lists every member of GramJS that the JavaScript and TypeScript under DIR use, with its state in this package.

  --json     the same for programs
  --as NAME  the project imports GramJS by this name (telegram, teleproto and heliogram are known)

Ends with 0 when nothing has to be changed, with 1 when something has, and with 2 when it could not be told.`;

/** Runs the command with its arguments; answers what to end the process with. */
export async function main(argv: string[]): Promise<number> {
  const options = readArguments(argv);
  if (typeof options === "string") {
    (options === USAGE && argv.includes("--help") ? console.log : console.error)(options);
    return argv.includes("--help") ? 0 : 2;
  }
  const directory = resolve(options.directory);
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    console.error(`heliogram migrate: there is no folder ${directory}`);
    return 2;
  }
  const project = readProject(directory, options.names);
  const findings = follow(project);
  if (findings.uses.length === 0) {
    const seen = `${project.files.length} JavaScript and TypeScript files`;
    console.error(`heliogram migrate: nothing under ${directory} imports ${options.names.join(", ")} (${seen} looked at)`);
    for (const { path, problem } of project.unreadable) console.error(`  ${path}: ${problem}`);
    return 2;
  }
  console.log(options.json ? asJson(directory, project, findings) : asText(project, findings));
  return needsWork(findings) ? 1 : 0;
}

interface Options {
  directory: string;
  json: boolean;
  names: string[];
}

/** What was asked for, or what to say instead. */
function readArguments(argv: string[]): Options | string {
  const options: Options = { directory: "", json: false, names: ["telegram", "teleproto", "heliogram"] };
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at]!;
    if (word === "--json") options.json = true;
    else if (word === "--help" || word === "-h") return USAGE;
    else if (word === "--as" && argv[at + 1]) options.names.push(argv[(at += 1)]!);
    else if (word.startsWith("-")) return `heliogram migrate: ${word} is not an option\n${USAGE}`;
    else if (options.directory) return `heliogram migrate: one folder at a time, not ${options.directory} and ${word}`;
    else options.directory = word;
  }
  return options.directory ? options : USAGE;
}
