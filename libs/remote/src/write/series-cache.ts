import { type Clock } from '@narthex/process';
import { type SeriesRef } from '@narthex/storage';
import { SeriesTable } from './series-table.js';

export interface SeriesCacheOptions {
  readonly clock: Clock;
  /** The most series of one generation; there are two of them. Default four million. */
  readonly maxSeries?: number;
  /** A series that did not occur for so long, or up to twice as long, is forgotten. Default an hour. */
  readonly generationMs?: number;
}

/**
 * Remembers which series the labels of earlier requests name, so that those of a known series are neither read nor
 * looked up again. Entries are kept in two generations: when the younger one is old or full it becomes the older one,
 * and of the older one what occurs again moves over. What is left of it goes with the next change.
 */
export class SeriesCache {
  readonly #clock: Clock;
  readonly #maxSeries: number;
  readonly #generationMs: number;
  #young = new SeriesTable();
  #old: SeriesTable | undefined;
  /** Entries of the older generation that have moved. */
  #moved = 0;
  #youngSinceMs: number;
  /** The entry that the last call found or put. */
  #entry = 0;

  constructor({ clock, maxSeries = 4_000_000, generationMs = 3_600_000 }: SeriesCacheOptions) {
    this.#clock = clock;
    this.#maxSeries = maxSeries;
    this.#generationMs = generationMs;
    this.#youngSinceMs = clock.monotonicMs();
  }

  /** Entries there are. One that is in both generations counts twice. */
  get size(): number {
    return this.#young.size + (this.#old?.size ?? 0);
  }

  /** What was noted with the series that {@link find} or {@link put} had last. */
  get note(): number {
    return this.#young.noteAt(this.#entry);
  }

  set note(note: number) {
    this.#young.setNote(this.#entry, note);
  }

  /** To be called once a request. */
  tidy(): void {
    const nowMs = this.#clock.monotonicMs();
    if (this.#young.size < this.#maxSeries && nowMs - this.#youngSinceMs < this.#generationMs) return;
    this.#youngSinceMs = nowMs;
    this.#old = this.#young;
    this.#moved = 0;
    this.#young = new SeriesTable(Math.min(this.#old.size, this.#maxSeries / 2));
  }

  /** The series of a hash; 0 when it is not known. */
  find(low: number, high: number): SeriesRef | 0 {
    const entry = this.#young.find(low, high);
    if (entry < 0) return this.#old === undefined ? 0 : this.#findOld(this.#old, low, high);
    this.#entry = entry;
    return this.#young.refAt(entry);
  }

  put(low: number, high: number, ref: SeriesRef): void {
    this.#entry = this.#young.put(low, high, ref, 0);
  }

  /** Forgets everything. */
  clear(): void {
    this.#young = new SeriesTable();
    this.#old = undefined;
  }

  #findOld(old: SeriesTable, low: number, high: number): SeriesRef | 0 {
    const entry = old.find(low, high);
    if (entry < 0) return 0;
    const ref = old.refAt(entry);
    this.#entry = this.#young.put(low, high, ref, old.noteAt(entry));
    if (++this.#moved === old.size) this.#old = undefined;
    return ref;
  }
}
