import { type NativeHistogram } from '@narthex/model';

/** What a chunk's samples are. */
export const SAMPLE_KIND = { float: 1, histogram: 2, floatHistogram: 3 } as const;
export type SampleKind = (typeof SAMPLE_KIND)[keyof typeof SAMPLE_KIND];

/** Goes through the samples of one chunk, oldest first. */
export interface SampleCursor {
  readonly kind: SampleKind;
  /** Goes to the next sample; false behind the last. @throws ChunkError */
  next(): boolean;
  readonly timestampMs: number;
  /** 0 where unknown. */
  readonly startTimestampMs: number;
  /** Writes the value of a float sample, bit for bit, to a place of a column. */
  copyValue(words: Uint32Array, at: number): void;
  /** The histogram, all of it the caller's own but the layout that it shares with its neighbours. */
  histogram(): NativeHistogram;
}
