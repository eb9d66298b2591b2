import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type Clock, type Logger } from '@narthex/process';
import { StorageError } from '@narthex/storage';
import {
  decodeHistograms,
  decodeSamples,
  FirstSegmentMissingError,
  lastCheckpoint,
  listSegments,
  RECORD_TYPE,
  RecordDecodeError,
  recordType,
  repairWal,
  SampleBatch,
  scanSeries,
  SegmentGapError,
  type Segment,
  segmentName,
  type WalCodecs,
  WalCorruptionError,
  type WalLoss,
  WalReader,
} from '@narthex/wal';
import { type DeletedSeries } from './deleted-series.js';
import { RefMap } from './ref-map.js';
import { type SeriesTable } from './series-table.js';

/** The loop of events gets its turn after so long. */
const SLICE_MS = 5;
/** Of a series that the log has no sample of, as upstream's. */
const NO_SAMPLE_MS = 0;

export interface WalReplayOptions {
  /** The log's. */
  readonly directory: string;
  readonly codecs: WalCodecs;
  /** Empty; is filled. */
  readonly table: SeriesTable;
  /** Takes further numbers that the log has for one series. */
  readonly deleted: DeletedSeries;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface ReplayResult {
  /** The greatest number of a series. */
  readonly lastRef: number;
  readonly loss: WalLoss | undefined;
}

/** Learns from a log which series there are, and how new the newest sample of each is. */
export class WalReplay {
  readonly #options: WalReplayOptions;
  readonly #samples = new SampleBatch();
  /** Numbers of series that have another number, too. */
  readonly #secondRefs = new RefMap();
  #lastRef = 0;
  #unknownRefs = 0;
  #unknownRecords = 0;

  constructor(options: WalReplayOptions) {
    this.#options = options;
  }

  /**
   * Reads the last checkpoint and what is behind it. A damage in the log is repaired: what lies behind it is lost.
   * @throws StorageError with code `CORRUPT` where the checkpoint is damaged, or segments are missing
   */
  async run(): Promise<ReplayResult> {
    const { directory, logger } = this.#options;
    const loss = existsSync(directory) ? await this.#readOrRepair() : undefined;
    if (this.#unknownRefs > 0) {
      logger.warn('found sample referencing non-existing series', { skipped_series: this.#unknownRefs });
    }
    if (this.#unknownRecords > 0) {
      logger.warn('Records in the WAL that an agent does not know are left alone', {
        records: this.#unknownRecords,
      });
    }
    return { lastRef: this.#lastRef, loss };
  }

  async #readOrRepair(): Promise<WalLoss | undefined> {
    const { directory, logger } = this.#options;
    try {
      await this.#readAll();
      return undefined;
    } catch (error) {
      if (!isDamage(error)) throw error;
      logger.warn('encountered WAL read error, attempting repair', { err: error });
      if (!(error instanceof WalCorruptionError) || error.directory !== directory) {
        const message = `repair corrupted WAL: cannot handle error: ${error.message}`;
        throw new StorageError('CORRUPT', message, { cause: error });
      }
      const loss = repairWal(directory, error);
      logger.info('successfully repaired WAL');
      return loss;
    }
  }

  async #readAll(): Promise<void> {
    const { directory, logger, deleted } = this.#options;
    const checkpoint = lastCheckpoint(directory);
    const segments = listSegments(directory);
    const last = segments.at(-1)?.number ?? checkpoint?.number ?? 0;
    deleted.begin(last);
    if (checkpoint !== undefined) {
      for (const segment of listSegments(checkpoint.path)) await this.#readSegment(segment);
      logger.info('WAL checkpoint loaded');
    }
    const first = checkpoint === undefined ? 0 : checkpoint.number + 1;
    const behind = segments.filter(({ number }) => number >= first);
    const [firstThere] = behind;
    if (firstThere !== undefined && firstThere.number > first)
      throw new FirstSegmentMissingError(first, join(directory, segmentName(first)));
    for (const segment of behind) {
      await this.#readSegment(segment);
      logger.info('WAL segment loaded', { segment: segment.number, maxSegment: last });
    }
  }

  async #readSegment(segment: Segment): Promise<void> {
    const { codecs, clock } = this.#options;
    const reader = new WalReader({ segments: [segment], codecs });
    let validBytes = 0;
    let startedMs = clock.monotonicMs();
    try {
      while (reader.next()) {
        this.#take(reader.record);
        validBytes = reader.offsetBytes;
        if (clock.monotonicMs() - startedMs < SLICE_MS) continue;
        await setImmediate();
        startedMs = clock.monotonicMs();
      }
    } catch (error) {
      if (!(error instanceof RecordDecodeError)) throw error;
      // As upstream: what cannot be understood ends the log as damaged bytes do.
      const { directory, path, number } = segment;
      const place = { directory, path, segment: number, offsetBytes: reader.offsetBytes, validBytes };
      throw new WalCorruptionError({ ...place, reason: error.message, cause: error });
    } finally {
      reader.close();
    }
  }

  #take(record: Uint8Array): void {
    switch (recordType(record)) {
      case RECORD_TYPE.series:
        scanSeries(record, (ref, labels) => this.#takeSeries(ref, labels));
        break;
      case RECORD_TYPE.samples:
      case RECORD_TYPE.samplesV2: {
        const batch = this.#samples;
        decodeSamples(record, batch);
        for (let i = 0; i < batch.length; i++) this.#takeTime(batch.refs[i]!, batch.timestampsMs[i]!);
        break;
      }
      case RECORD_TYPE.histograms:
      case RECORD_TYPE.floatHistograms:
      case RECORD_TYPE.customBucketHistograms:
      case RECORD_TYPE.customBucketFloatHistograms:
      case RECORD_TYPE.histogramsV2:
      case RECORD_TYPE.floatHistogramsV2:
        for (const { ref, timestampMs } of decodeHistograms(record)) this.#takeTime(ref, timestampMs);
        break;
      case RECORD_TYPE.tombstones:
      case RECORD_TYPE.exemplars:
      case RECORD_TYPE.metadata:
      case RECORD_TYPE.mmapMarkers:
        break;
      case undefined:
        this.#unknownRecords++;
    }
  }

  #takeSeries(ref: number, labels: Uint8Array): void {
    const { table, deleted } = this.#options;
    this.#lastRef = Math.max(this.#lastRef, ref);
    if (table.slotOf(ref) !== 0 || this.#secondRefs.get(ref) !== 0) return;
    const known = table.find(labels);
    if (known === 0) {
      table.add(ref, labels, NO_SAMPLE_MS);
      return;
    }
    // A series that was collected and came back has two numbers; both mean it.
    this.#secondRefs.set(ref, known);
    deleted.addNamed(ref, labels);
  }

  #takeTime(ref: number, timestampMs: number): void {
    const { table } = this.#options;
    const slot = table.slotOf(ref) || this.#secondRefs.get(ref);
    if (slot === 0) this.#unknownRefs++;
    else table.advance(slot, timestampMs);
  }
}

function isDamage(error: unknown): error is Error {
  return (
    error instanceof WalCorruptionError ||
    error instanceof FirstSegmentMissingError ||
    error instanceof SegmentGapError
  );
}
