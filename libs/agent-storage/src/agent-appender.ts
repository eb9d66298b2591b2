import { ByteWriter } from '@narthex/bytes';
import { hasExactCounts, histogramFault, type Labels, type NativeHistogram } from '@narthex/model';
import {
  APPEND_OUTCOME,
  type Appender,
  type AppendOutcome,
  type CommitResult,
  type Exemplar,
  type SeriesRef,
  StorageError,
} from '@narthex/storage';
import {
  encodeExemplars,
  encodeHistograms,
  encodeHistogramsV2,
  encodeSamples,
  encodeSamplesV2,
  type ExemplarRecord,
  type HistogramRecord,
} from '@narthex/wal';
import { isSameExemplar, isTooLong } from './exemplar-check.js';
import { type PendingPool, type PendingSamples } from './pending-samples.js';
import { type SeriesLog } from './series-log.js';

/**
 * One transaction on the log. What is not newer than the newest sample of its series is out of order, and nothing is a
 * duplicate (upstream: `tsdb/agent/db.go`). Nothing in it waits, so transactions cannot interfere.
 */
export class AgentAppender implements Appender {
  readonly #log: SeriesLog;
  readonly #pool: PendingPool;
  readonly #pending: PendingSamples;
  readonly #histograms: HistogramRecord[] = [];
  readonly #exemplars: ExemplarRecord[] = [];
  #seriesCreated = 0;
  #done = false;

  constructor(log: SeriesLog, pool: PendingPool) {
    this.#log = log;
    this.#pool = pool;
    this.#pending = pool.take();
  }

  series(labels: Labels): SeriesRef {
    this.#checkOpen();
    const { ref, isNew } = this.#log.series(labels);
    if (isNew) this.#seriesCreated++;
    return ref as SeriesRef;
  }

  float(ref: SeriesRef, timestampMs: number, value: number, startTimestampMs = 0): AppendOutcome {
    this.#checkOpen();
    const at = this.#push(ref, timestampMs, startTimestampMs);
    if (at >= 0) this.#pending.batch.values[at] = value;
    return outcomeOf(at);
  }

  floats(
    refs: Float64Array,
    timestampsMs: Float64Array,
    values: Float64Array,
    count: number,
    outcomes: Uint8Array,
    startTimestampsMs?: Float64Array,
  ): void {
    this.#checkOpen();
    const { batch } = this.#pending;
    const words = new Uint32Array(values.buffer, values.byteOffset, 2 * count);
    for (let i = 0; i < count; i++) {
      const at = this.#push(refs[i]!, timestampsMs[i]!, startTimestampsMs?.[i] ?? 0);
      outcomes[i] = outcomeOf(at);
      if (at < 0) continue;
      batch.valueWords[2 * at] = words[2 * i]!;
      batch.valueWords[2 * at + 1] = words[2 * i + 1]!;
    }
  }

