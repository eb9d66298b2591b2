import { NO_ADDRESS } from '@narthex/bytes';
import { type Clock, type Logger } from '@narthex/process';
import { Labels } from '@narthex/model';
import { StorageError } from '@narthex/storage';
import {
  decodeExemplars,
  decodeHistograms,
  decodeMetadata,
  decodeSamples,
  decodeSeries,
  decodeTombstones,
  FirstSegmentMissingError,
  isOfAllTimes,
  lastCheckpoint,
  RECORD_TYPE,
  recordType,
  RecordDecodeError,
  repairWal,
  SampleBatch,
  segmentName,
  segmentsOf,
  type WalCodecs,
  WalCorruptionError,
  type WalLoss,
  WalReader,
} from '@narthex/wal';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type Head } from '../head/head.js';
import { HistogramBatch } from '../head/histogram-batch.js';
import { MAX_LABEL_BYTES, tooLongLabel } from '../head/label-rules.js';
import { removeSeries } from '../head/truncation.js';
import { type HeadDisk } from '../head-disk/head-disk.js';
import { type LoadedSnapshot } from '../snapshot/load-snapshot.js';
import { LoggedHistograms } from './logged-histograms.js';
import { RefMap } from './ref-map.js';
import { type UnknownKind, UnknownRefs, WAL_KINDS } from './unknown-refs.js';

const SLICE_MS = 10;

/** What a replay found. Counts are of items, not of records. */
export interface ReplayStats {
  series: number;
  samples: number;
  histograms: number;
  exemplars: number;
  tombstones: number;
  metadata: number;
  /** In blocks already, or older than what the series had already, as in upstream's replay. */
  samplesDropped: number;
  /** Named a series that the log does not know. */
  unknownRefs: number;
  /** Records of a kind that does not belong there: they stay in the log, and are not shown. */
  unsupportedRecords: number;
  unknownRecords: number;
}

export interface ReplayOptions {
  readonly directory: string;
  readonly codecs: WalCodecs;
  readonly head: Head;
  /** Called for each further number that the log has for a series. */
  readonly onSecondRef?: (ref: number) => void;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The full chunks that are on disk; what they hold is not read from the log once more. */
  readonly headDisk?: HeadDisk | undefined;
  /** What a snapshot of the head said before. */
  readonly snapshot?: LoadedSnapshot | undefined;
  /** False to throw where the log is damaged, and leave it as it is. Default true. */
  readonly repair?: boolean;
}

export interface ReplayResult {
  readonly stats: ReplayStats;
  /** What a repair of a damaged log took away. */
  readonly loss: WalLoss | undefined;
  /** The series that the log knows by a number; 0 for none. */
  readonly idOf: (ref: number) => number;
}

