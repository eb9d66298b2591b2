import { isStaleNaN } from '@narthex/bytes';
import { type Labels, type MetricMetadata, type NativeHistogram } from '@narthex/model';
import {
  APPEND_OUTCOME,
  type Appendable,
  type Appender,
  type AppendOutcome,
  type Exemplar,
  type SeriesRef,
  StorageError,
} from '@narthex/storage';

/** A float, in words for the stale marker. */
export type RecordedFloat = readonly [series: string, timestampMs: number, value: number | 'stale'];

/** A storage that remembers what was committed, in the order in which it came. */
export class RecordedStorage implements Appendable {
  floats: RecordedFloat[] = [];
  histograms: [series: string, timestampMs: number, histogram: NativeHistogram][] = [];
  exemplars: [series: string, exemplar: Exemplar][] = [];
  zeros: [series: string, startMs: number][] = [];
  /** What came with samples, where it is known. */
  starts: [series: string, timestampMs: number, startMs: number][] = [];
  readonly metadata = new Map<string, MetricMetadata>();
  rollbacks = 0;
  /** Judges samples. */
  judge: (series: string, timestampMs: number) => AppendOutcome = () => APPEND_OUTCOME.accepted;
  exemplarOutcome: AppendOutcome = APPEND_OUTCOME.accepted;
  failCommit = false;
  readonly #series: string[] = [''];

  appender(): Appender {
    const pending: (() => void)[] = [];
    const judged = (ref: SeriesRef, timestampMs: number, keep: () => void): AppendOutcome => {
      const outcome = this.judge(this.#series[ref]!, timestampMs);
      if (outcome === APPEND_OUTCOME.accepted) pending.push(keep);
      return outcome;
    };
    const start = (ref: SeriesRef, timestampMs: number, startMs: number): void => {
      if (startMs !== 0) pending.push(() => this.starts.push([this.#series[ref]!, timestampMs, startMs]));
    };
    const float: Appender['float'] = (ref, timestampMs, value, startMs = 0) => {
      const shown = isStaleNaN(value) ? 'stale' : value;
      start(ref, timestampMs, startMs);
      return judged(ref, timestampMs, () => this.floats.push([this.#series[ref]!, timestampMs, shown]));
    };
    return {
      series: (labels: Labels): SeriesRef => (this.#series.push(labels.toString()) - 1) as SeriesRef,
      float,
      floats: (refs, timestampsMs, values, count, outcomes) => {
        for (let i = 0; i < count; i++)
          outcomes[i] = float(refs[i] as SeriesRef, timestampsMs[i]!, values[i]!);
      },
      histogram: (ref, timestampMs, histogram, _integer, startMs = 0) => {
        start(ref, timestampMs, startMs);
        return judged(ref, timestampMs, () =>
          this.histograms.push([this.#series[ref]!, timestampMs, histogram]),
        );
      },
      startZero: (ref, _timestampMs, startMs) => {
        pending.push(() => this.zeros.push([this.#series[ref]!, startMs]));
        return APPEND_OUTCOME.accepted;
      },
      exemplar: (ref, exemplar) => {
        if (this.exemplarOutcome === APPEND_OUTCOME.accepted) {
          pending.push(() => this.exemplars.push([this.#series[ref]!, exemplar]));
        }
        return this.exemplarOutcome;
      },
      metadata: (ref, metadata) => void pending.push(() => this.metadata.set(this.#series[ref]!, metadata)),
      commit: () => {
        if (this.failCommit) return Promise.reject(new StorageError('WAL_WRITE', 'no space left on device'));
        for (const keep of pending) keep();
        const counts = { floatsAppended: 0, histogramsAppended: 0, exemplarsAppended: 0, seriesCreated: 0 };
        return Promise.resolve(counts);
      },
      rollback: () => {
        this.rollbacks++;
      },
    };
  }
}