  /** `unsupported` for one that does not fit itself. What counts beyond 2^53 − 1 is logged as a float histogram. */
  histogram(
    ref: SeriesRef,
    timestampMs: number,
    histogram: NativeHistogram,
    integer: boolean,
    startTimestampMs = 0,
  ): AppendOutcome {
    this.#checkOpen();
    const whole = integer && hasExactCounts(histogram);
    if (histogramFault(histogram, whole) !== undefined) return APPEND_OUTCOME.unsupported;
    const outcome = this.#judge(this.#log.table.slotOf(ref), timestampMs);
    if (outcome !== APPEND_OUTCOME.accepted) return outcome;
    this.#histograms.push({
      ref,
      timestampMs,
      startTimestampMs: this.#log.storesStarts ? startTimestampMs : 0,
      integer: whole,
      histogram,
    });
    this.#log.counters.histogramsAppended++;
    return outcome;
  }

  /** Left out where it does not come before the sample and behind the newest one of the series. */
  startZero(ref: SeriesRef, timestampMs: number, startTimestampMs: number): AppendOutcome {
    this.#checkOpen();
    const { table } = this.#log;
    const slot = table.slotOf(ref);
    if (slot === 0) return APPEND_OUTCOME.unknownSeries;
    if (startTimestampMs >= timestampMs || startTimestampMs <= table.newestMs(slot))
      return APPEND_OUTCOME.outOfOrder;
    return this.float(ref, startTimestampMs, 0);
  }

  /** The one that the series had last is accepted, and not logged again. Those that come late are logged. */
  exemplar(ref: SeriesRef, exemplar: Exemplar): AppendOutcome {
    this.#checkOpen();
    const { table, exemplars, counters } = this.#log;
    if (table.slotOf(ref) === 0) return APPEND_OUTCOME.unknownSeries;
    // The code for what ends the exemplars of a scrape would take the other ones with it.
    if (isTooLong(exemplar)) return APPEND_OUTCOME.outOfBounds;
    const last = exemplars.get(ref);
    if (last !== undefined && isSameExemplar(last, exemplar)) return APPEND_OUTCOME.accepted;
    exemplars.set(ref, exemplar);
    const { timestampMs, value, labels } = exemplar;
    this.#exemplars.push({ ref, timestampMs, value, labelPairs: labels.pairs() });
    counters.exemplarsAppended++;
    return APPEND_OUTCOME.accepted;
  }

  /** The agent's log holds no metadata, as upstream's does not: its agents take such a record for damage. */
  metadata(): void {
    this.#checkOpen();
  }

  commit(): Promise<CommitResult> {
    return Promise.resolve().then(() => this.#commit());
  }

  rollback(): void {
    this.#checkOpen();
    this.#close();
  }

  #commit(): CommitResult {
    this.#checkOpen();
    const { batch, slots } = this.#pending;
    const { table } = this.#log;
    try {
      this.#log.write(this.#records());
      for (let i = 0; i < batch.length; i++) {
        this.#advance(slots[i]!, batch.refs[i]!, batch.timestampsMs[i]!);
      }
      for (const { ref, timestampMs } of this.#histograms) this.#advance(table.slotOf(ref), ref, timestampMs);
      this.#note();
      return {
        floatsAppended: batch.length,
        histogramsAppended: this.#histograms.length,
        exemplarsAppended: this.#exemplars.length,
        seriesCreated: this.#seriesCreated,
      };
    } finally {
      this.#close();
    }
  }

  /** For those who tell how far behind they are. */
  #note(): void {
    const { received } = this.#log;
    const { batch } = this.#pending;
    received.samples += batch.length;
    received.histograms += this.#histograms.length;
    received.exemplars += this.#exemplars.length;
    let highestMs = received.highestTimestampMs;
    for (let i = 0; i < batch.length; i++) {
      if (batch.timestampsMs[i]! > highestMs) highestMs = batch.timestampsMs[i]!;
    }
    for (const { timestampMs } of this.#histograms) if (timestampMs > highestMs) highestMs = timestampMs;
    received.highestTimestampMs = highestMs;
  }

  /** In the order in which upstream writes them: floats, histograms by kind, exemplars. */
  #records(): Uint8Array[] {
    const records: Uint8Array[] = [];
    const { batch } = this.#pending;
    if (batch.length > 0) {
      const writer = this.#pending.writer.clear();
      (this.#log.storesStarts ? encodeSamplesV2 : encodeSamples)(writer, batch);
      records.push(writer.view());
    }
    if (this.#histograms.length > 0)
      records.push(...histogramRecords(this.#histograms, this.#log.storesStarts));
    if (this.#exemplars.length > 0) {
      const writer = new ByteWriter();
      encodeExemplars(writer, this.#exemplars);
      records.push(writer.view());
    }
    return records;
  }

  /** A series that has gone meanwhile may have left its slot to another. */
  #advance(slot: number, ref: number, timestampMs: number): void {
    const { table, counters } = this.#log;
    if (slot === 0 || table.refOf(slot) !== ref) return;
    if (!table.advance(slot, timestampMs)) counters.outOfOrder++;
  }

  /** Adds a sample whose value is still to be written, and returns its place, or a negated outcome. */
  #push(ref: number, timestampMs: number, startTimestampMs: number): number {
    const slot = this.#log.table.slotOf(ref);
    const outcome = this.#judge(slot, timestampMs);
    if (outcome !== APPEND_OUTCOME.accepted) return -outcome;
    this.#log.counters.floatsAppended++;
    return this.#pending.push(slot, ref, timestampMs, this.#log.storesStarts ? startTimestampMs : 0);
  }

  #judge(slot: number, timestampMs: number): AppendOutcome {
    if (slot === 0) return APPEND_OUTCOME.unknownSeries;
    const { table, windowMs, counters } = this.#log;
    if (timestampMs > table.newestMs(slot) - windowMs) return APPEND_OUTCOME.accepted;
    counters.outOfOrder++;
    return APPEND_OUTCOME.outOfOrder;
  }

  #close(): void {
    this.#done = true;
    this.#pool.giveBack(this.#pending);
  }

  #checkOpen(): void {
    if (this.#done) throw new StorageError('CLOSED', 'the appender was committed or rolled back');
  }
}

/** Of what `#push` returned. */
function outcomeOf(at: number): AppendOutcome {
  return at < 0 ? (-at as AppendOutcome) : APPEND_OUTCOME.accepted;
}

function histogramRecords(histograms: readonly HistogramRecord[], withStarts: boolean): Uint8Array[] {
  const writer = new ByteWriter();
  const ranges: (readonly [number, number])[] = [];
  const encode = withStarts ? encodeHistogramsV2 : encodeHistograms;
  encode(writer, histograms, (start, end) => ranges.push([start, end]));
  const bytes = writer.view();
  return ranges.map(([start, end]) => bytes.subarray(start, end));
}
