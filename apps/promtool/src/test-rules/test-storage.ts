import { type Labels, type NativeHistogram } from '@narthex/model';
import { MemoryStorage } from '@narthex/promqltest';
import {
  APPEND_OUTCOME,
  type Appendable,
  type Appender,
  type AppendOutcome,
  type CommitResult,
  type Querier,
  type Queryable,
  type SeriesRef,
} from '@narthex/storage';

interface Sample {
  readonly timestampMs: number;
  readonly value: number;
  readonly histogram: NativeHistogram | undefined;
}

/** What the rules under test read and write. */
export class TestStorage implements Appendable, Queryable {
  readonly #memory = new MemoryStorage();
  readonly #newest = new Map<string, Sample>();

  querier(minTimeMs: number, maxTimeMs: number): Querier {
    return this.#memory.querier(minTimeMs, maxTimeMs);
  }

  appender(): Appender {
    return new TestAppender(this);
  }

  append(labels: Labels, sample: Sample): AppendOutcome {
    const outcome = this.outcome(labels, sample);
    if (
      outcome !== APPEND_OUTCOME.accepted ||
      this.#newest.get(labels.key)?.timestampMs === sample.timestampMs
    )
      return outcome;
    this.#newest.set(labels.key, sample);
    this.#memory.append(labels, { ...sample, startTimestampMs: 0 });
    return outcome;
  }

  /** What would become of a sample. */
  outcome(labels: Labels, { timestampMs, value }: Sample): AppendOutcome {
    const newest = this.#newest.get(labels.key);
    if (newest === undefined || timestampMs > newest.timestampMs) return APPEND_OUTCOME.accepted;
    if (timestampMs < newest.timestampMs) return APPEND_OUTCOME.outOfOrder;
    return Object.is(value, newest.value) ? APPEND_OUTCOME.accepted : APPEND_OUTCOME.duplicate;
  }
}

class TestAppender implements Appender {
  readonly #storage: TestStorage;
  readonly #series: Labels[] = [];
  #pending: (readonly [labels: Labels, sample: Sample])[] = [];

  constructor(storage: TestStorage) {
    this.#storage = storage;
  }

  series(labels: Labels): SeriesRef {
    return (this.#series.push(labels) - 1) as SeriesRef;
  }

  float(ref: SeriesRef, timestampMs: number, value: number): AppendOutcome {
    return this.#add(ref, { timestampMs, value, histogram: undefined });
  }

  histogram(ref: SeriesRef, timestampMs: number, histogram: NativeHistogram): AppendOutcome {
    return this.#add(ref, { timestampMs, value: 0, histogram });
  }

  floats(
    refs: Float64Array,
    timestampsMs: Float64Array,
    values: Float64Array,
    count: number,
    outcomes: Uint8Array,
  ): void {
    for (let i = 0; i < count; i++)
      outcomes[i] = this.float(refs[i] as SeriesRef, timestampsMs[i]!, values[i]!);
  }

  startZero(): AppendOutcome {
    return APPEND_OUTCOME.unsupported;
  }

  exemplar(): AppendOutcome {
    return APPEND_OUTCOME.unsupported;
  }

  metadata(): void {
    // Rules under test see no metadata.
  }

  commit(): Promise<CommitResult> {
    let [floatsAppended, histogramsAppended] = [0, 0];
    for (const [labels, sample] of this.#pending) {
      if (this.#storage.append(labels, sample) !== APPEND_OUTCOME.accepted) continue;
      if (sample.histogram === undefined) floatsAppended++;
      else histogramsAppended++;
    }
    this.#pending = [];
    return Promise.resolve({ floatsAppended, histogramsAppended, exemplarsAppended: 0, seriesCreated: 0 });
  }

  rollback(): void {
    this.#pending = [];
  }

  #add(ref: SeriesRef, sample: Sample): AppendOutcome {
    const labels = this.#series[ref]!;
    this.#pending.push([labels, sample]);
    return this.#storage.outcome(labels, sample);
  }
}