/** Puts everything that a log holds into an empty head, the last checkpoint first. */
export class WalReplay {
  readonly stats: ReplayStats = {
    series: 0,
    samples: 0,
    histograms: 0,
    exemplars: 0,
    tombstones: 0,
    metadata: 0,
    samplesDropped: 0,
    unknownRefs: 0,
    unsupportedRecords: 0,
    unknownRecords: 0,
  };
  readonly unknown = new UnknownRefs();
  readonly #options: ReplayOptions;
  readonly #histograms = new LoggedHistograms('WAL');
  readonly #refs: RefMap;
  readonly #decoded = new SampleBatch();
  readonly #none = new SampleBatch(1);
  #ids = new Uint32Array(1024);
  /** By the ids of series, a time up to which they have all samples: a row takes longer to look at. */
  #upToMs: Float64Array;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#refs = options.snapshot?.refs ?? new RefMap();
    this.#upToMs = new Float64Array(options.head.control.lastId + 1024).fill(-Infinity);
  }

  /**
   * @throws StorageError with code `CORRUPT` where a checkpoint is damaged, or a whole record cannot be understood.
   *   Damage in the log itself is repaired.
   */
  async run(): Promise<ReplayResult> {
    const result = await this.#run();
    const { logger } = this.#options;
    if (this.stats.unknownRefs > 0) logger.warn('Unknown series references', this.unknown.fields(WAL_KINDS));
    this.#histograms.tell(logger);
    // What comes from the log was counted when it was first appended.
    Object.assign(this.#options.head.counters, {
      floatsAppended: 0,
      histogramsAppended: 0,
      outOfOrder: 0,
      duplicates: 0,
      histogramsOutOfOrder: 0,
    });
    return { ...result, idOf: (ref) => this.#refs.get(ref) };
  }

  async #run(): Promise<Omit<ReplayResult, 'idOf'>> {
    const { directory, repair, snapshot } = this.#options;
    if (!existsSync(directory)) return { stats: this.stats, loss: undefined };
    const checkpoint = lastCheckpoint(directory);
    try {
      const firstSegment = snapshot?.firstSegment ?? 0;
      if (checkpoint !== undefined && checkpoint.number >= firstSegment) await this.#read(checkpoint.path, 0);
      await this.#read(
        directory,
        Math.max(firstSegment, checkpoint === undefined ? 0 : checkpoint.number + 1),
      );
    } catch (error) {
      if (error instanceof FirstSegmentMissingError && repair !== false) {
        this.#options.logger.warn('Encountered WAL read error, attempting repair', { err: error });
        throw new StorageError('CORRUPT', `repair corrupted WAL: cannot handle error: ${error.message}`, {
          cause: error,
        });
      }
      if (!(error instanceof WalCorruptionError) || error.directory !== directory || repair === false)
        throw asStorageError(error);
      this.#options.logger.warn('Encountered WAL read error, attempting repair', { err: error });
      return { stats: this.stats, loss: repairWal(directory, error) };
    }
    return { stats: this.stats, loss: undefined };
  }

  async #read(directory: string, first: number): Promise<void> {
    const { codecs, clock, logger, headDisk } = this.#options;
    const segments = segmentsOf([{ directory, first }]);
    const [firstThere] = segments;
    if (firstThere !== undefined && firstThere.number > first && directory === this.#options.directory)
      throw new FirstSegmentMissingError(first, join(directory, segmentName(first)));
    const reader = new WalReader({ segments, codecs });
    let startedMs = clock.monotonicMs();
    let segment: number | undefined;
    try {
      while (reader.next()) {
        if (reader.segment !== segment) {
          segment = reader.segment;
          logger.debug('WAL segment loading', { directory, segment });
        }
        this.#take(reader.record);
        if (headDisk?.crowded) await headDisk.flush();
        if (clock.monotonicMs() - startedMs < SLICE_MS) continue;
        await setImmediate();
        startedMs = clock.monotonicMs();
      }
    } finally {
      reader.close();
    }
  }

  #take(record: Uint8Array): void {
    switch (recordType(record)) {
      case RECORD_TYPE.series:
        this.#takeSeries(record);
        break;
      case RECORD_TYPE.samples:
      case RECORD_TYPE.samplesV2:
        this.#takeSamples(record);
        break;
      case RECORD_TYPE.histograms:
      case RECORD_TYPE.floatHistograms:
      case RECORD_TYPE.customBucketHistograms:
      case RECORD_TYPE.customBucketFloatHistograms:
      case RECORD_TYPE.histogramsV2:
      case RECORD_TYPE.floatHistogramsV2:
        this.#takeHistograms(record);
        break;
      case RECORD_TYPE.exemplars:
        this.#takeExemplars(record);
        break;
      case RECORD_TYPE.tombstones:
        this.#takeTombstones(record);
        break;
      case RECORD_TYPE.metadata:
        this.#takeMetadata(record);
        break;
      case undefined:
        this.stats.unknownRecords++;
        break;
      default:
        this.stats.unsupportedRecords++;
    }
  }

  #takeSeries(record: Uint8Array): void {
    const { head, headDisk } = this.#options;
    for (const { ref, labelPairs } of decodeSeries(record)) {
      if (this.#refs.get(ref) !== 0) continue;
      const labels = Labels.fromSortedPairs(labelPairs);
      const tooLong = tooLongLabel(labels);
      if (tooLong !== undefined) {
        this.#leaveOut(ref, tooLong);
        continue;
      }
      // A series that was collected and came back has two numbers; both mean it.
      const known = head.index.find(labels);
      const id = known === 0 ? head.restoreSeries(labels, ref) : known;
      this.#refs.set(ref, id);
      headDisk?.restore(ref, id);
      this.#note(id);
      if (known !== 0) {
        head.reserveWalRef(ref);
        this.#options.onSecondRef?.(ref);
      }
      this.stats.series++;
    }
  }

  /** Upstream takes it; its samples are counted as those of an unknown series. */
  #leaveOut(ref: number, labelName: string): void {
    const { head, logger } = this.#options;
    head.reserveWalRef(ref);
    const fields = { ref, label: labelName.slice(0, 100), limitBytes: MAX_LABEL_BYTES };
    logger.error('A series of the WAL has a label that is too long, and is left out', fields);
  }

  #noteUnknown(kind: UnknownKind, ref: number): void {
    this.stats.unknownRefs++;
    this.unknown.note(kind, ref);
  }

  /** The series had become stale, and was moved into a block. */
  #removeSeries(ref: number, id: number): void {
    removeSeries(this.#options.head, id);
    this.#options.onSecondRef?.(ref);
  }

  #note(id: number): void {
    const { head } = this.#options;
    if (id >= this.#upToMs.length) {
      const grown = new Float64Array(2 * id).fill(-Infinity);
      grown.set(this.#upToMs);
      this.#upToMs = grown;
    }
    this.#upToMs[id] = head.store.lastTimeMs(head.row(id));
  }

  #takeSamples(record: Uint8Array): void {
    const { head } = this.#options;
    const { minValidTimeMs } = head;
    const upToMs = this.#upToMs;
    const batch = this.#decoded;
    decodeSamples(record, batch);
    const { timestampsMs, startTimestampsMs, valueWords, length } = batch;
    if (length > this.#ids.length) this.#ids = new Uint32Array(2 * length);
    const ids = this.#ids;
    this.#refs.getAll(batch.refs, length, ids);
    let kept = 0;
    for (let i = 0; i < length; i++) {
      const id = ids[i]!;
      const timestampMs = timestampsMs[i]!;
      if (id === 0) {
        if (timestampMs >= minValidTimeMs) this.#noteUnknown('samples', batch.refs[i]!);
        continue;
      }
      // What full chunks on disk hold is in the log, too: it goes before anything is copied.
      if (timestampMs < minValidTimeMs || timestampMs <= upToMs[id]!) {
        this.stats.samplesDropped++;
        continue;
      }
      upToMs[id] = timestampMs;
      if (kept !== i) {
        ids[kept] = id;
        timestampsMs[kept] = timestampMs;
        startTimestampsMs[kept] = startTimestampsMs[i]!;
        valueWords[2 * kept] = valueWords[2 * i]!;
        valueWords[2 * kept + 1] = valueWords[2 * i + 1]!;
      }
      kept++;
    }
    if (kept === 0) return;
    batch.length = kept;
    const appended = head.append(ids, batch);
    this.stats.samples += appended;
    this.stats.samplesDropped += kept - appended;
  }

  #takeHistograms(record: Uint8Array): void {
    const { head } = this.#options;
    const batch = new HistogramBatch();
    for (const logged of decodeHistograms(record)) {
      const { ref, timestampMs } = logged;
      const id = this.#refs.get(ref);
      if (timestampMs < head.minValidTimeMs) this.stats.samplesDropped++;
      else if (id === 0) this.#noteUnknown('histograms', ref);
      else if (this.#histograms.takes(logged)) batch.push(id, logged);
      else this.stats.samplesDropped++;
    }
    if (batch.length === 0) return;
    const { histogramsAppended } = head.counters;
    head.append(this.#ids, this.#none, undefined, batch);
    const appended = head.counters.histogramsAppended - histogramsAppended;
    this.stats.histograms += appended;
    this.stats.samplesDropped += batch.length - appended;
  }

  #takeExemplars(record: Uint8Array): void {
    const { head } = this.#options;
    if (!head.exemplars.enabled) return;
    for (const { ref, timestampMs, value, labelPairs } of decodeExemplars(record)) {
      const row = head.row(this.#refs.get(ref));
      if (row === NO_ADDRESS) {
        this.#noteUnknown('exemplars', ref);
        continue;
      }
      if (timestampMs < head.minValidTimeMs) continue;
      const labels = Labels.fromSortedPairs(labelPairs);
      const exemplar = { labels, value, timestampMs, hasTimestamp: false };
      head.exemplars.store.add(head.exemplars.labelsOf(row), exemplar);
      this.stats.exemplars++;
    }
  }

  #takeMetadata(record: Uint8Array): void {
    const { head } = this.#options;
    for (const metadata of decodeMetadata(record)) {
      const row = head.row(this.#refs.get(metadata.ref));
      if (row === NO_ADDRESS) this.#noteUnknown('metadata', metadata.ref);
      else head.metadata.set(row, metadata);
      this.stats.metadata++;
    }
  }

  #takeTombstones(record: Uint8Array): void {
    const { head } = this.#options;
    for (const tombstone of decodeTombstones(record)) {
      const { ref, minTimeMs, maxTimeMs } = tombstone;
      const id = this.#refs.get(ref);
      head.reserveWalRef(ref);
      if (id === 0) {
        // Of a series that is gone as a whole there need not be more.
        if (!isOfAllTimes(tombstone)) this.#noteUnknown('tombstones', ref);
      } else if (isOfAllTimes(tombstone)) this.#removeSeries(ref, id);
      // Also those of times that are in blocks: out-of-order samples of such times are still to come.
      else head.publish(() => head.store.addTombstone(head.row(id), minTimeMs, maxTimeMs));
      this.stats.tombstones++;
    }
  }
}

function asStorageError(error: unknown): unknown {
  const isDamage =
    error instanceof WalCorruptionError ||
    error instanceof RecordDecodeError ||
    error instanceof FirstSegmentMissingError;
  if (!isDamage) return error;
  return new StorageError('CORRUPT', `replay WAL: ${error.message}`, { cause: error });
}
