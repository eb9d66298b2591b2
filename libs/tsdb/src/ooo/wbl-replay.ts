import { type Clock, type Logger } from '@narthex/process';
import { StorageError } from '@narthex/storage';
import {
  decodeHistograms,
  decodeMmapMarkers,
  decodeSamples,
  type HistogramRecord,
  RECORD_TYPE,
  recordType,
  RecordDecodeError,
  repairWal,
  SampleBatch,
  segmentsOf,
  type WalCodecs,
  WalCorruptionError,
  type WalLoss,
  WalReader,
} from '@narthex/wal';
import { setImmediate } from 'node:timers/promises';
import { type UnknownKind, UnknownRefs, WBL_KINDS } from '../disk/unknown-refs.js';
import { type DiskChunk } from '../head/chunk-entries.js';
import { LoggedHistograms } from '../disk/logged-histograms.js';
import { type FoundLateChunks } from '../head-disk/found-late-chunks.js';

const SLICE_MS = 10;

const HISTOGRAM_TYPES = new Set<number>([
  RECORD_TYPE.histograms,
  RECORD_TYPE.floatHistograms,
  RECORD_TYPE.customBucketHistograms,
  RECORD_TYPE.customBucketFloatHistograms,
  RECORD_TYPE.histogramsV2,
  RECORD_TYPE.floatHistogramsV2,
]);

/** What a replay of the out-of-order log found. */
export interface WblStats {
  samples: number;
  /** The same times were there already, or a histogram does not make sense. */
  samplesDropped: number;
  /** Samples of series that the log in order does not know. */
  unknownRefs: number;
  /** Full chunks that were found on disk, where markers say them to be. */
  chunks: number;
}

/** Where replayed samples go. */
export interface WblTarget {
  /** Adds samples of known series out of order, as a commit of their own that is not logged. How many were added. */
  restoreLate(
    ids: Uint32Array,
    batch: SampleBatch,
    histograms: readonly HistogramRecord[],
    histogramIds: readonly number[],
  ): number;
  /** Gives a series a full chunk that is on disk, in place of the samples that it has collected. */
  restoreLateChunk(id: number, chunk: DiskChunk): void;
}

export interface WblReplayOptions {
  readonly directory: string;
  readonly codecs: WalCodecs;
  readonly head: WblTarget;
  /** The series that the log in order knows by a number; 0 for none. */
  readonly idOf: (ref: number) => number;
  /** Full chunks that were found on disk; without them markers are passed over, for the log has the samples as well. */
  readonly lateChunks?: FoundLateChunks;
  readonly clock: Clock;
  readonly logger: Logger;
  /** False to throw where the log is damaged, and leave it as it is. Default true. */
  readonly repair?: boolean;
}

/**
 * Puts what the out-of-order log holds into the head. A marker says that a chunk on disk has what its series had
 * collected until then. Chunks without a marker are in blocks already, or the log holds their samples still.
 */
export class WblReplay {
  /** The newest file that a marker names, 0 for none: the chunk may not have come there. */
  newestFile = 0;
  readonly stats: WblStats = { samples: 0, samplesDropped: 0, unknownRefs: 0, chunks: 0 };
  readonly unknown = new UnknownRefs();
  readonly #options: WblReplayOptions;
  readonly #histograms = new LoggedHistograms('WBL');
  readonly #decoded = new SampleBatch();
  readonly #known = new SampleBatch();
  #ids = new Uint32Array(1024);

  constructor(options: WblReplayOptions) {
    this.#options = options;
  }

  /**
   * What a repair of a damaged log took away; undefined when all was well.
   * @throws StorageError with code `CORRUPT` where a whole record cannot be understood
   */
  async run(): Promise<WalLoss | undefined> {
    const { directory, repair, logger } = this.#options;
    try {
      await this.#read();
    } catch (error) {
      if (!(error instanceof WalCorruptionError) || repair === false) throw asStorageError(error);
      logger.warn('Encountered WBL read error, attempting repair', { err: error });
      const loss = repairWal(directory, error);
      this.#takeUnmarked();
      logger.info('Successfully repaired WBL');
      return loss;
    } finally {
      if (this.stats.unknownRefs > 0)
        logger.warn('Unknown series references for ooo WAL replay', this.unknown.fields(WBL_KINDS));
      this.#histograms.tell(logger);
    }
    return undefined;
  }

