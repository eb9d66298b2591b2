import { type Labels, type Matcher, matchesAll } from '@narthex/model';
import { type Exemplar, type ExemplarSeries } from '@narthex/storage';
import { EXEMPLAR_FAULT, type ExemplarFault, judgeExemplar } from './exemplar-rules.js';

/** The series of exemplars: they outlive the series in the head. */
interface SeriesExemplars {
  readonly labels: Labels;
  /** Places in the ring. */
  oldest: number;
  newest: number;
}

interface Entry {
  readonly exemplar: Exemplar;
  readonly series: SeriesExemplars;
  /** The place of the next newer one of the series; −1 for none. */
  next: number;
}

/** What exemplars have gone through since the database was opened. */
export interface ExemplarCounters {
  appended: number;
  outOfOrder: number;
}

/**
 * The newest exemplars of all series, a fixed number of them: each new one takes the place of the oldest. As
 * upstream's `CircularExemplarStorage`; private to the thread that writes.
 */
export class ExemplarStore {
  readonly counters: ExemplarCounters = { appended: 0, outOfOrder: 0 };
  #ring: (Entry | undefined)[];
  /** Where the next one goes. */
  #next = 0;
  #length = 0;
  readonly #series = new Map<string, SeriesExemplars>();

  /** @param capacity how many there may be; 0 for none */
  constructor(capacity: number) {
    this.#ring = new Array<Entry | undefined>(Math.max(0, capacity)).fill(undefined);
  }

  /** How many there may be. */
  get capacity(): number {
    return this.#ring.length;
  }

  /** How many there are. */
  get length(): number {
    return this.#length;
  }

  get seriesCount(): number {
    return this.#series.size;
  }

  /** The time of the exemplar that will go first, in ms; 0 while there is none. */
  get oldestTimeMs(): number {
    return this.#oldest()?.exemplar.timestampMs ?? 0;
  }

  /** What {@link add} would say. */
  judge(seriesKey: string, exemplar: Exemplar): ExemplarFault {
    const series = this.#series.get(seriesKey);
    return judgeExemplar(exemplar, series && this.#ring[series.newest]?.exemplar);
  }

  /** Adds an exemplar unless something is wrong with it. Without room for any, it is dropped. */
  add(labels: Labels, exemplar: Exemplar): ExemplarFault {
    if (this.capacity === 0) return EXEMPLAR_FAULT.none;
    const fault = this.judge(labels.key, exemplar);
    if (fault === EXEMPLAR_FAULT.outOfOrder) this.counters.outOfOrder++;
    if (fault !== EXEMPLAR_FAULT.none) return fault;
    this.#put(labels, exemplar);
    this.counters.appended++;
    return fault;
  }

  /** Changes how many there may be; the newest ones stay. How many these are. */
  resize(capacity: number): number {
    const kept = capacity <= 0 ? [] : [...this.all()].slice(-capacity);
    this.#ring = new Array<Entry | undefined>(Math.max(0, capacity)).fill(undefined);
    this.#series.clear();
    this.#next = 0;
    this.#length = 0;
    for (const { labels, exemplar } of kept) this.#put(labels, exemplar);
    return kept.length;
  }

  /** All of them, in the order in which they came. */
  *all(): Generator<{ readonly labels: Labels; readonly exemplar: Exemplar }> {
    const first = this.#length < this.#ring.length ? 0 : this.#next;
    for (let i = 0; i < this.#length; i++) {
      const { exemplar, series } = this.#ring[(first + i) % this.#ring.length]!;
      yield { labels: series.labels, exemplar };
    }
  }

  /**
   * The exemplars between two times, both included, of series that pass any one of the matcher lists, in the order of
   * the series' labels.
   */
  select(startMs: number, endMs: number, matchers: readonly (readonly Matcher[])[]): ExemplarSeries[] {
    const found: ExemplarSeries[] = [];
    for (const { labels, oldest } of this.#series.values()) {
      if (!matchers.some((list) => matchesAll(labels, list))) continue;
      const exemplars: Exemplar[] = [];
      for (let at = oldest; at >= 0; at = this.#ring[at]!.next) {
        const { exemplar } = this.#ring[at]!;
        if (exemplar.timestampMs >= startMs && exemplar.timestampMs <= endMs) exemplars.push(exemplar);
      }
      if (exemplars.length > 0) found.push({ seriesLabels: labels, exemplars });
    }
    return found.sort((a, b) => a.seriesLabels.compare(b.seriesLabels));
  }

  #oldest(): Entry | undefined {
    return this.#ring[this.#length < this.#ring.length ? 0 : this.#next];
  }

  #put(labels: Labels, exemplar: Exemplar): void {
    const at = this.#next;
    this.#remove(at);
    let series = this.#series.get(labels.key);
    if (series === undefined) {
      series = { labels, oldest: at, newest: at };
      this.#series.set(labels.key, series);
    } else {
      this.#ring[series.newest]!.next = at;
      series.newest = at;
    }
    this.#ring[at] = { exemplar, series, next: -1 };
    this.#length++;
    this.#next = (at + 1) % this.#ring.length;
  }

  /** What is at the place that the next one takes is the oldest of its series. */
  #remove(at: number): void {
    const entry = this.#ring[at];
    if (entry === undefined) return;
    const { series, next } = entry;
    if (next < 0) this.#series.delete(series.labels.key);
    else series.oldest = next;
    this.#ring[at] = undefined;
    this.#length--;
  }
}
