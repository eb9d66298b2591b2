import { type Clock, type Logger, sleep } from '@narthex/process';
import { type MaintenanceMetrics } from './maintenance-metrics';
import { replaceFile } from './snapshot-file';

export interface MaintenanceOptions {
  /** The file that is written. */
  readonly path: string;
  /** `--data.maintenance-interval`. */
  readonly intervalMs: number;
  /** Forgets what has expired. */
  readonly collectGarbage: () => void;
  /** What is to be written. */
  readonly snapshot: () => Uint8Array;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MaintenanceMetrics;
}

/** Forgets what has expired and writes the rest to disk, from time to time and at the end. */
export class Maintenance {
  readonly #options: MaintenanceOptions;
  readonly #stopped = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(options: MaintenanceOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Writes a last time. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#loop;
    await this.#maintain('Creating shutdown snapshot failed');
  }

  async #run(): Promise<void> {
    const { clock, intervalMs } = this.#options;
    while (await sleep(clock, intervalMs, this.#stopped.signal))
      await this.#maintain('Running maintenance failed');
  }

  async #maintain(complaint: string): Promise<void> {
    const { path, logger, metrics, collectGarbage, snapshot } = this.#options;
    logger.debug('Running maintenance');
    metrics.runs.inc();
    try {
      const endCollection = metrics.collection.startTimer();
      collectGarbage();
      endCollection();
      const endSnapshot = metrics.snapshot.startTimer();
      const content = snapshot();
      await replaceFile(path, content);
      endSnapshot();
      metrics.sizeBytes.set(content.length);
      logger.debug('Maintenance done', { size: content.length });
    } catch (error) {
      metrics.errors.inc();
      logger.error(complaint, { err: error instanceof Error ? error : new Error(String(error)) });
    }
  }
}
