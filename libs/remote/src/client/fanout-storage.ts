import { type Labels, type Matcher } from '@narthex/model';
import {
  type LabelAnswer,
  type Querier,
  type Queryable,
  SampleColumns,
  type SelectHints,
  type SeriesSet,
} from '@narthex/storage';
import { type RemotePort } from './remote-port.js';
import { copySample, type RemoteSeries, remoteSeries } from './remote-series.js';
import { type StoreAnswer } from './port-protocol.js';

/** Answers from the local storage and the remote stores together; what a store cannot answer is a warning. */
export class FanoutStorage implements Queryable {
  readonly #local: Queryable;
  readonly #remote: RemotePort;
  readonly #isInterrupted: () => boolean;

  /** @param isInterrupted whether what is asked is not wanted any more: stores are not waited for then */
  constructor(local: Queryable, remote: RemotePort, isInterrupted = (): boolean => false) {
    this.#local = local;
    this.#remote = remote;
    this.#isInterrupted = isInterrupted;
  }

  querier(minTimeMs: number, maxTimeMs: number): Querier {
    const local = this.#local.querier(minTimeMs, maxTimeMs);
    if (!this.#remote.hasStores) return local;
    return new FanoutQuerier(local, this.#remote, this.#isInterrupted, minTimeMs, maxTimeMs);
  }
}

class FanoutQuerier implements Querier {
  readonly #local: Querier;
  readonly #remote: RemotePort;
  readonly #isInterrupted: () => boolean;
  readonly #minTimeMs: number;
  readonly #maxTimeMs: number;

  constructor(
    local: Querier,
    remote: RemotePort,
    isInterrupted: () => boolean,
    minTimeMs: number,
    maxTimeMs: number,
  ) {
    this.#local = local;
    this.#remote = remote;
    this.#isInterrupted = isInterrupted;
    this.#minTimeMs = minTimeMs;
    this.#maxTimeMs = maxTimeMs;
  }

  async select(sorted: boolean, hints: SelectHints, matchers: readonly Matcher[]): Promise<SeriesSet> {
    const { newestOnly: _, ...plain } = hints;
    const select = {
      minTimeMs: this.#minTimeMs,
      maxTimeMs: this.#maxTimeMs,
      hints: plain,
      matchers: matchers.map(({ type, name, value }) => [type, name, value] as const),
    };
    const asked = this.#remote.select(select, this.#isInterrupted);
    // Merging needs both in order.
    const local = await this.#local.select(true, hints, matchers);
    const answers = await asked;
    const { series, warnings } = seriesOf(answers);
    if (series.length === 0 && warnings.length === 0) {
      return sorted ? local : this.#local.select(false, hints, matchers);
    }
    return new MergedSeriesSet(local, series, warnings, this.#minTimeMs, this.#maxTimeMs);
  }

  async labelValues(name: string, matchers: readonly Matcher[], limit: number): Promise<LabelAnswer> {
    return this.#withWarnings(await this.#local.labelValues(name, matchers, limit));
  }

  async labelNames(matchers: readonly Matcher[], limit: number): Promise<LabelAnswer> {
    return this.#withWarnings(await this.#local.labelNames(matchers, limit));
  }

  close(): void {
    this.#local.close();
  }

  async #withWarnings({ values, warnings }: LabelAnswer): Promise<LabelAnswer> {
    const answers = await this.#remote.labels(this.#minTimeMs, this.#maxTimeMs);
    return { values, warnings: [...warnings, ...seriesOf(answers).warnings] };
  }
}

/** The series of all stores that answered, store by store, and what the others say. */
function seriesOf(answers: readonly StoreAnswer[]): {
  readonly series: readonly (readonly RemoteSeries[])[];
  readonly warnings: readonly string[];
} {
  const series: (readonly RemoteSeries[])[] = [];
  const warnings = new Set<string>();
  for (const answer of answers) {
    if (answer.warning !== undefined) {
      warnings.add(answer.warning);
      continue;
    }
    try {
      const found = remoteSeries(answer);
      if (found.length > 0) series.push(found);
    } catch (error) {
      warnings.add(`remote_read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { series, warnings: [...warnings] };
}

/** The parts that one series has: its place in the local set, or -1, and what stores have of it. */
interface MergedSeries {
  readonly local: number;
  readonly remote: RemoteSeries[];
}

class MergedSeriesSet implements SeriesSet {
  readonly warnings: readonly string[];
  readonly #local: SeriesSet;
  readonly #series: readonly MergedSeries[];
  readonly #minTimeMs: number;
  readonly #maxTimeMs: number;

  constructor(
    local: SeriesSet,
    stores: readonly (readonly RemoteSeries[])[],
    warnings: readonly string[],
    minTimeMs: number,
    maxTimeMs: number,
  ) {
    this.#local = local;
    this.warnings = [...local.warnings, ...warnings];
    this.#minTimeMs = minTimeMs;
    this.#maxTimeMs = maxTimeMs;
    this.#series = stores.reduce<readonly MergedSeries[]>(
      (merged, store) => this.#merged(merged, store),
      Array.from({ length: local.length }, (_, at) => ({ local: at, remote: [] })),
    );
  }

  get length(): number {
    return this.#series.length;
  }

  labels(index: number): Labels {
    return this.#labelsOf(this.#series[index]!);
  }

  read(index: number, into: SampleColumns): void {
    const { local, remote } = this.#series[index]!;
    if (remote.length === 0) {
      this.#local.read(local, into);
      return;
    }
    let samples = new SampleColumns();
    if (local >= 0) this.#local.read(local, samples);
    for (const part of remote) {
      const more = new SampleColumns();
      part.read(this.#minTimeMs, this.#maxTimeMs, more);
      samples = mergedSamples(samples, more);
    }
    for (let at = 0; at < samples.length; at++) copySample(samples, at, into);
  }

  #labelsOf({ local, remote }: MergedSeries): Labels {
    return local >= 0 ? this.#local.labels(local) : remote[0]!.labels;
  }

  #merged(series: readonly MergedSeries[], store: readonly RemoteSeries[]): readonly MergedSeries[] {
    const merged: MergedSeries[] = [];
    let at = 0;
    for (const one of store) {
      let order = 1;
      while (at < series.length && (order = one.labels.compare(this.#labelsOf(series[at]!))) > 0) {
        merged.push(series[at++]!);
      }
      const same = at < series.length && order === 0 ? series[at]! : merged.at(-1);
      if (same !== undefined && this.#labelsOf(same).equals(one.labels)) same.remote.push(one);
      else merged.push({ local: -1, remote: [one] });
    }
    return [...merged, ...series.slice(at)];
  }
}

/** Both in order of time; of samples of the same time the first one's counts. */
function mergedSamples(a: SampleColumns, b: SampleColumns): SampleColumns {
  const merged = new SampleColumns(Math.max(16, a.length + b.length));
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const left = i < a.length ? a.timestampsMs[i]! : Infinity;
    const right = j < b.length ? b.timestampsMs[j]! : Infinity;
    if (left <= right) copySample(a, i++, merged);
    else copySample(b, j++, merged);
    if (left === right) j++;
  }
  return merged;
}
