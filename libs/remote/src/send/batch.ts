import { type NativeHistogram } from '@narthex/model';

export const ITEM_KIND = { sample: 0, exemplar: 1, histogram: 2, floatHistogram: 3 } as const;
export type ItemKind = (typeof ITEM_KIND)[keyof typeof ITEM_KIND];

/** How many of each kind there are. */
export interface ItemCounts {
  readonly samples: number;
  readonly exemplars: number;
  readonly histograms: number;
}

export const NO_ITEMS: ItemCounts = { samples: 0, exemplars: 0, histograms: 0 };

/** What waits to be sent in one request, in the order of the log, in columns. Only the first `length` places count. */
export class Batch {
  length = 0;
  /** Of the queue's `SeriesStore`. */
  readonly rows: Int32Array;
  readonly kinds: Uint8Array;
  readonly timestampsMs: Float64Array;
  /** 0 where unknown. */
  readonly startsMs: Float64Array;
  /** Of samples and exemplars, bit for bit. */
  readonly values: Float64Array;
  /** The memory of the values. */
  readonly valueWords: Uint32Array;
  /** Where an item is one. */
  readonly histograms: (NativeHistogram | undefined)[] = [];
  /** Names and values in turn, where an item is an exemplar. */
  readonly exemplarLabels: (readonly string[] | undefined)[] = [];

  #exemplars = 0;
  #histograms = 0;

  constructor(capacity: number) {
    this.rows = new Int32Array(capacity);
    this.kinds = new Uint8Array(capacity);
    this.timestampsMs = new Float64Array(capacity);
    this.startsMs = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
    this.valueWords = new Uint32Array(this.values.buffer);
  }

  get isFull(): boolean {
    return this.length === this.rows.length;
  }

  /** Copies a value with every bit, which an assignment of a NaN may lose. */
  pushSample(row: number, timestampMs: number, startMs: number, words: Uint32Array, index: number): void {
    const at = this.#push(row, ITEM_KIND.sample, timestampMs, startMs);
    this.valueWords[2 * at] = words[2 * index]!;
    this.valueWords[2 * at + 1] = words[2 * index + 1]!;
  }

  pushExemplar(row: number, timestampMs: number, value: number, labelPairs: readonly string[]): void {
    const at = this.#push(row, ITEM_KIND.exemplar, timestampMs, 0);
    this.values[at] = value;
    this.exemplarLabels[at] = labelPairs;
    this.#exemplars++;
  }

  pushHistogram(
    row: number,
    timestampMs: number,
    startMs: number,
    histogram: NativeHistogram,
    integer: boolean,
  ): void {
    const kind = integer ? ITEM_KIND.histogram : ITEM_KIND.floatHistogram;
    this.histograms[this.#push(row, kind, timestampMs, startMs)] = histogram;
    this.#histograms++;
  }

  counts(): ItemCounts {
    const exemplars = this.#exemplars;
    const histograms = this.#histograms;
    return { samples: this.length - exemplars - histograms, exemplars, histograms };
  }

  /** The oldest and newest times of its items. */
  timeRange(): { readonly oldestMs: number; readonly newestMs: number } {
    let oldestMs = Infinity;
    let newestMs = -Infinity;
    for (let at = 0; at < this.length; at++) {
      oldestMs = Math.min(oldestMs, this.timestampsMs[at]!);
      newestMs = Math.max(newestMs, this.timestampsMs[at]!);
    }
    return { oldestMs, newestMs };
  }

  /** Takes out what is older than a time, calling `dropped` with the place of each, before it is gone. */
  dropBefore(timestampMs: number, dropped: (at: number) => void): void {
    let kept = 0;
    for (let at = 0; at < this.length; at++) {
      if (this.timestampsMs[at]! < timestampMs) {
        dropped(at);
        const kind = this.kinds[at]!;
        if (kind === ITEM_KIND.exemplar) this.#exemplars--;
        else if (kind !== ITEM_KIND.sample) this.#histograms--;
        continue;
      }
      this.rows[kept] = this.rows[at]!;
      this.kinds[kept] = this.kinds[at]!;
      this.timestampsMs[kept] = this.timestampsMs[at]!;
      this.startsMs[kept] = this.startsMs[at]!;
      this.valueWords[2 * kept] = this.valueWords[2 * at]!;
      this.valueWords[2 * kept + 1] = this.valueWords[2 * at + 1]!;
      this.histograms[kept] = this.histograms[at];
      this.exemplarLabels[kept] = this.exemplarLabels[at];
      kept++;
    }
    this.length = kept;
  }

  clear(): void {
    this.length = 0;
    this.#exemplars = 0;
    this.#histograms = 0;
    this.histograms.length = 0;
    this.exemplarLabels.length = 0;
  }

  #push(row: number, kind: ItemKind, timestampMs: number, startMs: number): number {
    const at = this.length++;
    this.rows[at] = row;
    this.kinds[at] = kind;
    this.timestampsMs[at] = timestampMs;
    this.startsMs[at] = startMs;
    return at;
  }
}
