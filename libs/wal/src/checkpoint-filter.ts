import { ByteWriter } from '@narthex/bytes';
import { decodeExemplars, encodeExemplars } from './record/exemplars.js';
import {
  decodeHistograms,
  encodeHistograms,
  encodeHistogramsV2,
  type HistogramRecord,
} from './record/histograms.js';
import { decodeMetadata, encodeMetadata, type MetadataRecord } from './record/metadata.js';
import { RECORD_TYPE, recordType } from './record/record-type.js';
import { decodeSamples, encodeSamples, encodeSamplesV2, SampleBatch } from './record/samples.js';
import { scanSeries } from './record/series.js';
import {
  decodeTombstones,
  encodeTombstones,
  isOfAllTimes,
  type TombstoneRecord,
} from './record/tombstones.js';

/** How many entries of a kind were read, and how many of them the checkpoint left out. */
export interface CheckpointCount {
  total: number;
  dropped: number;
}

export interface CheckpointStats {
  readonly series: CheckpointCount;
  /** Floats and histograms. */
  readonly samples: CheckpointCount;
  readonly tombstones: CheckpointCount;
  readonly exemplars: CheckpointCount;
  readonly metadata: CheckpointCount;
}

/** What a checkpoint keeps. */
export interface CheckpointFilter {
  /** Whether a series is still needed. */
  readonly keepSeries: (ref: number) => boolean;
  /** Samples and exemplars before it are left out, and tombstones that end before. */
  readonly minTimeMs: number;
  /** Where tombstones are kept from earlier on: another log may hold older samples. */
  readonly tombstonesFromMs?: number;
}

/** Takes records of a log and gathers what a checkpoint keeps of them. */
export class RecordFilter {
  readonly stats: CheckpointStats = {
    series: { total: 0, dropped: 0 },
    samples: { total: 0, dropped: 0 },
    tombstones: { total: 0, dropped: 0 },
    exemplars: { total: 0, dropped: 0 },
    metadata: { total: 0, dropped: 0 },
  };
  readonly #filter: CheckpointFilter;
  readonly #writer = new ByteWriter(64 * 1024);
  readonly #samples = new SampleBatch();
  /** Ends, in the writer, of the records gathered. */
  readonly #ends: number[] = [];
  readonly #metadata = new Map<number, MetadataRecord>();

  constructor(filter: CheckpointFilter) {
    this.#filter = filter;
  }

  /** Bytes gathered since the last {@link take}. */
  get gatheredBytes(): number {
    return this.#writer.length;
  }

  /** The records gathered, valid until the next {@link add}. */
  take(): Uint8Array[] {
    const bytes = this.#writer.view();
    const records = this.#ends.map((end, at) => bytes.subarray(this.#ends[at - 1] ?? 0, end));
    this.#writer.clear();
    this.#ends.length = 0;
    return records;
  }

  /** Reads a record and gathers what is to be kept. Types of later versions are left out. */
  add(record: Uint8Array): void {
    const type = recordType(record);
    switch (type) {
      case RECORD_TYPE.series:
        this.#addSeries(record);
        break;
      case RECORD_TYPE.samples:
      case RECORD_TYPE.samplesV2:
        this.#addSamples(record);
        break;
      case RECORD_TYPE.tombstones: {
        const fromMs = Math.min(this.#filter.minTimeMs, this.#filter.tombstonesFromMs ?? Infinity);
        // That a series was deleted matters as long as its record is there.
        const keep = (tombstone: TombstoneRecord): boolean =>
          isOfAllTimes(tombstone) ? this.#filter.keepSeries(tombstone.ref) : tombstone.maxTimeMs >= fromMs;
        this.#keep(decodeTombstones(record), this.stats.tombstones, keep, encodeTombstones);
        break;
      }
      case RECORD_TYPE.exemplars:
        this.#keep(decodeExemplars(record), this.stats.exemplars, this.#isRecent, encodeExemplars);
        break;
      case RECORD_TYPE.metadata:
        this.#addMetadata(decodeMetadata(record));
        break;
      case RECORD_TYPE.histograms:
      case RECORD_TYPE.floatHistograms:
      case RECORD_TYPE.customBucketHistograms:
      case RECORD_TYPE.customBucketFloatHistograms:
      case RECORD_TYPE.histogramsV2:
      case RECORD_TYPE.floatHistogramsV2:
        this.#addHistograms(decodeHistograms(record));
        break;
      case RECORD_TYPE.mmapMarkers:
      case undefined:
        break;
    }
  }

  /** Gathers the latest metadata of each series, at the end. */
  addLatestMetadata(): void {
    if (this.#metadata.size === 0) return;
    encodeMetadata(this.#writer, this.#metadata.values());
    this.#ends.push(this.#writer.length);
    this.#metadata.clear();
  }

  readonly #isRecent = ({ timestampMs }: { readonly timestampMs: number }): boolean =>
    timestampMs >= this.#filter.minTimeMs;

  #keep<T>(
    entries: readonly T[],
    count: CheckpointCount,
    keep: (entry: T) => boolean,
    encode: (writer: ByteWriter, entries: readonly T[]) => void,
  ): void {
    const kept = entries.filter(keep);
    count.total += entries.length;
    count.dropped += entries.length - kept.length;
    if (kept.length === 0) return;
    encode(this.#writer, kept);
    this.#ends.push(this.#writer.length);
  }

  /** Labels are copied as they are: there may be many series, and nobody reads them. */
  #addSeries(record: Uint8Array): void {
    const { series: count } = this.stats;
    const writer = this.#writer;
    const start = writer.length;
    scanSeries(record, (ref, labelBytes) => {
      count.total++;
      if (!this.#filter.keepSeries(ref)) {
        count.dropped++;
        return;
      }
      if (writer.length === start) writer.u8(RECORD_TYPE.series);
      writer.u64(ref);
      writer.bytes(labelBytes);
    });
    if (writer.length > start) this.#ends.push(writer.length);
  }

  #addSamples(record: Uint8Array): void {
    const samples = this.#samples;
    decodeSamples(record, samples);
    this.stats.samples.total += samples.length;
    this.stats.samples.dropped += samples.dropBefore(this.#filter.minTimeMs);
    if (samples.length === 0) return;
    if (samples.hasStartTimestamps()) encodeSamplesV2(this.#writer, samples);
    else encodeSamples(this.#writer, samples);
    this.#ends.push(this.#writer.length);
  }

  #addHistograms(samples: readonly HistogramRecord[]): void {
    const kept = samples.filter(this.#isRecent);
    this.stats.samples.total += samples.length;
    this.stats.samples.dropped += samples.length - kept.length;
    const known = kept.some(({ startTimestampMs }) => startTimestampMs !== 0);
    const encode = known ? encodeHistogramsV2 : encodeHistograms;
    encode(this.#writer, kept, (_start, end) => this.#ends.push(end));
  }

  #addMetadata(metadata: readonly MetadataRecord[]): void {
    const { metadata: count } = this.stats;
    count.total += metadata.length;
    for (const entry of metadata) {
      const kept = this.#filter.keepSeries(entry.ref);
      if (!kept || this.#metadata.has(entry.ref)) count.dropped++;
      if (kept) this.#metadata.set(entry.ref, entry);
    }
  }
}
