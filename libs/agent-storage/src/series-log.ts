import { ByteWriter } from '@narthex/bytes';
import { type Labels } from '@narthex/model';
import { type Exemplar, StorageError } from '@narthex/storage';
import { appendSeriesBytes, type WalWriter, writeLabelPairs } from '@narthex/wal';
import { zeroCounters } from './counters.js';
import { MAX_LABEL_BYTES } from './label-store.js';
import { type SeriesTable } from './series-table.js';

/** Half a character, which UTF-8 cannot write. */
const LONE_SURROGATE = /\p{Surrogate}/u;
/** New series are logged as they come, in pieces of this size: a commit is not to wait for all of them at once. */
const PIECE_BYTES = 64 * 1024;

/** What appenders write to: the series that are known, and the log. */
export class SeriesLog {
  readonly counters = zeroCounters();
  /** The newest exemplar of each series that has any. */
  readonly exemplars = new Map<number, Exemplar>();
  /** What was committed since the start. */
  readonly received = { samples: 0, histograms: 0, exemplars: 0, highestTimestampMs: -Infinity };
  /** How much older than the newest of its series a sample may be. */
  windowMs = 0;
  /** Whether start timestamps are logged. */
  readonly storesStarts: boolean;
  readonly table: SeriesTable;
  readonly #wal: WalWriter;
  readonly #labels = new ByteWriter(1024);
  /** Series that the log does not have yet. */
  #unlogged = new ByteWriter(1024);
  #pieceBytes = PIECE_BYTES;
  #lastRef: number;

  /** @param lastRef the greatest number that the log has for a series */
  constructor(table: SeriesTable, wal: WalWriter, lastRef: number, storesStarts: boolean) {
    this.table = table;
    this.storesStarts = storesStarts;
    this.#wal = wal;
    this.#lastRef = lastRef;
  }

  /**
   * The number of a series, which is new where none has these labels.
   * @throws StorageError with code `INVALID_LABELS`
   */
  series(labels: Labels): { readonly ref: number; readonly isNew: boolean } {
    checkLabels(labels);
    const writer = this.#labels.clear();
    writeLabelPairs(writer, labels.pairs());
    const bytes = writer.view();
    if (bytes.length > MAX_LABEL_BYTES)
      throw new StorageError('INVALID_LABELS', `labels are longer than ${MAX_LABEL_BYTES} bytes`);
    const slot = this.table.find(bytes);
    if (slot !== 0) return { ref: this.table.refOf(slot), isNew: false };
    const ref = ++this.#lastRef;
    this.table.add(ref, bytes, -Infinity);
    appendSeriesBytes(this.#unlogged, ref, bytes);
    if (this.#unlogged.length >= this.#pieceBytes) this.#writeSeries();
    return { ref, isNew: true };
  }

  /** Where it cannot be written the commit that names these series tries again, and tells. */
  #writeSeries(): void {
    try {
      this.write([]);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.#pieceBytes = 2 * this.#unlogged.length;
    }
  }

  /**
   * Writes records as one batch, behind the series that are new, whoever has made those.
   * @throws StorageError with code `WAL_WRITE`; nothing of the batch is in the log then
   */
  write(records: readonly Uint8Array[]): void {
    const all = this.#unlogged.length === 0 ? records : [this.#unlogged.view(), ...records];
    if (all.length === 0) return;
    try {
      this.#wal.append(all);
    } catch (cause) {
      throw new StorageError('WAL_WRITE', cause instanceof Error ? cause.message : String(cause), { cause });
    }
    if (this.#unlogged.length > 2 * PIECE_BYTES) this.#unlogged = new ByteWriter(1024);
    else this.#unlogged.clear();
    this.#pieceBytes = PIECE_BYTES;
  }
}

function checkLabels(labels: Labels): void {
  if (labels.size === 0) throw new StorageError('INVALID_LABELS', 'empty labelset: invalid sample');
  for (const text of labels.pairs()) {
    if (LONE_SURROGATE.test(text))
      throw new StorageError('INVALID_LABELS', `label ${JSON.stringify(text)} is not valid UTF-8`);
  }
}
