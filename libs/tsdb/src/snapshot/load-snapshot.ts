import { ShortBufferError, UnsafeIntegerError, VarintOverflowError } from '@narthex/bytes';
import { ChunkError, chunkSampleCount, resumeHistogramChunk } from '@narthex/chunks';
import { Labels } from '@narthex/model';
import { type Clock, type Logger } from '@narthex/process';
import {
  listSegments,
  RecordDecodeError,
  SegmentGapError,
  segmentsOf,
  type WalCodecs,
  WalCorruptionError,
  WalReader,
} from '@narthex/wal';
import { existsSync, statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { RefMap } from '../disk/ref-map.js';
import { type Head } from '../head/head.js';
import { type HeadDisk } from '../head-disk/head-disk.js';
import { holdsFloats, holdsIntegers, keepsHistogramStarts } from '../samples/encoding-kinds.js';
import { SnapshotError } from './errors.js';
import { deleteOtherSnapshots, listSnapshots, type SnapshotFolder } from './snapshot-folders.js';
import {
  decodeSnapshotExemplars,
  decodeSnapshotSeries,
  decodeSnapshotTombstones,
  SNAPSHOT_RECORD,
} from './snapshot-records.js';

const SLICE_MS = 10;

export interface LoadSnapshotOptions {
  /** The data directory. */
  readonly path: string;
  readonly walDirectory: string;
  /** Empty. */
  readonly head: Head;
  readonly headDisk: HeadDisk;
  readonly codecs: WalCodecs;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What a replay of the log needs to know of the snapshot before it. */
export interface LoadedSnapshot {
  /** Series by their numbers in the log. */
  readonly refs: RefMap;
  /** The log says nothing new before this segment. */
  readonly firstSegment: number;
}

/**
 * Fills an empty head from the newest snapshot, if there is one that can be used. A damaged one leaves the head as it
 * was: the log has it all.
 */
export async function loadSnapshot(options: LoadSnapshotOptions): Promise<LoadedSnapshot | undefined> {
  const { path, walDirectory, headDisk, clock, logger } = options;
  logger.info('Chunk snapshot is enabled, replaying from the snapshot');
  const newest = listSnapshots(path).at(-1);
  if (newest === undefined) return undefined;
  const segments = existsSync(walDirectory) ? listSegments(walDirectory) : [];
  if ((segments.at(-1)?.number ?? -1) < newest.segment) {
    logger.warn('Last WAL file is behind snapshot, removing snapshots');
    await deleteOtherSnapshots(path, undefined);
    return undefined;
  }
  // What chunks were lost is in the log alone, from before the snapshot.
  if (headDisk.counters.corruptions > 0) return undefined;
  const startedMs = clock.monotonicMs();
  const loading = new Loading(options, newest);
  try {
    await loading.check();
  } catch (error) {
    if (!isDamage(error)) throw error;
    headDisk.counters.snapshotErrors++;
    logger.error('Failed to load chunk snapshot', { err: String(error) });
    return undefined;
  }
  await loading.apply();
  const duration = `${(clock.monotonicMs() - startedMs).toFixed(3)}ms`;
  logger.info('chunk snapshot loaded', { dir: newest.path, num_series: loading.seriesCount, duration });
  if (loading.unknownRefs > 0)
    logger.warn('unknown series references during chunk snapshot replay', { count: loading.unknownRefs });
  logger.info('Chunk snapshot loading time', { duration });
  const segment = segments.find(({ number }) => number === newest.segment);
  const isWhole = segment !== undefined && statSync(segment.path).size <= newest.offsetBytes;
  return { refs: loading.refs, firstSegment: newest.segment + (isWhole ? 1 : 0) };
}

class Loading {
  readonly refs = new RefMap();
  seriesCount = 0;
  unknownRefs = 0;
  readonly #options: LoadSnapshotOptions;
  readonly #folder: SnapshotFolder;

  constructor(options: LoadSnapshotOptions, folder: SnapshotFolder) {
    this.#options = options;
    this.#folder = folder;
  }

  /** Reads all of it and keeps nothing. @throws what is wrong with it */
  check(): Promise<void> {
    return this.#each((record) => {
      switch (record[0]) {
        case SNAPSHOT_RECORD.series: {
          const { labelPairs, chunk } = decodeSnapshotSeries(record);
          Labels.fromSortedPairs(labelPairs);
          if (chunk === undefined || holdsFloats(chunk.encoding)) break;
          const { bytes, encoding } = chunk;
          const count = chunkSampleCount(encoding, bytes);
          resumeHistogramChunk(bytes, holdsIntegers(encoding), count, keepsHistogramStarts(encoding));
          break;
        }
        case SNAPSHOT_RECORD.tombstones:
          decodeSnapshotTombstones(record);
          break;
        case SNAPSHOT_RECORD.exemplars:
          decodeSnapshotExemplars(record);
          break;
        default:
          throw new SnapshotError(`unsupported snapshot record type 0b${(record[0] ?? 0).toString(2)}`);
      }
    });
  }

  apply(): Promise<void> {
    return this.#each((record) => {
      if (record[0] === SNAPSHOT_RECORD.series) this.#addSeries(record);
      else if (record[0] === SNAPSHOT_RECORD.tombstones) this.#addTombstones(record);
      else this.#addExemplars(record);
    });
  }

  async #each(take: (record: Uint8Array) => void): Promise<void> {
    const { codecs, clock } = this.#options;
    const reader = new WalReader({ segments: segmentsOf([{ directory: this.#folder.path }]), codecs });
    let startedMs = clock.monotonicMs();
    try {
      while (reader.next()) {
        take(reader.record);
        if (clock.monotonicMs() - startedMs < SLICE_MS) continue;
        await setImmediate();
        startedMs = clock.monotonicMs();
      }
    } finally {
      reader.close();
    }
  }

  #addSeries(record: Uint8Array): void {
    const { head, headDisk } = this.#options;
    const { ref, labelPairs, chunk } = decodeSnapshotSeries(record);
    const id = head.restoreSeries(Labels.fromSortedPairs(labelPairs), ref);
    this.refs.set(ref, id);
    this.seriesCount++;
    if (chunk !== undefined && chunk.maxTimeMs >= head.minValidTimeMs) head.restoreOpenChunk(id, chunk);
    headDisk.restore(ref, id);
  }

  #addTombstones(record: Uint8Array): void {
    const { head } = this.#options;
    for (const { ref, minTimeMs, maxTimeMs } of decodeSnapshotTombstones(record)) {
      const row = head.row(this.refs.get(ref));
      if (row === 0) this.unknownRefs++;
      // Those of times that are in blocks too: late samples of these times may stand in the other log.
      else head.publish(() => head.store.addTombstone(row, minTimeMs, maxTimeMs));
    }
  }

  #addExemplars(record: Uint8Array): void {
    const { head } = this.#options;
    const { exemplars } = head;
    if (!exemplars.enabled) return;
    for (const { ref, timestampMs, value, labelPairs } of decodeSnapshotExemplars(record)) {
      const row = head.row(this.refs.get(ref));
      if (row === 0) {
        this.unknownRefs++;
        continue;
      }
      const labels = Labels.fromSortedPairs(labelPairs);
      exemplars.store.add(exemplars.labelsOf(row), { labels, value, timestampMs, hasTimestamp: false });
    }
  }
}

function isDamage(error: unknown): boolean {
  return [
    SnapshotError,
    WalCorruptionError,
    RecordDecodeError,
    SegmentGapError,
    ChunkError,
    ShortBufferError,
    UnsafeIntegerError,
    VarintOverflowError,
  ].some((kind) => error instanceof kind);
}
