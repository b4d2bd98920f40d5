// What is otherwise under `heliogram/modern`, where longs are BigInts.
//
// The build lays a second tree of modules over this one, `modern/`: the same modules, but for those that are made here, and
// declarations in which longs are `bigint` (scripts/build/modern.mjs).
import { TelegramClient as Telegram } from "./client/TelegramClient";
import { BinaryReader as Reader } from "./extensions/BinaryReader";
import { modern, type Schema, type Tree } from "./tl/schema";

/** The schema as classes whose longs are BigInts. */
export const Api: Tree = modern().Api;

/** The client whose answers and events are of this `Api`. */
export class TelegramClient extends Telegram {
  /** @internal */
  override get _schema(): Schema {
    return modern();
  }
}

/** Reads objects of this `Api`, and longs as BigInts. */
export class BinaryReader extends Reader {
  /** @internal */
  protected override get schema(): Schema {
    return modern();
  }
}
