// What the engine says beside its answers, on its way to the loggers of this thread's clients.
//
// The engine does not say which client an event is about. So each logger of one's own is told once, and of the plain ones,
// which all print to the same console, only one is. The engine is told the level of the most talkative logger; below
// that nothing is said at all.
import { Logger, LogLevel, onLevelChange } from "./extensions/Logger";
import { native, type NativeLog } from "./native";

const LEVELS = [LogLevel.ERROR, LogLevel.WARN, LogLevel.INFO, LogLevel.DEBUG] as const;

/** The loggers of the clients that there are. */
const loggers = new Set<WeakRef<Logger>>();
const collected = new FinalizationRegistry<WeakRef<Logger>>((logger) => {
  loggers.delete(logger);
  levelsChanged();
});
const known = new WeakSet<Logger>();
let engine: NativeLog | undefined;
let from = 0;

/** Lets a logger hear the engine for as long as it is there. */
export function follow(logger: Logger): void {
  if (known.has(logger)) return;
  known.add(logger);
  const weak = new WeakRef(logger);
  loggers.add(weak);
  collected.register(logger, weak);
  const level = levelOf(logger);
  if (level > from) listenFrom(level);
}

/** Tells the engine from which level on anybody listens. */
export function levelsChanged(): void {
  listenFrom(Math.max(0, ...present().map(levelOf)));
}

onLevelChange((logger) => {
  if (known.has(logger)) levelsChanged();
});

function listenFrom(level: number): void {
  if (level === from) return;
  engine ??= new native.Log(hear);
  engine.setLevel(level);
  from = level;
}

function hear(number: number, text: string): void {
  const level = LEVELS[number - 1]!;
  let printed = false;
  for (const logger of present()) {
    if (!logger.canSend(level)) continue;
    const plain = Object.getPrototypeOf(logger) === Logger.prototype;
    if (plain && printed) continue;
    printed ||= plain;
    logger[level](text);
  }
}

function present(): Logger[] {
  return [...loggers].flatMap((logger) => logger.deref() ?? []);
}

/** How far down a logger listens: 0 for nothing, 4 for everything. */
function levelOf(logger: Logger): number {
  return LEVELS.filter((level) => logger.canSend(level)).length;
}
