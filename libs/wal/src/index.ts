export {
  createCheckpoint,
  type CheckpointOptions,
  type CheckpointPlace,
  type CreatedCheckpoint,
  writeCheckpoint,
} from './checkpoint.js';
export {
  type Checkpoint,
  checkpointPath,
  deleteCheckpoints,
  deleteTemporaryCheckpoints,
  lastCheckpoint,
  listCheckpoints,
} from './checkpoint-directory.js';
export { cutForCheckpoint } from './checkpoint-segments.js';
export { type CheckpointCount, type CheckpointFilter, type CheckpointStats } from './checkpoint-filter.js';
export {
  loadWalCodecs,
  type RecordCodec,
  WAL_COMPRESSIONS,
  type WalCodecs,
  type WalCompression,
} from './compression.js';
export {
  CheckpointError,
  CodecUnavailableError,
  FirstSegmentMissingError,
  RecordDecodeError,
  SegmentGapError,
  WalClosedError,
  WalCorruptionError,
  WalWriteError,
} from './errors.js';
export { DEFAULT_SEGMENT_SIZE_BYTES, PAGE_SIZE_BYTES } from './format.js';
export { LiveReader, type LiveReaderOptions } from './live-reader.js';
export { decodeExemplars, encodeExemplars, type ExemplarRecord } from './record/exemplars.js';
export {
  decodeHistograms,
  encodeHistograms,
  encodeHistogramsV2,
  type HistogramRecord,
} from './record/histograms.js';
export { decodeMetadata, encodeMetadata, type MetadataRecord } from './record/metadata.js';
export { decodeMmapMarkers, encodeMmapMarkers, type MmapMarkerRecord } from './record/mmap-markers.js';
export { RECORD_TYPE, recordType, type RecordType } from './record/record-type.js';
export {
  continueSamples,
  continueSamplesV2,
  decodeSamples,
  encodeSamples,
  encodeSamplesV2,
  SampleBatch,
} from './record/samples.js';
export {
  appendSeries,
  appendSeriesBytes,
  decodeSeries,
  encodeSeries,
  scanSeries,
  type SeriesRecord,
  writeLabelPairs,
} from './record/series.js';
export {
  decodeTombstones,
  encodeTombstones,
  isOfAllTimes,
  type TombstoneRecord,
} from './record/tombstones.js';
export { repairWal, type WalLoss } from './repair.js';
export { type CreateSegmentFile, type SegmentFile } from './segment-file.js';
export {
  listSegments,
  type Segment,
  segmentAt,
  segmentName,
  type SegmentRange,
  segmentsOf,
} from './segments.js';
export { WalReader, type WalReaderOptions } from './wal-reader.js';
export { type WalCounters, type WalObserver, WalWriter, type WalWriterOptions } from './wal-writer.js';
