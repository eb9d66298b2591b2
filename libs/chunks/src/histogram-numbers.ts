import { type BitReader, type BitWriter } from '@narthex/bytes';
import { type NativeHistogram } from '@narthex/model';

/** The numbers of the histogram that a chunk's reader or writer is at, in the form that the next one builds upon. */
export interface HistogramNumbers {
  readonly count: number;
  readonly zeroCount: number;
  readonly sum: number;
  /** Whether the sum is the stale marker. */
  readonly isStale: boolean;
  /** Absolute counts, one a bucket: arrays of the caller's own. */
  positiveCounts(): number[];
  negativeCounts(): number[];
  /** Writes all numbers plain. Of a stale marker there are no buckets. */
  writeFirst(bits: BitWriter, histogram: NativeHistogram): void;
  /** Writes the changes. */
  writeNext(bits: BitWriter, histogram: NativeHistogram): void;
  /** @throws ShortBufferError */
  readFirst(bits: BitReader): void;
  /** @throws ShortBufferError */
  readNext(bits: BitReader): void;
}
