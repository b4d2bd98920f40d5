// What a client says beside its answers: GramJS's Logger.

/** From nothing to everything. */
export enum LogLevel {
  NONE = "none",
  ERROR = "error",
  WARN = "warn",
  INFO = "info",
  DEBUG = "debug",
}

const LEVELS: readonly string[] = [LogLevel.ERROR, LogLevel.WARN, LogLevel.INFO, LogLevel.DEBUG];

const COLOURS = {
  error: "\x1b[31m",
  warn: "\x1b[35m",
  info: "\x1b[33m",
  debug: "\x1b[36m",
  end: "\x1b[0m",
};

/** Prints to the console; for another place, extend it and override `log`. */
export class Logger {
  /** How a line is printed: `%t` is the time, `%l` the level, `%m` the message. */
  messageFormat = "[%t] [%l] - [%m]";
  /** How far local time is from UTC, in milliseconds. */
  tzOffset = new Date().getTimezoneOffset() * 60_000;
  #level: LogLevel;

  /** Without a level: info. */
  constructor(level: LogLevel = LogLevel.INFO) {
    this.#level = level;
  }

  /** Whether messages of this level are printed. */
  canSend(level: LogLevel): boolean {
    return LEVELS.indexOf(this.#level) >= LEVELS.indexOf(level);
  }

  error(message: string): void {
    this._log(LogLevel.ERROR, message, COLOURS.error);
  }

  warn(message: string): void {
    this._log(LogLevel.WARN, message, COLOURS.warn);
  }

  info(message: string): void {
    this._log(LogLevel.INFO, message, COLOURS.info);
  }

  debug(message: string): void {
    this._log(LogLevel.DEBUG, message, COLOURS.debug);
  }

  /** A line by `messageFormat`. */
  format(message: string, level: string): string {
    const parts: Record<string, () => string> = {
      "%t": () => this.getDateTime(),
      "%l": () => level.toUpperCase(),
      "%m": () => message,
    };
    return this.messageFormat.replace(/%[tlm]/g, (part) => parts[part]!());
  }

  get logLevel(): LogLevel {
    return this.#level;
  }

  setLevel(level: LogLevel): void {
    this.#level = level;
    changed.forEach((tell) => tell(this));
  }

  /** Nothing, but a word about what to use instead: there is no level that all loggers share. */
  static setLevel(_level: string): void {
    console.log("Logger.setLevel does nothing: each client has its level, which client.setLogLevel sets.");
  }

  /** What the four levels come to. */
  _log(level: LogLevel, message: string, colour: string): void {
    if (this.canSend(level)) this.log(level, message, colour);
  }

  /** Where messages go that pass the level; override it. `colour` is an escape sequence of terminals. */
  log(level: LogLevel, message: string, colour: string): void {
    console.log(`${colour}${this.format(message, level)}${COLOURS.end}`);
  }

  /** The local time, as `2026-11-23T07:00:00.000`. */
  getDateTime(): string {
    return new Date(Date.now() - this.tzOffset).toISOString().slice(0, -1);
  }
}

const changed = new Set<(logger: Logger) => void>();

/** @internal Tells whoever follows the levels of loggers. */
export function onLevelChange(tell: (logger: Logger) => void): void {
  changed.add(tell);
}
