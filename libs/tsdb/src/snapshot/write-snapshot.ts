import { ByteWriter, NO_ADDRESS, type SharedAddress } from '@narthex/bytes';
import { chunkSampleCount, resumeHistogramChunk, setSampleCount } from '@narthex/chunks';
import { type NativeHistogram } from '@narthex/model';
import { type Clock, type Logger } from '@narthex/process';
import {
  type ExemplarRecord,
  listSegments,
  loadWalCodecs,
  type TombstoneRecord,
  type WalCompression,
  WalWriter,
} from '@narthex/wal';
import { statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { syncFolder } from '../block/durable-files.js';
import { copyPieceBytes } from '../head/chunk-memory.js';
import { type Head } from '../head/head.js';
import { type OpenChunk } from '../head/series-store.js';
import { holdsFloats, holdsIntegers, keepsHistogramStarts } from '../samples/encoding-kinds.js';
import { ROW, TOMBSTONES } from '../shared/layout.js';
import { RowTable } from '../shared/row-table.js';
import { deleteOtherSnapshots, listSnapshots, snapshotPath } from './snapshot-folders.js';
import {
  encodeSnapshotExemplars,
  encodeSnapshotSeries,
  encodeSnapshotTombstones,
} from './snapshot-records.js';

/** Records are given to the file when they are so many bytes. */
const BATCH_BYTES = 1 << 20;
const EXEMPLARS_A_RECORD = 10_000;

export interface WriteSnapshotOptions {
  /** The data directory. */
  readonly path: string;
  /** Its log, which is closed. */
  readonly wal: WalWriter;
  /** Nobody writes to it any more. */
  readonly head: Head;
  /** Default: snappy. */
  readonly compression: WalCompression | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Writes what is in the head and not in its chunks on disk, so that the next start need not read the log up to its
 * present end; then deletes the snapshots before. Does nothing where the last one is still true.
 * @throws what stood in the way; nothing is left then
 */
export async function writeSnapshot(options: WriteSnapshotOptions): Promise<void> {
  const { path, wal, head, compression, clock, logger } = options;
  const last = listSegments(wal.directory).at(-1);
  if (last === undefined) return;
  if (head.store.unwritten > 0) {
    logger.warn('skipping chunk snapshotting as head chunks could not be written');
    return;
  }
  const target = snapshotPath(path, last.number, statSync(last.path).size);
  if (listSnapshots(path).at(-1)?.path === target) return;
  logger.info('creating chunk snapshot');
  const startedMs = clock.monotonicMs();
  const beside = `${target}.tmp`;
  await rm(beside, { recursive: true, force: true });
  let seriesCount: number;
  try {
    const log = WalWriter.open({
      directory: beside,
      codecs: await loadWalCodecs(),
      ...(compression !== undefined && { compression }),
    });
    try {
      seriesCount = await new Writing(head, log).run();
    } finally {
      await log.close();
    }
    await rename(beside, target);
    await syncFolder(path);
  } catch (error) {
    await rm(beside, { recursive: true, force: true });
    throw error;
  }
  await deleteOtherSnapshots(path, target);
  const duration = `${(clock.monotonicMs() - startedMs).toFixed(3)}ms`;
  logger.info('chunk snapshot complete', { duration, num_series: seriesCount, dir: target });
}

class Writing {
  readonly #head: Head;
  readonly #log: WalWriter;
  readonly #writer = new ByteWriter(BATCH_BYTES);
  readonly #tombstones: TombstoneRecord[] = [];
  /** Where the records in the writer end. */
  #ends: number[] = [];

  constructor(head: Head, log: WalWriter) {
    this.#head = head;
    this.#log = log;
  }

  /** How many series there are. */
  async run(): Promise<number> {
    const { rows, control } = this.#head;
    let count = 0;
    for (let id = 1; id <= control.lastId; id++) {
      if (rows.find(id) === NO_ADDRESS) {
        id = RowTable.nextPage(id) - 1;
        continue;
      }
      const row = this.#head.row(id);
      if (row === NO_ADDRESS) continue;
      this.#addSeries(row);
      count++;
      if (this.#writer.length < BATCH_BYTES) continue;
      this.#flush();
      await setImmediate();
    }
    encodeSnapshotTombstones(this.#writer, this.#tombstones);
    this.#ends.push(this.#writer.length);
    this.#flush();
    this.#addExemplars();
    return count;
  }

  #addSeries(row: SharedAddress): void {
    const { store, exemplars } = this.#head;
    const ref = store.walRef(row);
    const chunk = this.#openChunk(row);
    const labelPairs = exemplars.labelsOf(row).pairs();
    encodeSnapshotSeries(this.#writer, { ref, labelPairs, chunk }, lastHistogram(chunk));
    this.#ends.push(this.#writer.length);
    this.#addTombstones(row, ref);
  }

  #openChunk(row: SharedAddress): OpenChunk | undefined {
    const { views } = this.#head.allocator;
    const words = views.words(row);
    const at = views.wordIndex(row);
    const open = words[at + ROW.open]!;
    if (open === NO_ADDRESS) return undefined;
    const bytes = new Uint8Array((words[at + ROW.openBits]! + 7) >>> 3);
    copyPieceBytes(this.#head.allocator, open, bytes.length, bytes, 0);
    const count = (words[at + ROW.count]! - words[at + ROW.openFirst]!) >>> 0;
    setSampleCount(bytes, 0, count);
    return {
      minTimeMs: views.doubles(row)[views.doubleIndex(row) + (ROW.openMinTime >>> 1)]!,
      maxTimeMs: this.#head.store.lastTimeMs(row),
      encoding: words[at + ROW.openEncoding]!,
      bytes,
      lastHigh: words[at + ROW.lastValue + 1]!,
      lastLow: words[at + ROW.lastValue]!,
    };
  }

  #addTombstones(row: SharedAddress, ref: number): void {
    const { views } = this.#head.allocator;
    const block = views.words(row)[views.wordIndex(row) + ROW.tombstones]!;
    if (block === NO_ADDRESS) return;
    const length = views.words(block)[views.wordIndex(block) + TOMBSTONES.length]!;
    const from = views.doubleIndex(block) + (TOMBSTONES.intervals >>> 1);
    for (let i = 0; i < length; i++) {
      const minTimeMs = views.doubles(block)[from + 2 * i]!;
      const maxTimeMs = views.doubles(block)[from + 2 * i + 1]!;
      this.#tombstones.push({ ref, minTimeMs, maxTimeMs });
    }
  }

  #addExemplars(): void {
    const { exemplars, index, store } = this.#head;
    let batch: ExemplarRecord[] = [];
    for (const { labels, exemplar } of exemplars.store.all()) {
      const id = index.find(labels);
      // Exemplars outlive their series.
      if (id === 0) continue;
      const { timestampMs, value } = exemplar;
      const ref = store.walRef(this.#head.row(id));
      batch.push({ ref, timestampMs, value, labelPairs: exemplar.labels.pairs() });
      if (batch.length < EXEMPLARS_A_RECORD) continue;
      this.#log.append([encodeSnapshotExemplars(batch)]);
      batch = [];
    }
    if (batch.length > 0) this.#log.append([encodeSnapshotExemplars(batch)]);
  }

  #flush(): void {
    const ends = this.#ends;
    this.#log.append(
      ends.map((end, i) => this.#writer.view(ends[i - 1] ?? 0).subarray(0, end - (ends[i - 1] ?? 0))),
    );
    this.#writer.clear();
    this.#ends = [];
  }
}

function lastHistogram(chunk: OpenChunk | undefined): NativeHistogram | undefined {
  if (chunk === undefined || holdsFloats(chunk.encoding)) return undefined;
  const { bytes, encoding } = chunk;
  const count = chunkSampleCount(encoding, bytes);
  return resumeHistogramChunk(bytes, holdsIntegers(encoding), count, keepsHistogramStarts(encoding)).last;
}
