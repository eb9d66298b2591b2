/** Severities in the order upstream's `--log.level` knows them. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_FORMATS = ['logfmt', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** What a log line may carry. An `Error` is printed as its message, followed by the messages of its causes. */
export type LogValue = string | number | boolean | bigint | null | undefined | Date | Error;
export type LogFields = Readonly<Record<string, LogValue>>;

/** A structured logger. Messages are constant texts; what varies goes into the fields. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds these fields to each line. */
  with(fields: LogFields): Logger;
  /** True when lines of this level are written: guards costly fields. */
  enabled(level: LogLevel): boolean;
}

export interface LoggerOptions {
  readonly level?: LogLevel;
  readonly format?: LogFormat;
  /** Takes one finished line, newline included. Default: standard error, as upstream. */
  readonly write?: (line: string) => void;
  readonly nowMs?: () => number;
}

/**
 * A logger in the two formats of Go's `log/slog`, which upstream writes: `time=… level=INFO msg="…" key=value`
 * (https://pkg.go.dev/log/slog#TextHandler), or one JSON object a line.
 */
export function createLogger(options: LoggerOptions = {}): Logger {
  const { level = 'info', format = 'logfmt', nowMs = Date.now } = options;
  const write = options.write ?? ((line: string) => void process.stderr.write(line));
  return new SlogLogger({ floor: LOG_LEVELS.indexOf(level), format, write, nowMs }, {});
}

interface Sink {
  readonly floor: number;
  readonly format: LogFormat;
  readonly write: (line: string) => void;
  readonly nowMs: () => number;
}

class SlogLogger implements Logger {
  readonly #sink: Sink;
  readonly #fields: LogFields;

  constructor(sink: Sink, fields: LogFields) {
    this.#sink = sink;
    this.#fields = fields;
  }

  debug(message: string, fields?: LogFields): void {
    this.#log('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#log('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#log('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#log('error', message, fields);
  }

  with(fields: LogFields): Logger {
    return new SlogLogger(this.#sink, { ...this.#fields, ...fields });
  }

  enabled(level: LogLevel): boolean {
    return LOG_LEVELS.indexOf(level) >= this.#sink.floor;
  }

  #log(level: LogLevel, message: string, fields: LogFields | undefined): void {
    if (!this.enabled(level)) return;
    const { format, write, nowMs } = this.#sink;
    const head = { time: new Date(nowMs()).toISOString(), level: level.toUpperCase(), msg: message };
    const line: Record<string, LogValue> = { ...head, ...this.#fields, ...fields };
    write((format === 'json' ? asJson(line) : asLogfmt(line)) + '\n');
  }
}

function asJson(line: Record<string, LogValue>): string {
  return JSON.stringify(line, (_key, value: unknown) => {
    if (value instanceof Error) return errorText(value);
    return typeof value === 'bigint' ? value.toString() : value;
  });
}

function asLogfmt(line: Record<string, LogValue>): string {
  let text = '';
  for (const [key, value] of Object.entries(line)) {
    if (value === undefined) continue;
    if (text !== '') text += ' ';
    text += `${quoteIfNeeded(key)}=${quoteIfNeeded(plainText(value))}`;
  }
  return text;
}

function plainText(value: LogValue): string {
  if (value === null) return '<nil>';
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Error) return errorText(value);
  return String(value);
}

function errorText(error: Error): string {
  const causes: string[] = [error.message];
  for (let cause = error.cause; cause instanceof Error && causes.length < 8; cause = cause.cause) {
    const { message } = cause;
    // Wrapping errors often repeat the text of what they wrap, or say what the operating system said in Go's words.
    const isSaid = 'syscall' in cause || causes.some((known) => known.includes(message));
    if (!isSaid) causes.push(message);
  }
  return causes.join(': ');
}

/** slog quotes whatever holds a space, a quote, `=`, or a character that does not print. */
function quoteIfNeeded(text: string): string {
  return text !== '' && /^[!#-<>-~\u00a1-\ud7ff\ue000-\ufffd]+$/.test(text) && !text.includes('"')
    ? text
    : JSON.stringify(text);
}