  async #read(): Promise<void> {
    const { directory, codecs, clock, logger } = this.#options;
    const reader = new WalReader({ segments: segmentsOf([{ directory }]), codecs });
    let startedMs = clock.monotonicMs();
    let segment: number | undefined;
    try {
      while (reader.next()) {
        if (reader.segment !== segment) {
          segment = reader.segment;
          logger.debug('WBL segment loading', { segment });
        }
        this.#take(reader.record);
        if (clock.monotonicMs() - startedMs < SLICE_MS) continue;
        await setImmediate();
        startedMs = clock.monotonicMs();
      }
    } finally {
      reader.close();
    }
  }

  #take(record: Uint8Array): void {
    const type = recordType(record);
    if (type === RECORD_TYPE.samples || type === RECORD_TYPE.samplesV2) this.#takeSamples(record);
    else if (type === RECORD_TYPE.mmapMarkers) this.#takeMarkers(record);
    else if (type !== undefined && HISTOGRAM_TYPES.has(type)) this.#takeHistograms(record);
  }

  #takeMarkers(record: Uint8Array): void {
    const { lateChunks, head, idOf } = this.#options;
    if (lateChunks === undefined) return;
    for (const { ref, chunkRef } of decodeMmapMarkers(record)) {
      this.newestFile = Math.max(this.newestFile, Math.floor(chunkRef / 2 ** 32));
      const id = idOf(ref);
      if (id === 0) {
        this.#noteUnknown('mmap_markers', ref);
        continue;
      }
      // The chunk may not have come as far as the disk.
      const chunk = lateChunks.take(ref, chunkRef);
      if (chunk === undefined) continue;
      head.restoreLateChunk(id, chunk);
      this.stats.chunks++;
    }
  }

  /** The end of the log is lost: chunks that became full after what is left of it have some of the samples. */
  #takeUnmarked(): void {
    const { lateChunks, head, idOf } = this.#options;
    for (const { seriesRef, chunk } of lateChunks?.behindTaken() ?? []) {
      const id = idOf(seriesRef);
      if (id === 0) continue;
      head.restoreLateChunk(id, chunk);
      this.stats.chunks++;
    }
  }

  #takeHistograms(record: Uint8Array): void {
    const { head, idOf } = this.#options;
    const known: HistogramRecord[] = [];
    const ids: number[] = [];
    for (const histogram of decodeHistograms(record)) {
      const id = idOf(histogram.ref);
      if (id === 0) {
        this.#noteUnknown('histograms', histogram.ref);
        continue;
      }
      if (!this.#histograms.takes(histogram)) {
        this.stats.samplesDropped++;
        continue;
      }
      known.push(histogram);
      ids.push(id);
    }
    this.#known.clear();
    this.#count(known.length, head.restoreLate(this.#ids, this.#known, known, ids));
  }

  #takeSamples(record: Uint8Array): void {
    const { head, idOf } = this.#options;
    decodeSamples(record, this.#decoded);
    const { refs, timestampsMs, startTimestampsMs, valueWords, length } = this.#decoded;
    const known = this.#known;
    known.clear();
    if (length > this.#ids.length) this.#ids = new Uint32Array(2 * length);
    for (let i = 0; i < length; i++) {
      const id = idOf(refs[i]!);
      if (id === 0) {
        this.#noteUnknown('samples', refs[i]!);
        continue;
      }
      const at = known.grow();
      this.#ids[at] = id;
      known.timestampsMs[at] = timestampsMs[i]!;
      known.startTimestampsMs[at] = startTimestampsMs[i]!;
      known.valueWords[2 * at] = valueWords[2 * i]!;
      known.valueWords[2 * at + 1] = valueWords[2 * i + 1]!;
    }
    this.#count(known.length, head.restoreLate(this.#ids, known, [], []));
  }

  #noteUnknown(kind: UnknownKind, ref: number): void {
    this.stats.unknownRefs++;
    this.unknown.note(kind, ref);
  }

  #count(found: number, added: number): void {
    this.stats.samples += added;
    this.stats.samplesDropped += found - added;
  }
}

function asStorageError(error: unknown): unknown {
  if (!(error instanceof WalCorruptionError) && !(error instanceof RecordDecodeError)) return error;
  return new StorageError('CORRUPT', `replay WBL: ${error.message}`, { cause: error });
}
