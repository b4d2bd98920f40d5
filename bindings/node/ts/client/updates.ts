// What happens to the account, told to handlers.
//
// The addon tells updates in their order, without holes and none twice, under the number of a subscription. They are taken
// as fast as handlers are begun; what is not taken waits at the server. A handler that waits does not hold up the next
// update, since it may be waiting for just that one: as in GramJS.
import { Raw } from "../events/Raw";
import type { Album, AlbumEvent } from "../events/Album";
import type { CallbackQuery, CallbackQueryEvent } from "../events/CallbackQuery";
import type { EventBuilder } from "../events/common";
import type { DeletedMessage, DeletedMessageEvent } from "../events/DeletedMessage";
import type { EditedMessage, EditedMessageEvent } from "../events/EditedMessage";
import type { NewMessage, NewMessageEvent } from "../events/NewMessage";
import type { Entity } from "../define";
import type { Api } from "../tl/api";
import { UpdateConnectionState } from "../network/UpdateConnectionState";
import { getPeerId } from "../tl/casts/peers";
import type { TelegramClient } from "./TelegramClient";

/** A handler throws it to keep the event from the handlers that were added after it. */
export class StopPropagation extends Error {
  override name = "StopPropagation";
}

/** What the addon tells: an update and whom it speaks of (null: as the one before), or what is missing and why. */
type Told = [update: Api.TypeUpdate, entities: Entity[] | null] | [update: null, kind: "lost" | "unreadable", why: string];

export interface UpdateMethods {
  /**
   * Has `callback` called with every event of a kind; with every update when none is named. As long as there is a
   * handler, a client that is connected keeps the process alive.
   *
   * What comes is what happens from now on. What a broken connection has missed is fetched and told in its turn; what a
   * process has missed before it began is not.
   */
  addEventHandler(callback: { (event: NewMessageEvent): void }, event: NewMessage): void;
  addEventHandler(callback: { (event: CallbackQueryEvent): void }, event: CallbackQuery): void;
  addEventHandler(callback: { (event: AlbumEvent): void }, event: Album): void;
  addEventHandler(callback: { (event: EditedMessageEvent): void }, event: EditedMessage): void;
  addEventHandler(callback: { (event: DeletedMessageEvent): void }, event: DeletedMessage): void;
  addEventHandler(callback: { (event: any): void }, event?: EventBuilder): void;
  /** Takes a handler away: every one with this callback, and every one of this kind. */
  removeEventHandler(callback: CallableFunction, event: EventBuilder): void;
  /** The handlers, in the order in which they are asked. */
  listEventHandlers(): [EventBuilder, CallableFunction][];
  /** The same as `addEventHandler`, as a decorator. */
  on(event?: EventBuilder): (callback: { (event: any): void }) => CallableFunction;
  /** Resolves at once: nothing has to be asked for. What was missed while the connection was broken comes by itself. */
  catchUp(): Promise<void>;
  /** @internal Tells the handlers of one update. */
  _dispatchUpdate(args: { update: unknown }): Promise<void>;
  /** @internal Begins or ends following the updates, as handlers and connection want it. */
  _followUpdates(): void;
}

export const updateMethods: UpdateMethods & ThisType<TelegramClient> = {
  addEventHandler(callback: { (event: any): void }, event?: EventBuilder) {
    if (typeof callback !== "function") throw new TypeError("addEventHandler: callback: a function is wanted");
    const builder = event ?? new Raw({});
    builder.client = this;
    this._eventBuilders.push([builder, callback]);
    this._followUpdates();
  },

  removeEventHandler(callback, event) {
    this._eventBuilders = this._eventBuilders.filter(([builder, other]) => builder !== event && other !== callback);
    this._followUpdates();
  },

  listEventHandlers() {
    return this._eventBuilders;
  },

  on(event) {
    return (callback) => {
      this.addEventHandler(callback, event);
      return callback;
    };
  },

  async catchUp() {},

  async _dispatchUpdate({ update }) {
    for (const [builder, callback] of this._eventBuilders) {
      try {
        if (!builder.resolved) await builder.resolve(this);
        const event = builder.build(update as Api.TypeUpdate, callback, undefined);
        if (!event) continue;
        event._client = this;
        if ("_eventName" in event) {
          event._entities = (update as Updated)._entities ?? new Map();
          event._setClient(this);
          event.originalUpdate = update;
        }
        if (await builder.filter(event)) await callback(event);
      } catch (error) {
        if (error instanceof StopPropagation) return;
        await this._tellError(error);
      }
    }
  },

  _followUpdates() {
    const wanted = this._online && this._eventBuilders.length > 0;
    if (wanted === !!this._stopUpdates) return;
    if (!wanted) return this._stopUpdates!();
    const stop = this._calls.subscribe(
      (subscription) => this._native.beginUpdates(subscription),
      (problem, told) => {
        if (problem) void this._tellError(new Error(problem.message));
        if (told === undefined && !problem) {
          // The connection has ended for good; the next `connect` begins again.
          this._online = false;
          end();
          return void this._dispatchUpdate({ update: new UpdateConnectionState(UpdateConnectionState.disconnected) });
        }
        const dispatched = take(this, (told ?? []) as Told[]);
        // What is not waited for is not held back either: the next ones come while handlers are still busy with these.
        if (!this._settings.sequentialUpdates) return this._native.updatesTaken();
        void dispatched.then(() => this._native.updatesTaken());
      },
    );
    const end = () => {
      stop();
      this._native.endUpdates();
      this._stopUpdates = undefined;
    };
    this._stopUpdates = end;
  },
};

type Updated = { _entities?: Map<string, Entity> };

/** Resolves when all handlers have ended. */
async function take(client: TelegramClient, list: Told[]): Promise<void> {
  const { sequentialUpdates } = client._settings;
  let entities = new Map<string, Entity>();
  for (const told of list) {
    if (told[0] === null) {
      void client._tellError(new Error(`updates: ${told[2]}`));
      continue;
    }
    const [update, with_] = told;
    if (with_) entities = new Map(with_.map((entity) => [getPeerId(entity), entity]));
    // Not a field: it is neither printed nor written.
    Object.defineProperty(update, "_entities", { value: entities, writable: true, configurable: true });
    const dispatched = client._dispatchUpdate({ update });
    if (sequentialUpdates) await dispatched;
  }
}
