import { type Clock, type LogFields, type Logger, type LogLevel } from '@narthex/process';

const QUIET_MS = 60_000;
const MOST_REMEMBERED = 256;

/** A logger that writes the same line once a minute only. */
export class RepeatedLines implements Logger {
  readonly #logger: Logger;
  readonly #clock: Clock;
  /** When a line was written last. Shared with loggers made of this one. */
  readonly #seenMs: Map<string, number>;
  readonly #prefix: string;

  constructor(logger: Logger, clock: Clock, prefix = '', seenMs = new Map<string, number>()) {
    this.#logger = logger;
    this.#clock = clock;
    this.#prefix = prefix;
    this.#seenMs = seenMs;
  }

  debug(message: string, fields?: LogFields): void {
    if (this.#isNew('debug', message, fields)) this.#logger.debug(message, fields);
  }

  info(message: string, fields?: LogFields): void {
    if (this.#isNew('info', message, fields)) this.#logger.info(message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    if (this.#isNew('warn', message, fields)) this.#logger.warn(message, fields);
  }

  error(message: string, fields?: LogFields): void {
    if (this.#isNew('error', message, fields)) this.#logger.error(message, fields);
  }

  with(fields: LogFields): Logger {
    const prefix = this.#prefix + keyOf(fields);
    return new RepeatedLines(this.#logger.with(fields), this.#clock, prefix, this.#seenMs);
  }

  enabled(level: LogLevel): boolean {
    return this.#logger.enabled(level);
  }

  #isNew(level: string, message: string, fields: LogFields = {}): boolean {
    const key = `${level} ${message} ${this.#prefix}${keyOf(fields)}`;
    const nowMs = this.#clock.monotonicMs();
    const lastMs = this.#seenMs.get(key);
    if (lastMs !== undefined && nowMs - lastMs < QUIET_MS) return false;
    // In the order of writing, so that the oldest go first.
    this.#seenMs.delete(key);
    this.#seenMs.set(key, nowMs);
    if (this.#seenMs.size > MOST_REMEMBERED) this.#seenMs.delete(this.#seenMs.keys().next().value!);
    return true;
  }
}

function keyOf(fields: LogFields): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${value instanceof Error ? value.message : String(value)} `)
    .join('');
}
