import { type HistogramRecord } from '@narthex/wal';

/** The histograms of one transaction, and the series they belong to. */
export class HistogramBatch {
  readonly ids: number[] = [];
  readonly records: HistogramRecord[] = [];
  /** Of each series the kind that was added last: whole numbers or not. */
  readonly #kinds = new Map<number, boolean>();

  get length(): number {
    return this.records.length;
  }

  push(id: number, record: HistogramRecord): void {
    this.ids.push(id);
    this.records.push(record);
    this.#kinds.set(id, record.integer);
  }

  /** Whether the series has histograms in the batch, and whether these count in whole numbers. */
  kindOf(id: number): boolean | undefined {
    return this.#kinds.get(id);
  }
}
