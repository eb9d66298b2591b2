import { type Clock, type Logger } from '@narthex/process';
import { Labels } from '@narthex/model';
import { StorageError } from '@narthex/storage';
import {
  decodeMetadata,
  decodeSamples,
  decodeSeries,
  decodeTombstones,
  lastCheckpoint,
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
import { existsSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { type Head } from '../head/head.js';
import { RefMap } from './ref-map.js';

const SLICE_MS = 10;

/** What a replay found. Counts are of items, not of records. */
export interface ReplayStats {
  series: number;
  samples: number;
  tombstones: number;
  metadata: number;
  /** Older than what the series had already, as in upstream's replay. */
  samplesDropped: number;
  /** Named a series that the log does not know. */
  unknownRefs: number;
  /** Records of native histograms and exemplars: they stay in the log, and are not shown. */
  unsupportedRecords: number;
  unknownRecords: number;
}

export interface ReplayOptions {
  readonly directory: string;
  readonly codecs: WalCodecs;
  readonly head: Head;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface ReplayResult {
  readonly stats: ReplayStats;
  /** What a repair of a damaged log took away. */
  readonly loss: WalLoss | undefined;
}

/** Puts everything that a log holds into an empty head, the last checkpoint first. */
export class WalReplay {
  readonly stats: ReplayStats = {
    series: 0,
    samples: 0,
    tombstones: 0,
    metadata: 0,
    samplesDropped: 0,
    unknownRefs: 0,
    unsupportedRecords: 0,
    unknownRecords: 0,
  };
  readonly #options: ReplayOptions;
  readonly #refs = new RefMap();
  readonly #decoded = new SampleBatch();
  readonly #known = new SampleBatch();
  #ids = new Uint32Array(1024);

  constructor(options: ReplayOptions) {
    this.#options = options;
  }

  /**
   * @throws StorageError with code `CORRUPT` where a checkpoint is damaged, or a whole record cannot be understood.
   *   Damage in the log itself is repaired.
   */
  async run(): Promise<ReplayResult> {
    const result = await this.#run();
    // What comes from the log was counted when it was first appended.
    Object.assign(this.#options.head.counters, { floatsAppended: 0, outOfOrder: 0 });
    return result;
  }

  async #run(): Promise<ReplayResult> {
    const { directory } = this.#options;
    if (!existsSync(directory)) return { stats: this.stats, loss: undefined };
    const checkpoint = lastCheckpoint(directory);
    try {
      if (checkpoint !== undefined) await this.#read(checkpoint.path, 0);
      await this.#read(directory, checkpoint === undefined ? 0 : checkpoint.number + 1);
    } catch (error) {
      if (!(error instanceof WalCorruptionError) || error.directory !== directory)
        throw asStorageError(error);
      this.#options.logger.warn('Encountered WAL read error, attempting repair', { err: error });
      return { stats: this.stats, loss: repairWal(directory, error) };
    }
    return { stats: this.stats, loss: undefined };
  }

  async #read(directory: string, first: number): Promise<void> {
    const { codecs, clock, logger } = this.#options;
    const reader = new WalReader({ segments: segmentsOf([{ directory, first }]), codecs });
    let startedMs = clock.monotonicMs();
    let segment: number | undefined;
    try {
      while (reader.next()) {
        if (reader.segment !== segment) {
          segment = reader.segment;
          logger.debug('WAL segment loading', { directory, segment });
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
    switch (recordType(record)) {
      case RECORD_TYPE.series:
        this.#takeSeries(record);
        break;
      case RECORD_TYPE.samples:
      case RECORD_TYPE.samplesV2:
        this.#takeSamples(record);
        break;
      case RECORD_TYPE.tombstones:
        this.#takeTombstones(record);
        break;
      case RECORD_TYPE.metadata:
        this.stats.metadata += decodeMetadata(record).length;
        break;
      case undefined:
        this.stats.unknownRecords++;
        break;
      default:
        this.stats.unsupportedRecords++;
    }
  }

  #takeSeries(record: Uint8Array): void {
    const { head } = this.#options;
    for (const { ref, labelPairs } of decodeSeries(record)) {
      if (this.#refs.get(ref) !== 0) continue;
      const labels = Labels.fromSortedPairs(labelPairs);
      // A series that was collected and came back has two numbers; both mean it.
      const known = head.index.find(labels);
      this.#refs.set(ref, known === 0 ? head.restoreSeries(labels, ref) : known);
      if (known !== 0) head.reserveWalRef(ref);
      this.stats.series++;
    }
  }

  #takeSamples(record: Uint8Array): void {
    const { head } = this.#options;
    decodeSamples(record, this.#decoded);
    const { refs, timestampsMs, valueWords, length } = this.#decoded;
    const known = this.#known;
    known.clear();
    if (length > this.#ids.length) this.#ids = new Uint32Array(2 * length);
    for (let i = 0; i < length; i++) {
      const id = this.#refs.get(refs[i]!);
      if (id === 0) {
        this.stats.unknownRefs++;
        continue;
      }
      const at = known.grow();
      this.#ids[at] = id;
      known.timestampsMs[at] = timestampsMs[i]!;
      known.valueWords[2 * at] = valueWords[2 * i]!;
      known.valueWords[2 * at + 1] = valueWords[2 * i + 1]!;
    }
    const appended = head.append(this.#ids, known);
    this.stats.samples += appended;
    this.stats.samplesDropped += known.length - appended;
  }

  #takeTombstones(record: Uint8Array): void {
    const { head } = this.#options;
    for (const { ref, minTimeMs, maxTimeMs } of decodeTombstones(record)) {
      const id = this.#refs.get(ref);
      if (id === 0) this.stats.unknownRefs++;
      else head.publish(() => head.store.addTombstone(head.row(id), minTimeMs, maxTimeMs));
      this.stats.tombstones++;
    }
  }
}

function asStorageError(error: unknown): unknown {
  if (!(error instanceof WalCorruptionError) && !(error instanceof RecordDecodeError)) return error;
  return new StorageError('CORRUPT', `replay WAL: ${error.message}`, { cause: error });
}
