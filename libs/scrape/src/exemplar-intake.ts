import { type ParsedExemplar } from '@narthex/exposition';
import { compareText, type Labels } from '@narthex/model';
import { type Logger } from '@narthex/process';
import { APPEND_OUTCOME, type Appender, type SeriesRef } from '@narthex/storage';
import { type ScrapeMetrics } from './metrics.js';

/** Hands the exemplars of one scrape on. That one is refused never fails the scrape. */
export class ExemplarIntake {
  readonly #metrics: ScrapeMetrics;
  readonly #logger: Logger;
  #appender!: Appender;
  #isOff = false;
  #outOfOrder = 0;

  constructor(metrics: ScrapeMetrics, logger: Logger) {
    this.#metrics = metrics;
    this.#logger = logger;
  }

  begin(appender: Appender): void {
    this.#appender = appender;
    this.#isOff = false;
    this.#outOfOrder = 0;
  }

  /** True when the storage takes no exemplars: then they need not even be read. */
  get isOff(): boolean {
    return this.#isOff;
  }

  /** Adds those of one sample in the order in which they are looked at for being late: by time, value and labels. */
  add(ref: SeriesRef, exemplars: readonly ParsedExemplar[], sampleTimestampMs: number): void {
    const timed = exemplars.map((exemplar) =>
      exemplar.hasTimestamp ? exemplar : { ...exemplar, timestampMs: sampleTimestampMs },
    );
    let late = 0;
    for (const exemplar of timed.sort(compareExemplars)) {
      const outcome = this.#appender.exemplar(ref, exemplar);
      if (outcome === APPEND_OUTCOME.outOfOrder) late++;
      else if (outcome === APPEND_OUTCOME.unsupported) this.#isOff = true;
    }
    // Where only some are late the others have come to those that were there already.
    if (late === 0 || late < timed.length) return;
    this.#outOfOrder += late;
    this.#metrics.exemplarOutOfOrder.inc(late);
  }

  logRefused(): void {
    if (this.#outOfOrder === 0) return;
    this.#logger.warn('Error on ingesting out-of-order exemplars', { num_dropped: this.#outOfOrder });
  }
}

function compareExemplars(a: ParsedExemplar, b: ParsedExemplar): number {
  return (
    a.timestampMs - b.timestampMs || compareNumbers(a.value, b.value) || compareLabels(a.labels, b.labels)
  );
}

/** Infinities have no difference. */
function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareLabels(a: Labels, b: Labels): number {
  const [left, right] = [a.pairs(), b.pairs()];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const order = compareText(left[i]!, right[i]!);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
