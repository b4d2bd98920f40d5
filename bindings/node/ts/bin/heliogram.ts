#!/usr/bin/env node
// `npx heliogram ...`: the program that this package carries, and `migrate`, which is written in JavaScript.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { programFile } from "../compiled";

const OF_OURS = `
In the npm package also:
  migrate DIR    Which members of GramJS a project uses, and what has become of each here`;

/** What a shell, a service manager or a terminal ends a program with. */
const FORWARDED: NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Runs the program in our place; answers its exit code. */
function run(args: string[]): Promise<number> {
  const program = programFile();
  const child = spawn(program, args, { stdio: "inherit" });
  // Also those that a terminal has sent to both of us: the program takes the first, and we wait for its end.
  for (const signal of FORWARDED) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on("error", (error) => reject(new Error(`${program} cannot be started: ${error.message}`)));
    child.on("exit", (code, signal) => resolve(code ?? 128 + constants.signals[signal!]));
  });
}

async function main([command, ...rest]: string[]): Promise<number> {
  if (command === "migrate") {
    const { main: migrate } = require("../migrate") as typeof import("../migrate");
    return migrate(rest);
  }
  const code = await run(command === undefined ? [] : [command, ...rest]);
  if (command === undefined || ["help", "--help", "-h"].includes(command)) {
    if (rest.length === 0) console.log(OF_OURS);
  }
  return code;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(`heliogram: ${error.message}`);
    process.exit(1);
  },
);
