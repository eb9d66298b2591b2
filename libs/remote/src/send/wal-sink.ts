import {
  type ExemplarRecord,
  type HistogramRecord,
  type MetadataRecord,
  type SampleBatch,
  type SeriesRecord,
} from '@narthex/wal';

/**
 * Takes what a watcher reads from the log. What is appended is taken when the promise resolves, or will never be:
 * records are read once.
 */
export interface WalSink {
  readonly takesExemplars: boolean;
  readonly takesHistograms: boolean;
  readonly takesMetadata: boolean;
  /** @param segment the number of the segment or checkpoint that has the series */
  storeSeries(series: readonly SeriesRecord[], segment: number): void;
  /** Series that a new checkpoint has. */
  touchSeries(series: readonly SeriesRecord[], segment: number): void;
  /** Series that only segments or checkpoints below this number have are gone. */
  removeSeriesBefore(segment: number): void;
  storeMetadata(metadata: readonly MetadataRecord[]): void;
  /** Only what is newer than `afterMs` is meant. The batch is the reader's own: it changes afterwards. */
  appendSamples(batch: SampleBatch, afterMs: number): Promise<void>;
  appendHistograms(histograms: readonly HistogramRecord[], afterMs: number): Promise<void>;
  appendExemplars(exemplars: readonly ExemplarRecord[]): Promise<void>;
}
