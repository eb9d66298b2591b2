import { setImmediate } from 'node:timers/promises';
import { ByteWriter } from '@narthex/bytes';
import {
  appendSeriesBytes,
  type CheckpointPlace,
  encodeSamples,
  lastCheckpoint,
  SampleBatch,
  type WalWriter,
  writeCheckpoint,
} from '@narthex/wal';
import { type DeletedSeries } from './deleted-series.js';
import { type SeriesTable } from './series-table.js';

/** After so many the event loop gets its turn. */
const SERIES_AT_ONCE = 1024;

export interface MemoryCheckpointOptions {
  readonly place: CheckpointPlace;
  readonly table: SeriesTable;
  /** Has to keep labels. */
  readonly deleted: DeletedSeries;
  /** Series of one record, at least 1. */
  readonly batchSize: number;
}

/**
 * Writes a checkpoint of the series in memory, the log unread: each with a sample of the time of its newest one, whose
 * value means nothing, and the deleted ones that later segments mention with none (upstream: `tsdb/agent/checkpoint.go`,
 * since 3.12). Samples that are in the log only, and exemplars, are gone. Where there is a checkpoint up to that segment
 * already nothing is written.
 */
export async function writeMemoryCheckpoint(options: MemoryCheckpointOptions): Promise<void> {
  const { place, table, deleted, batchSize } = options;
  const before = lastCheckpoint(place.directory);
  if (before !== undefined && before.number >= place.toSegment) return;
  await writeCheckpoint(place, async (writer) => {
    const records = new RecordPair(writer, batchSize);
    for (const slots of table.slots(SERIES_AT_ONCE)) {
      for (const slot of slots) records.add(table.refOf(slot), table.labelsOf(slot), table.newestMs(slot));
      await setImmediate();
    }
    records.flush();
    let taken = 0;
    for (const [ref, labels] of deleted.behind(place.toSegment)) {
      records.add(ref, labels, -Infinity);
      if (++taken % SERIES_AT_ONCE === 0) await setImmediate();
    }
    records.flush();
  });
}

/** A record of series, and one of a sample of each. */
class RecordPair {
  readonly #writer: WalWriter;
  readonly #batchSize: number;
  readonly #series = new ByteWriter();
  readonly #samples = new SampleBatch();
  readonly #encoded = new ByteWriter();
  #count = 0;

  constructor(writer: WalWriter, batchSize: number) {
    this.#writer = writer;
    this.#batchSize = batchSize;
  }

  /** @param newestMs -Infinity for no sample */
  add(ref: number, labels: Uint8Array, newestMs: number): void {
    appendSeriesBytes(this.#series, ref, labels);
    if (newestMs !== -Infinity) this.#samples.push(ref, newestMs, 0);
    if (++this.#count === this.#batchSize) this.flush();
  }

  flush(): void {
    if (this.#count === 0) return;
    const records = [this.#series.view()];
    if (this.#samples.length > 0) {
      encodeSamples(this.#encoded.clear(), this.#samples);
      records.push(this.#encoded.view());
    }
    this.#writer.append(records);
    this.#series.clear();
    this.#samples.clear();
    this.#count = 0;
  }
}
