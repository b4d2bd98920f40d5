// Updates as they come, before anything is made of them.
import type { Api } from "../tl/api";
import type { TelegramClient } from "../client/TelegramClient";
import { EventBuilder, type EventCommon } from "./common";

/** Which updates are wanted. */
export interface RawInterface {
  /** Only of these classes of `Api`. */
  types?: Function[];
  /** Asked last; the update is wanted when it answers something true. */
  func?: CallableFunction;
}

/**
 * Every update as the schema has it, in its turn. A message that the server told in a short form comes spelled out, as
 * `UpdateNewMessage`.
 *
 * ```ts
 * client.addEventHandler((update) => console.log(update.className), new Raw({ types: [Api.UpdateUserTyping] }));
 * ```
 */
export class Raw extends EventBuilder {
  types?: Function[];

  constructor(params: RawInterface = {}) {
    super({ func: params.func });
    this.types = params.types;
  }

  override async resolve(_client: TelegramClient): Promise<void> {
    this.resolved = true;
  }

  override build(update: Api.TypeUpdate): Api.TypeUpdate {
    return update;
  }

  override filter(event: EventCommon): undefined | EventCommon {
    if (this.types && !this.types.some((type) => (event as unknown) instanceof type)) return;
    return super.filter(event) as EventCommon | undefined;
  }
}
