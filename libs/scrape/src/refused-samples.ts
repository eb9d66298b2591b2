import { type Logger } from '@narthex/process';
import { APPEND_OUTCOME } from '@narthex/storage';
import { ScrapeError } from './errors.js';
import { type ScrapeMetrics } from './metrics.js';

/** Counts what the storage did not take of one scrape. */
export class RefusedSamples {
  readonly #metrics: ScrapeMetrics;
  readonly #logger: Logger;
  duplicates = 0;
  #outOfOrder = 0;
  #outOfBounds = 0;
  #badLabels = 0;
  #labelsFault = '';

  constructor(metrics: ScrapeMetrics, logger: Logger) {
    this.#metrics = metrics;
    this.#logger = logger;
  }

  begin(): void {
    this.duplicates = this.#outOfOrder = this.#outOfBounds = this.#badLabels = 0;
  }

  noteOutOfBounds(): void {
    this.#outOfBounds++;
    this.#metrics.sampleOutOfBounds.inc();
  }

  noteLabels(fault: string): void {
    this.#badLabels++;
    this.#labelsFault = fault;
  }

  /** @throws ScrapeError with upstream's words where the refusal of one sample fails the scrape. */
  note(outcome: number): void {
    switch (outcome) {
      case APPEND_OUTCOME.outOfOrder:
        this.#outOfOrder++;
        this.#metrics.sampleOutOfOrder.inc();
        break;
      case APPEND_OUTCOME.duplicate:
        this.duplicates++;
        break;
      case APPEND_OUTCOME.outOfBounds:
        this.noteOutOfBounds();
        break;
      case APPEND_OUTCOME.tooOld:
        throw new ScrapeError('too old sample');
      case APPEND_OUTCOME.unsupported:
        throw new ScrapeError('histogram has counts that cannot be stored');
      default:
        throw new ScrapeError('not found');
    }
  }

  log(): void {
    if (this.#outOfOrder > 0) {
      this.#logger.warn('Error on ingesting out-of-order samples', { num_dropped: this.#outOfOrder });
    }
    if (this.duplicates > 0) {
      this.#metrics.sampleDuplicate.inc(this.duplicates);
      this.#logger.warn('Error on ingesting samples with different value but same timestamp', {
        num_dropped: this.duplicates,
      });
    }
    if (this.#outOfBounds > 0) {
      this.#logger.warn('Error on ingesting samples that are too old or are too far into the future', {
        num_dropped: this.#outOfBounds,
      });
    }
    if (this.#badLabels > 0) {
      this.#logger.warn('Error on ingesting series with labels that cannot be stored', {
        num_dropped: this.#badLabels,
        err: this.#labelsFault,
      });
    }
  }
}
