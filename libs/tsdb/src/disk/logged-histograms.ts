import { schemaSupport } from '@narthex/model';
import { type Logger } from '@narthex/process';
import { type HistogramRecord } from '@narthex/wal';
import { isWellFormed } from '../head/well-formed.js';

/** Which histograms of a log go into the head; what is remarkable about them is told once, at the end of the replay. */
export class LoggedHistograms {
  readonly #log: 'WAL' | 'WBL';
  #rounded = 0;
  #unknown = 0;
  #firstUnknown: HistogramRecord | undefined;

  constructor(log: 'WAL' | 'WBL') {
    this.#log = log;
  }

  /** False for one that no query could compute with, or that does not fit itself. */
  takes(record: HistogramRecord): boolean {
    const { histogram, integer } = record;
    if (schemaSupport(histogram.schema) === 'unknown') {
      this.#unknown++;
      this.#firstUnknown ??= record;
      return false;
    }
    if (!isWellFormed(histogram, integer)) return false;
    if (record.isRounded) this.#rounded++;
    return true;
  }

  tell(logger: Logger): void {
    const log = this.#log;
    if (this.#rounded > 0) {
      const message = 'Histograms that count beyond 2^53 are rounded and kept as float histograms';
      logger.warn(message, { log, histograms: this.#rounded });
    }
    if (this.#firstUnknown !== undefined) {
      logger.warn('Skipping histograms with unknown schema', {
        log,
        histograms: this.#unknown,
        schema: this.#firstUnknown.histogram.schema,
        timestamp: this.#firstUnknown.timestampMs,
      });
    }
  }
}
