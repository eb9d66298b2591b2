import { formatFloatG, type Labels } from '@narthex/model';
import {
  APPEND_OUTCOME,
  type Appender,
  type AppendOutcome,
  SampleColumns,
  type SeriesRef,
} from '@narthex/storage';
import { type BlockMeta, SampleBlockWriter, type SampleBlockWriterOptions } from '@narthex/tsdb';
import { ToolError } from '../errors.js';

/** Committed together, as upstream does: what is out of order within them is dropped, behind them it is an error. */
const SAMPLES_A_COMMIT = 5000;
/** The NaN that upstream stores for one in a text. */
const NORMAL_NAN = 0x7ff8000000000001n;

/**
 * One block in the making. Samples are noted without waiting, and go into the block by {@link settle}, so that a
 * parser is not left in the middle of a buffer.
 */
export class BackfillBlock {
  readonly #writer: SampleBlockWriter;
  readonly #labels: Labels[] = [];
  readonly #refs: SeriesRef[] = [];
  readonly #noted = new SampleColumns();
  #notedSeries = new Uint32Array(256);
  #appender: Appender;
  #uncommitted = 0;

  constructor(options: SampleBlockWriterOptions) {
    this.#writer = new SampleBlockWriter(options);
    this.#appender = this.#writer.appender();
  }

  /** A number for a series, to be used in this block. */
  series(labels: Labels): number {
    return this.#labels.push(labels) - 1;
  }

  note(series: number, timestampMs: number, value: number): void {
    const noted = this.#noted;
    const at = noted.length;
    if (at === this.#notedSeries.length) {
      const larger = new Uint32Array(2 * at);
      larger.set(this.#notedSeries);
      this.#notedSeries = larger;
    }
    this.#notedSeries[at] = series;
    noted.pushFloat(timestampMs, value);
    if (Number.isNaN(value))
      new BigUint64Array(noted.values.buffer, noted.values.byteOffset)[at] = NORMAL_NAN;
  }

  /** @throws ToolError with upstream's words where a sample cannot be taken */
  async settle(): Promise<void> {
    const { length, timestampsMs, values } = this.#noted;
    for (let from = 0; from < length;) {
      const to = Math.min(length, from + SAMPLES_A_COMMIT - this.#uncommitted);
      const refs = this.#refsOf(from, to);
      const outcomes = new Uint8Array(to - from);
      const times = timestampsMs.subarray(from, to);
      this.#appender.floats(refs, times, values.subarray(from, to), to - from, outcomes);
      const refused = outcomes.findIndex((outcome) => outcome !== APPEND_OUTCOME.accepted);
      if (refused >= 0) throw await this.#refusal(outcomes[refused] as AppendOutcome, from + refused);
      this.#uncommitted += to - from;
      if (this.#uncommitted >= SAMPLES_A_COMMIT) await this.#commit();
      from = to;
    }
    this.#noted.clear();
  }

  /** Writes the block; undefined where there is nothing to write. */
  async flush(): Promise<BlockMeta | undefined> {
    await this.settle();
    await this.#commit();
    return this.#writer.flush();
  }

  async #commit(): Promise<void> {
    await this.#appender.commit();
    this.#appender = this.#writer.appender();
    this.#uncommitted = 0;
  }

  /** Series come to be with their first sample. */
  #refsOf(from: number, to: number): Float64Array {
    const refs = new Float64Array(to - from);
    for (let i = from; i < to; i++) {
      const series = this.#notedSeries[i]!;
      refs[i - from] = this.#refs[series] ??= this.#appender.series(this.#labels[series]!);
    }
    return refs;
  }

  async #refusal(outcome: AppendOutcome, at: number): Promise<ToolError> {
    switch (outcome) {
      case APPEND_OUTCOME.outOfOrder:
        return new ToolError('out of order sample');
      case APPEND_OUTCOME.duplicate: {
        const labels = this.#labels[this.#notedSeries[at]!]!;
        const existing = formatFloatG((await this.#writer.lastValue(labels)) ?? NaN);
        const refused = formatFloatG(this.#noted.values[at]!);
        return new ToolError(
          `duplicate sample for timestamp ${this.#noted.timestampsMs[at]!}; overrides not allowed: existing ${existing}, new value ${refused}`,
        );
      }
      default:
        return new ToolError('out of bounds');
    }
  }
}
