/** One line that a {@link RecordingLogger} took. */
export interface LoggedLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A logger that keeps its lines for a test to look at. Shaped as the `Logger` of @narthex/process. */
export class RecordingLogger {
  readonly lines: LoggedLine[];
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(lines: LoggedLine[] = [], fields: Readonly<Record<string, unknown>> = {}) {
    this.lines = lines;
    this.#fields = fields;
  }

  debug(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#take('debug', message, fields);
  }

  info(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#take('info', message, fields);
  }

  warn(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#take('warn', message, fields);
  }

  error(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#take('error', message, fields);
  }

  with(fields: Readonly<Record<string, unknown>>): RecordingLogger {
    return new RecordingLogger(this.lines, { ...this.#fields, ...fields });
  }

  enabled(): boolean {
    return true;
  }

  #take(level: LoggedLine['level'], message: string, fields: Readonly<Record<string, unknown>>): void {
    this.lines.push({ level, message, fields: { ...this.#fields, ...fields } });
  }
}

/** A logger whose lines nobody looks at. */
export function silentLogger(): RecordingLogger {
  return new RecordingLogger();
}
