import { SERIES_COUNT } from './proof-samples.js';

/**
 * What a database may answer of a sample. `maybe` is for what depends on things that the model does not know: samples
 * written again where others were deleted, and what a deletion under way or the retention may have taken already.
 */
export type Presence = 'present' | 'absent' | 'maybe';

/** What is known of every sample of every series at one moment. */
export type Expectation = readonly ReadonlyMap<number, Presence>[];

interface Deletion {
  readonly minTimeMs: number;
  maxTimeMs: number;
}

/** A deletion that has begun. */
export interface OpenDeletion {
  readonly series: readonly number[];
  readonly deletion: Deletion;
  /** By series, the samples there were at the beginning. */
  readonly before: readonly ReadonlySet<number>[];
}

/** The samples that were acknowledged, in plain maps. */
export class SampleModel {
  readonly #presence = Array.from({ length: SERIES_COUNT }, () => new Map<number, Presence>());
  readonly #deletions = Array.from({ length: SERIES_COUNT }, (): Deletion[] => []);
  readonly #lastMs = Array.from({ length: SERIES_COUNT }, () => -Infinity);
  /** Times at which something was written again since a deletion began. */
  readonly #again = Array.from({ length: SERIES_COUNT }, () => new Set<number>());

  readonly #history = new Map<string, string[]>();

  /** What happened to a sample, in order, for whoever wonders about it. */
  history(series: number, timestampMs: number): string {
    return this.#history.get(`${series}@${timestampMs}`)?.join(', ') ?? '';
  }

  #note(series: number, timestampMs: number, what: string): void {
    const key = `${series}@${timestampMs}`;
    const notes = this.#history.get(key);
    if (notes === undefined) this.#history.set(key, [what]);
    else if (notes.at(-1) !== what) notes.push(what);
  }

  /** The newest time of all that was written. */
  get newestMs(): number {
    return Math.max(...this.#lastMs);
  }

  /** The newest time at which a series was written, deleted or not. */
  lastMs(series: number): number {
    return this.#lastMs[series]!;
  }

  add(series: number, timestampMs: number): void {
    const presence = this.#presence[series]!;
    const isDeleted = this.#deletions[series]!.some(
      ({ minTimeMs, maxTimeMs }) => timestampMs >= minTimeMs && timestampMs <= maxTimeMs,
    );
    const before = presence.get(timestampMs);
    this.#note(series, timestampMs, timestampMs > this.#lastMs[series]! ? 'written' : 'written late');
    // The newest sample once more is not written, as long as the head knows it.
    if (isDeleted || (before === 'absent' && timestampMs === this.#lastMs[series])) {
      this.#again[series]!.add(timestampMs);
      if (before !== 'present') presence.set(timestampMs, 'maybe');
    } else presence.set(timestampMs, 'present');
    this.#lastMs[series] = Math.max(this.#lastMs[series]!, timestampMs);
  }

  beginDeletion(series: readonly number[], minTimeMs: number, maxTimeMs: number): OpenDeletion {
    const deletion = { minTimeMs, maxTimeMs };
    const before = series.map((each) => {
      const times = new Set<number>();
      for (const [timestampMs, presence] of this.#presence[each]!) {
        if (timestampMs < minTimeMs || timestampMs > maxTimeMs) continue;
        times.add(timestampMs);
        this.#note(each, timestampMs, 'deleted');
        if (presence === 'present') this.#presence[each]!.set(timestampMs, 'maybe');
        this.#again[each]!.delete(timestampMs);
      }
      this.#deletions[each]!.push(deletion);
      return times;
    });
    return { series, deletion, before };
  }

  endDeletion({ series, deletion, before }: OpenDeletion): void {
    series.forEach((each, at) => {
      for (const timestampMs of before[at]!) {
        if (!this.#again[each]!.has(timestampMs)) this.#presence[each]!.set(timestampMs, 'absent');
      }
    });
    deletion.maxTimeMs = Math.min(deletion.maxTimeMs, Math.max(...series.map((each) => this.#lastMs[each]!)));
  }

  /** Samples before a time may be gone. */
  forgetBefore(timeMs: number): void {
    this.#presence.forEach((presence, series) => {
      for (const [timestampMs, state] of presence) {
        if (timestampMs >= timeMs || state !== 'present') continue;
        presence.set(timestampMs, 'maybe');
        this.#note(series, timestampMs, 'beyond retention');
      }
    });
  }

  /** Takes over what was seen of a sample of which the model did not know. */
  settle(series: number, timestampMs: number, isThere: boolean): void {
    const presence = this.#presence[series]!;
    // Samples written where others were deleted are hidden until the deletion is forgotten, as upstream.
    if (presence.get(timestampMs) !== 'maybe' || this.#again[series]!.has(timestampMs)) return;
    presence.set(timestampMs, isThere ? 'present' : 'absent');
    this.#note(series, timestampMs, isThere ? 'seen' : 'not seen');
  }

  expectation(): Expectation {
    return this.#presence.map((presence) => new Map(presence));
  }
}

/** `later` with `maybe` wherever it differs from `earlier`: what may be seen by who looks in between. */
export function between(earlier: Expectation, later: Expectation): Expectation {
  return earlier.map((presence, series) => {
    const both = new Map<number, Presence>();
    for (const timestampMs of new Set([...presence.keys(), ...later[series]!.keys()])) {
      const first = presence.get(timestampMs) ?? 'absent';
      const second = later[series]!.get(timestampMs) ?? 'absent';
      both.set(timestampMs, first === second ? first : 'maybe');
    }
    return both;
  });
}
