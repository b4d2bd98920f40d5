// A session in a folder, in the files that GramJS writes.
//
// GramJS keeps it by node-localstorage: a file for each value, named `<session>:<value>` in URL encoding, with JSON in it.
// A folder of GramJS's is read as it is, and GramJS reads ours.
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { BigInteger } from "big-integer";
import { AuthKey } from "../crypto/AuthKey";
import type { Found } from "./entities";
import { MemorySession } from "./Memory";

export class StoreSession extends MemorySession {
  private readonly sessionName: string;
  #folder: string;

  /** `sessionName` is the folder; `divider` stands between it and the values' names in the files'. */
  constructor(sessionName: string, divider = ":") {
    super();
    if (typeof sessionName !== "string" || sessionName === "") {
      throw new TypeError("new StoreSession: the name of a folder is wanted");
    }
    if (sessionName.length > LONGEST_NAME) {
      throw new TypeError(
        `new StoreSession: a name of ${sessionName.length} characters; it names a folder. A saved session goes into new StringSession(...)`,
      );
    }
    if (sessionName === "session") {
      throw new Error("new StoreSession: \"session\" is a name that GramJS refuses; choose another");
    }
    this.sessionName = sessionName + divider;
    this.#folder = resolve(sessionName);
  }

  /** Reads the folder, if there is one. */
  override async load(): Promise<void> {
    const key = this.#get("authKey") as { data?: number[] } | undefined;
    if (Array.isArray(key?.data)) this._authKey = new AuthKey(Buffer.from(key.data));
    const [dcId, serverAddress, port] = ["dcId", "serverAddress", "port"].map((name) => this.#get(name));
    if (typeof dcId === "number") this._dcId = dcId;
    if (typeof serverAddress === "string") this._serverAddress = serverAddress;
    if (typeof port === "number") this._port = port;
  }

  override setDC(dcId: number, serverAddress: string, port: number): void {
    super.setDC(dcId, serverAddress, port);
    this.#set("dcId", this._dcId);
    this.#set("port", port);
    this.#set("serverAddress", serverAddress);
  }

  override get authKey(): AuthKey | undefined {
    return this._authKey;
  }

  override set authKey(value: AuthKey | undefined) {
    this._authKey = value;
    const key = value?.getKey();
    if (key) this.#set("authKey", key);
    else rmSync(this.#file("authKey"), { force: true });
  }

  /** Writes a file for each, as GramJS does: what it has noted is found again. */
  override processEntities(tlo: unknown): void {
    super.processEntities(tlo);
    const { rowsOf }: typeof import("./entities") = require("./entities");
    for (const row of rowsOf(tlo)) this.#set(row[0], [...row, String(Date.now())]);
  }

  override getEntityRowsById(id: string | BigInteger, exact = true): Found {
    const known = super.getEntityRowsById(id, exact);
    if (known) return known;
    const { markedIds }: typeof import("./entities") = require("./entities");
    const ids = exact ? [id.toString()] : [id.toString(), ...markedIds(id)];
    for (const name of ids) {
      const row = this.#get(name);
      if (Array.isArray(row)) return [String(row[0]), String(row[1])];
    }
    return undefined;
  }

  /** Removes the files, and the folder when nothing else is in it. */
  override delete(): void {
    try {
      const ours = basename(this.#file(""));
      for (const name of readdirSync(this.#folder)) if (name.startsWith(ours)) rmSync(join(this.#folder, name));
      if (readdirSync(this.#folder).length === 0) rmSync(this.#folder, { recursive: true });
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    this._authKey = undefined;
  }

  #file(name: string): string {
    const encoded = encodeURIComponent(this.sessionName + name);
    return join(this.#folder, encoded.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`));
  }

  #get(name: string): unknown {
    const file = this.#file(name);
    let text: string;
    try {
      text = readFileSync(file, "utf8");
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    try {
      return JSON.parse(text);
    } catch {
      throw new Error(`the session file ${file} is damaged: what it holds is no JSON`);
    }
  }

  /** Whole or not at all: who is killed in the middle finds the former value. Nobody else may read it. */
  #set(name: string, value: unknown): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const file = this.#file(name);
    const written = `${file}.${process.pid}.new`;
    writeFileSync(written, JSON.stringify(value), { mode: 0o600 });
    renameSync(written, file);
  }
}

/** A file's name has at most 255 bytes; a session string is longer. */
export const LONGEST_NAME = 200;

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}
