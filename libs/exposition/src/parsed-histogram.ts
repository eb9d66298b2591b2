import { type NativeHistogram } from '@narthex/model';

/** A native histogram as an exposition gives it. */
export interface ParsedHistogram {
  readonly histogram: NativeHistogram;
  /** All counts are whole numbers, and the source gave them as such. */
  readonly integer: boolean;
}
