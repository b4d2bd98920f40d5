// The server's process: started, told to stop, and gone with us.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { programFile } from "../compiled";

/** What the server says once it listens: the content of a ready file. */
export interface Ready {
  mtproto: string;
  dc_id: number;
  dcs: Record<string, string>;
  control: string;
  rsa_pem: string;
  rsa_fingerprint: string;
  rsa_n: string;
  rsa_e: number;
}

export interface Running {
  ready: Ready;
  /** Ends it; resolves when it has ended. */
  stop(): Promise<void>;
}

/** Longer than any start takes; a server that has not listened by then never will. */
const START_WITHIN = 30_000; // ms
/** How much is kept of what it writes, for the error of a start that failed. */
const KEPT_OF_ITS_LOG = 4096; // characters

/**
 * Starts `heliogram serve` with these arguments and waits until it listens. It ends when its stdin is closed, which
 * the system does when this process ends, however it ends. Once it listens, it does not keep this process alive.
 */
export async function start(args: string[]): Promise<Running> {
  const program = programFile();
  // A token in our environment is meant for another server; this one's control API is open to this machine only.
  const { HELIOGRAM_CONTROL_TOKEN, ...env } = process.env;
  const child = spawn(program, ["serve", "--child", "--json", "--port", "0", ...args], { stdio: "pipe", env });
  const { stdin, stdout, stderr } = child;
  const ended = once(child, "close").catch(() => {});
  let log = "";
  stderr.setEncoding("utf8").on("data", (text: string) => {
    log = (log + text).slice(-KEPT_OF_ITS_LOG);
  });
  stdin.on("error", () => {}); // it may have ended by itself
  const ready = await new Promise<Ready>((resolve, reject) => {
    const fail = (what: string) => reject(new Error(`${program} ${what}${log && `:\n${log.trimEnd()}`}`));
    const alarm = setTimeout(() => {
      child.kill("SIGKILL");
      fail(`does not listen after ${START_WITHIN / 1000} s`);
    }, START_WITHIN);
    let said = "";
    stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (!said.includes("\n")) return;
      clearTimeout(alarm);
      resolve(JSON.parse(said) as Ready);
    });
    child.on("error", (error) => {
      clearTimeout(alarm);
      fail(`cannot be started: ${error.message}`);
    });
    child.on("close", (code, signal) => {
      clearTimeout(alarm);
      fail(`ended with ${signal ?? `exit code ${code}`} instead of listening`);
    });
  });
  const pipes = [stdin, stdout, stderr] as unknown as { ref(): void; unref(): void }[];
  child.unref();
  for (const pipe of pipes) pipe.unref();
  return {
    ready,
    async stop() {
      child.ref();
      stdin.end();
      await ended;
    },
  };
}
