import { type Labels } from '@narthex/model';
import { type StoredSample } from './memory-storage.js';

/** A series with the samples that a `load` gives it. */
export interface LoadedSeries {
  readonly labels: Labels;
  readonly samples: readonly StoredSample[];
}
