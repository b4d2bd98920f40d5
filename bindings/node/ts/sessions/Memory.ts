// A session that ends with the process.
import type { AuthKey } from "../crypto/AuthKey";
import type { EntityLike } from "../define";
import type { Api } from "../tl/api";
import { Session } from "./Abstract";

export class MemorySession extends Session {
  // GramJS's names: classes that people derive from this one set them in `load`.
  protected _serverAddress?: string;
  protected _dcId = 0;
  protected _port?: number;
  protected _authKey?: AuthKey;

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

  processEntities(_tlo: unknown): void {}

  getInputEntity(key: EntityLike): Api.TypeInputPeer {
    throw new Error(`Could not find input entity with key ${String(key)}: the client knows people, see its getInputEntity`);
  }
}
