import { createWriteStream, type WriteStream } from 'node:fs';
import { type Clock, createLogger, type Logger } from '@narthex/process';

/** The files that `scrape_failure_log_file` names: one line of JSON for each scrape that failed. */
export class FailureLogs {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #streams = new Map<string, WriteStream>();

  constructor(options: { readonly clock: Clock; readonly logger: Logger }) {
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  /** A logger that appends to the file; it is opened when there is something to write. */
  logger(path: string): Logger {
    const write = (line: string): void => void this.#stream(path).write(line);
    return createLogger({ format: 'json', level: 'error', nowMs: () => this.#clock.nowMs(), write });
  }

  /** Lets go of the files: what is written next opens them anew, as after a rotation. */
  async reopen(): Promise<void> {
    const open = [...this.#streams.values()];
    this.#streams.clear();
    await Promise.all(open.map((stream) => new Promise<void>((resolve) => stream.end(() => resolve()))));
  }

  #stream(path: string): WriteStream {
    let stream = this.#streams.get(path);
    if (stream === undefined) {
      const opened = createWriteStream(path, { flags: 'a' });
      stream = opened;
      opened.on('error', (error) => {
        // By now another one may stand there.
        if (this.#streams.get(path) === opened) this.#streams.delete(path);
        this.#logger.error('Failed to write scrape failure log', { path, err: error.message });
      });
      this.#streams.set(path, stream);
    }
    return stream;
  }
}
