import { ByteWriter } from '@narthex/bytes';
import { appendSeries } from '@narthex/wal';

/** New series are logged ahead of their samples from so many bytes on, in well under a millisecond. */
const PIECE_BYTES = 1 << 16;

/**
 * The record of new series that the log does not name yet: as bytes, since they may be many. What a transaction that
 * creates very many has come to is logged as it goes, so that its commit need not do it in one piece. Series stay when
 * a transaction is rolled back, so they may be logged before it ends.
 */
export class UnloggedSeries {
  #record = new ByteWriter();
  /** No more attempts until a commit has told why the last one failed. */
  #hasFailed = false;

  /** The record, behind which all samples go; no bytes when there is nothing to log. Valid until the next change. */
  get record(): Uint8Array {
    return this.#record.view();
  }

  /**
   * Adds one series.
   * @param log where it goes once there is enough; undefined while nothing can be logged
   */
  add(
    ref: number,
    labelPairs: readonly string[],
    log: { append(records: readonly Uint8Array[]): void } | undefined,
  ): void {
    appendSeries(this.#record, ref, labelPairs);
    if (this.#record.length < PIECE_BYTES || this.#hasFailed || log === undefined) return;
    try {
      log.append([this.#record.view()]);
    } catch {
      // The log counts the failure. The record is still here: the commit tries again, and says what is wrong.
      this.#hasFailed = true;
      return;
    }
    this.#record.clear();
  }

  /** Everything was logged. */
  clear(): void {
    this.#hasFailed = false;
    if (this.#record.length > 2 * PIECE_BYTES) this.#record = new ByteWriter();
    else this.#record.clear();
  }
}
