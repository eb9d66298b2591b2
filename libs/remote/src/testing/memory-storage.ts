import { isStaleNaN } from '@narthex/bytes';
import { type Labels, type MetricMetadata, type NativeHistogram } from '@narthex/model';
import {
  APPEND_OUTCOME,
  type Appendable,
  type Appender,
  type AppendOutcome,
  type CommitResult,
  type Exemplar,
  type SeriesRef,
  StorageError,
} from '@narthex/storage';

/** One thing that was appended. */
export interface Appended {
  readonly series: string;
  readonly kind: 'float' | 'histogram' | 'exemplar' | 'metadata';
  readonly timestampMs: number;
  readonly value: number | NativeHistogram | Exemplar | MetricMetadata;
  readonly integer?: boolean;
  /** Of samples: when they began to count, 0 where that did not come with them. */
  readonly startMs?: number;
  /** Of floats: whether the value is the stale marker. */
  readonly isStale?: boolean;
}

/** Judges a sample before it is taken. */
export type Judge = (series: string, timestampMs: number) => AppendOutcome;

/** A storage that remembers what was committed, and how often it was asked for series. */
export class MemoryStorage implements Appendable {
  readonly committed: Appended[] = [];
  transactions = 0;
  rollbacks = 0;
  seriesLookups = 0;
  judge: Judge = () => APPEND_OUTCOME.accepted;
  /** What it says of the newest sample of every series. */
  newest: number | 'histogram' | undefined;
  /** Label values longer than this are refused. */
  longestValue = Infinity;
  failCommit = false;
  #names: string[] = [''];
  readonly #refs = new Map<string, number>();
  /** Refs from here on are known; those before are gone. */
  #oldest = 1;

  /** Lets go of every series. */
  forgetSeries(): void {
    this.#oldest = this.#names.length;
    this.#refs.clear();
  }

  appender(): Appender {
    const pending: Appended[] = [];
    let open = true;
    const name = (ref: number): string | undefined => (ref >= this.#oldest ? this.#names[ref] : undefined);
    const add = (ref: number, appended: Omit<Appended, 'series'>): AppendOutcome => {
      if (!open) throw new StorageError('CLOSED', 'closed');
      const series = name(ref);
      if (series === undefined) return APPEND_OUTCOME.unknownSeries;
      const outcome = this.judge(series, appended.timestampMs);
      if (outcome === APPEND_OUTCOME.accepted) pending.push({ series, ...appended });
      return outcome;
    };
    const float = (ref: number, timestampMs: number, value: number, startMs = 0): AppendOutcome =>
      add(ref, { kind: 'float', timestampMs, value, isStale: isStaleNaN(value), startMs });
    return {
      series: (labels: Labels): SeriesRef => {
        this.seriesLookups++;
        if ([...labels].some(([, value]) => value.length > this.longestValue))
          throw new StorageError('INVALID_LABELS', 'label v is too long');
        const key = labels.toString();
        const known = this.#refs.get(key);
        if (known !== undefined) return known as SeriesRef;
        const ref = this.#names.push(key) - 1;
        this.#refs.set(key, ref);
        return ref as SeriesRef;
      },
      float,
      floats: (refs, timestampsMs, values, count, outcomes, starts) => {
        for (let i = 0; i < count; i++) {
          outcomes[i] = float(refs[i]!, timestampsMs[i]!, values[i]!, starts?.[i]);
        }
      },
      histogram: (ref, timestampMs, value, integer, startMs = 0) =>
        add(ref, { kind: 'histogram', timestampMs, value, integer, startMs }),
      newest: () => this.newest,
      startZero: () => APPEND_OUTCOME.unsupported,
      exemplar: (ref, value) => add(ref, { kind: 'exemplar', timestampMs: value.timestampMs, value }),
      metadata: (ref, value) => void add(ref, { kind: 'metadata', timestampMs: 0, value }),
      commit: (): Promise<CommitResult> => {
        open = false;
        if (this.failCommit) return Promise.reject(new StorageError('WAL_WRITE', 'no space left on device'));
        this.transactions++;
        this.committed.push(...pending);
        return Promise.resolve({
          floatsAppended: 0,
          histogramsAppended: 0,
          exemplarsAppended: 0,
          seriesCreated: 0,
        });
      },
      rollback: () => {
        open = false;
        this.rollbacks++;
      },
    };
  }

  /** What was committed of floats: series, time and value. */
  floats(): [series: string, timestampMs: number, value: number][] {
    return this.committed
      .filter(({ kind }) => kind === 'float')
      .map(({ series, timestampMs, value }) => [series, timestampMs, value as number]);
  }
}
