import { type EpochTable, NO_ADDRESS } from '@narthex/bytes';
import { type Clock } from '@narthex/process';
import { runInSlices } from '../head/slices.js';
import { type WritableHead } from '../head/writable-head.js';
import { readersBefore } from '../shared/readers-before.js';
import { RowTable } from '../shared/row-table.js';
import { type OutOfOrderLog } from './out-of-order-log.js';

/** Series looked at in one publication window. */
const WINDOW_SERIES = 64;
/** Retired blocks freed in one step. */
const RECLAIM_LIMIT = 2000;

/** What is to become blocks: all that came out of order before the cut. */
export interface OooCut {
  /** The chunks in question have lower numbers: what `HeadReader.part` is asked for. */
  readonly before: number;
  /** The beginnings of the ranges in which they may have samples, oldest first. */
  readonly rangeStartsMs: readonly number[];
  /** Segments of the log below this one hold nothing else; undefined without a log. */
  readonly segment: number | undefined;
}

export interface OooCompactionOptions {
  readonly head: WritableHead;
  readonly log: OutOfOrderLog;
  readonly epochs: EpochTable;
  readonly clock: Clock;
}

/**
 * Takes out-of-order samples out of the head in two steps, as upstream's `compactOOOHead`: {@link cut} makes full
 * chunks of all there are, which then are written as blocks; {@link drop} forgets them.
 */
export class OooCompaction {
  readonly #options: OooCompactionOptions;

  constructor(options: OooCompactionOptions) {
    this.#options = options;
  }

  /** True when nothing has come out of order since the last time. */
  get isIdle(): boolean {
    return this.#options.head.outOfOrder.store.minTimeMs === Infinity;
  }

  /** Makes full chunks of all there is. */
  async cut(): Promise<OooCut> {
    const { head, log } = this.#options;
    // First of all: what comes meanwhile is in the new segment, whether it becomes part of the cut or not.
    const { store } = head.outOfOrder;
    store.segmentBegins();
    store.ranges.begin();
    const segment = await log.nextSegment();
    await this.#eachSeries((row) => {
      const block = store.block(row);
      if (block !== NO_ADDRESS) store.cut(block);
    });
    // What became full meanwhile is part of it too, and its times are among these.
    return { before: store.nextSequence, rangeStartsMs: store.ranges.starts(), segment };
  }

  /**
   * New queriers do not see what was cut any more, so blocks must show it now; memory goes when the older ones are
   * closed, then the log.
   */
  async drop({ before, segment }: OooCut): Promise<void> {
    const { head, log, epochs, clock } = this.#options;
    const { control, outOfOrder } = head;
    const { store } = outOfOrder;
    head.publish(() => (control.outOfOrderFloor = before | 0));
    epochs.advance();
    await readersBefore(epochs, epochs.current, clock);
    store.forgetTimes();
    store.ranges.settle();
    await this.#eachSeries((row) => {
      if (store.truncate(row, before)) return;
      store.visitTimes(store.block(row), (minMs, maxMs) => store.widen(minMs, maxMs));
    });
    head.publish(() => (control.outOfOrderMinTimeMs = store.minTimeMs));
    if (segment === undefined) return;
    log.truncate(segment);
    store.segmentsDropped();
  }

  async #eachSeries(visit: (row: number) => void): Promise<void> {
    await runInSlices(eachSeries(this.#options.head, visit), this.#options.clock);
  }
}

function* eachSeries(head: WritableHead, visit: (row: number) => void): Generator<void> {
  const { rows, control, allocator } = head;
  const lastId = control.lastId;
  for (let id = 1; id <= lastId;) {
    if (rows.find(id) === NO_ADDRESS) {
      id = RowTable.nextPage(id);
      continue;
    }
    const end = Math.min(id + WINDOW_SERIES, RowTable.nextPage(id), lastId + 1);
    head.publish(() => {
      for (; id < end; id++) {
        const row = head.row(id);
        if (row !== NO_ADDRESS) visit(row);
      }
    });
    allocator.reclaim(RECLAIM_LIMIT);
    yield;
  }
}
