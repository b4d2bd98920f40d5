// Which servers a client goes to.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What `heliogram serve --ready-json` writes, as an object. */
export interface Ready {
  /** `host:port`. */
  mtproto: string;
  dc_id: number;
  /** The server's key, in PKCS#1 PEM. */
  rsa_pem: string;
  /** Its further DCs, by number. */
  dcs?: Record<string, string>;
}

/**
 * Telegram itself, its test servers, or a server of one's own: the path of the ready file that
 * `heliogram serve --ready-json FILE` writes, the file's text, or what stands in it.
 */
export type NetworkLike = "production" | "test" | (string & {}) | URL | Ready | { ready: string | URL };

let chosen: string | undefined;

/**
 * Sends every client of this process that names no network to this one: the text of a ready file. It goes before
 * `testServers` and `useIPV6`, so that a program written for Telegram, run against a server of one's own,
 * does not leave for Telegram.
 */
export function setDefaultNetwork(network: string | undefined): void {
  chosen = network;
}

export function defaultNetwork(): string | undefined {
  return chosen;
}

/** What the addon takes for a network: `production`, `test`, or the text of a ready file. */
export function readNetwork(network: NetworkLike): string {
  if (typeof network === "string") {
    if (network === "production" || network === "test") return network;
    return network.trimStart().startsWith("{") ? network : readReady(network);
  }
  if (network instanceof URL) return readReady(network);
  if (typeof network === "object" && network !== null) {
    if ("ready" in network) return readReady(network.ready);
    if ("mtproto" in network) return JSON.stringify(network);
  }
  throw new TypeError(
    'network: "production", "test", the path of a ready file, its text, what stands in it, or { ready: path } is wanted',
  );
}

function readReady(path: string | URL): string {
  if (!(typeof path === "string" || path instanceof URL)) throw new TypeError("network.ready: the path of a ready file is wanted");
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const shown = path instanceof URL ? (path.protocol === "file:" ? fileURLToPath(path) : path.href) : path;
    const why = error instanceof Error ? error.message : String(error);
    throw new TypeError(
      `network: ${JSON.stringify(shown)} is neither "production" nor "test", and as a ready file it cannot be read: ${why}; is the server running?`,
    );
  }
}
