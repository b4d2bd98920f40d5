// What a client asks of a session, whoever wrote it.
//
// When it connects, the client calls `load`, and takes address and key from the properties. When these change (a new key, another
// DC) it calls `setDC`, `setAuthKey` and `save`, in this order. That is all: people and the state of updates are kept by the client
// itself.
import type { AuthKey } from "../crypto/AuthKey";
import type { EntityLike } from "../define";
import type { Api } from "../tl/api";

export abstract class Session {
  /** Says which data centre to connect to. */
  abstract setDC(dcId: number, serverAddress: string, port: number): void;
  /** The number of the data centre; 0 while nothing is known. */
  abstract get dcId(): number;
  /** Where it is: an IP address or a host name. */
  abstract get serverAddress(): string;
  abstract get port(): number;
  /** The key shared with that data centre; a secret. */
  abstract get authKey(): AuthKey | undefined;
  abstract set authKey(value: AuthKey | undefined);
  /** Called before the client connects. */
  abstract load(): Promise<void>;
  abstract setAuthKey(authKey?: AuthKey, dcId?: number): void;
  abstract getAuthKey(dcId?: number): AuthKey | undefined;
  /** The input peer of somebody who was given to `processEntities`. */
  abstract getInputEntity(key: EntityLike): Api.TypeInputPeer;
  /** Called when the client is destroyed. */
  abstract close(): void;
  /** Called when address or key have changed. A promise is waited for. */
  abstract save(): unknown;
  /** Forgets everything: nobody is logged in any more. */
  abstract delete(): void;
  /** Notes the people in an object. */
  abstract processEntities(tlo: unknown): void;
}
