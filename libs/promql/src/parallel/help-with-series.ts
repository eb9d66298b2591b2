import { type Clock } from '@narthex/process';
import { type SeriesSet, StorageError } from '@narthex/storage';
import { Execution } from '../engine/execution.js';
import { type QueryControl } from '../engine/options.js';
import { PromqlError } from '../errors.js';
import { SeriesBoard } from './series-board.js';
import { SeriesComputer } from './series-computer.js';
import { type SeriesOffer } from './series-work.js';

/** So long a helper that is far ahead waits before it looks around. */
const WAIT_MS = 20;

export interface HelpOptions {
  readonly offer: SeriesOffer;
  /** The helper's place, which nobody else has. */
  readonly seat: number;
  readonly clock: Clock;
  readonly control: QueryControl;
  /**
   * Opens the series in this thread, once it is sure that the query still holds them in place; undefined when they
   * cannot be read here.
   */
  readonly open: () => { readonly set: SeriesSet; close(): void } | undefined;
  /** Asked between blocks; false lets the helper go. */
  readonly mayStay: () => boolean;
}

/**
 * Computes series for a query of another thread, until there are no more or there is something better to do. Resolves
 * to the number of blocks that it has computed.
 */
export async function helpWithSeries(options: HelpOptions): Promise<number> {
  const { offer, seat } = options;
  if (!SeriesBoard.takeSeat(offer.board, seat, offer.use)) return 0;
  try {
    const opened = options.open();
    if (opened === undefined) return 0;
    try {
      return await computeBlocks(options, new SeriesBoard(offer.board), opened.set);
    } finally {
      opened.close();
    }
  } catch (error) {
    // The query is over, or its own thread will meet the fault as well.
    if (error instanceof PromqlError || error instanceof StorageError) return 0;
    throw error;
  } finally {
    SeriesBoard.leaveSeat(offer.board, seat, offer.use);
  }
}

async function computeBlocks(
  { offer: { work }, clock, control, mayStay }: HelpOptions,
  board: SeriesBoard,
  set: SeriesSet,
): Promise<number> {
  const isOver = (): boolean => board.isClosed || control.cancelled();
  const run = new Execution({
    clock,
    timeoutMs: Infinity,
    maxSamples: Infinity,
    control: { cancelled: isOver, pause: () => control.pause?.() },
  });
  const computer = new SeriesComputer({ work, set, board, run });
  let blocks = 0;
  while (mayStay() && !isOver()) {
    const block = board.claim();
    if (block !== undefined) {
      await computer.compute(block);
      blocks++;
      await control.pause?.();
    } else if (board.isExhausted) break;
    else await board.untilRoom(WAIT_MS);
  }
  return blocks;
}
