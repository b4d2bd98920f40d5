// A session that ends with the process.
import type { BigInteger } from "big-integer";
import type { AuthKey } from "../crypto/AuthKey";
import type { EntityLike } from "../define";
import type { Api } from "../tl/api";
import { Session } from "./Abstract";
import type { EntityRow, Found } from "./entities";

export class MemorySession extends Session {
  // GramJS's names: classes that people derive from this one set them in `load`.
  protected _serverAddress?: string;
  protected _dcId = 0;
  protected _port?: number;
  protected _authKey?: AuthKey;
  #rows = new Map<string, EntityRow>();

  setDC(dcId: number, serverAddress: string, port: number): void {
    this._dcId = dcId | 0;
    this._serverAddress = serverAddress;
    this._port = port;
  }

  get dcId(): number {
    return this._dcId;
  }

  get serverAddress(): string {
    return this._serverAddress!; // none before it is known, as in GramJS
  }

  get port(): number {
    return this._port!;
  }

  get authKey(): AuthKey | undefined {
    return this._authKey;
  }

  set authKey(value: AuthKey | undefined) {
    this._authKey = value;
  }

  /** The key of the session's data centre; for others there is none here. */
  getAuthKey(dcId?: number): AuthKey | undefined {
    return dcId && dcId !== this.dcId ? undefined : this.authKey;
  }

  setAuthKey(authKey?: AuthKey, dcId?: number): void {
    if (!dcId || dcId === this.dcId) this.authKey = authKey;
  }

  close(): void {}

  save(): unknown {
    return undefined;
  }

  async load(): Promise<void> {}

  delete(): void {}

  processEntities(tlo: unknown): void {
    for (const row of entities().rowsOf(tlo)) this.#rows.set(row[0], row);
  }

  getEntityRowsByPhone(phone: string): Found {
    return this.#find((row) => row[3] === phone);
  }

  getEntityRowsByUsername(username: string): Found {
    return this.#find((row) => row[2] === username.toLowerCase());
  }

  getEntityRowsByName(name: string): Found {
    return this.#find((row) => row[4] === name);
  }

  /** `exact`: the id is marked. Otherwise it may be that of a user, a group or a channel. */
  getEntityRowsById(id: string | BigInteger, exact = true): Found {
    const ids = exact ? [id.toString()] : [id.toString(), ...entities().markedIds(id)];
    return this.#find((row) => ids.includes(row[0]));
  }

  getInputEntity(key: EntityLike): Api.TypeInputPeer {
    return entities().inputEntity(key, this);
  }

  #find(wanted: (row: EntityRow) => boolean): Found {
    for (const row of this.#rows.values()) if (wanted(row)) return [row[0], row[1]];
    return undefined;
  }
}

/** Loaded when it is needed, which is seldom. */
const entities = (): typeof import("./entities") => require("./entities");
