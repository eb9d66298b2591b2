import { type SampleColumns, type SeriesSet } from '@narthex/storage';
import { type OperatorContext } from '../engine/context.js';
import { type Invite } from './invite.js';
import { type SeriesBoard, type SeriesResult } from './series-board.js';
import { SeriesComputer } from './series-computer.js';
import { type SeriesWork } from './series-work.js';

/** So many series at most tell how much work there is. */
const PROBED_SERIES = 16;
/** Fewer are not worth it. */
const LEAST_SERIES = 4;
/** So long the own thread waits for a block that a helper is at, before it computes that itself. */
const PATIENCE_MS = 5;

export interface SeriesVisit {
  readonly context: OperatorContext;
  readonly set: SeriesSet;
  /** Where {@link own} leaves the samples that it has read. */
  readonly columns: SampleColumns;
  /** What another thread would have to compute; undefined where that is not possible. */
  readonly work: () => SeriesWork | undefined;
  /** Reads, computes and visits a series. */
  readonly own: (index: number) => Promise<void> | undefined;
  /** Visits a series that was computed already. */
  readonly take: (index: number, result: SeriesResult) => void;
}

/**
 * Visits the series of a set in their order. Where they are much work, other threads are asked to compute some of them;
 * what the visitor sees, and in which order, stays the same.
 */
export async function visitSeries(visit: SeriesVisit): Promise<void> {
  const { set, context } = visit;
  const { length } = set;
  const { invite } = context;
  if (invite === undefined || length < LEAST_SERIES) return visitOwn(visit, 0, length);
  const probed = Math.min(PROBED_SERIES, Math.ceil(length / 8));
  const weight = await visitProbes(visit, probed);
  const left = (weight / probed) * (length - probed);
  if (left >= invite.leastSamples && (await visitShared(visit, invite, probed))) return;
  await visitOwn(visit, probed, length);
}

/** The samples and steps of the first series. */
async function visitProbes(visit: SeriesVisit, count: number): Promise<number> {
  let weight = 0;
  for (let index = 0; index < count; index++) {
    await visitOwn(visit, index, index + 1);
    weight += visit.columns.length + visit.context.steps.count;
  }
  return weight;
}

async function visitOwn(
  { context: { run }, own }: SeriesVisit,
  firstIndex: number,
  endIndex: number,
): Promise<void> {
  for (let index = firstIndex; index < endIndex; index++) {
    if (run.isDue) await run.rest();
    const busy = own(index);
    if (busy !== undefined) await busy;
  }
}

/** False when nothing was done, as the series cannot be given away. */
async function visitShared(visit: SeriesVisit, invite: Invite, first: number): Promise<boolean> {
  const { context, set } = visit;
  const work = visit.work();
  if (work === undefined || set.handOver === undefined) return false;
  const memory = invite.pool.take();
  const board = memory.board(first, set.length, context.steps.count);
  try {
    const series = set.handOver(memory);
    if (series === undefined) return false;
    const computer = new SeriesComputer({ work, set, board, run: context.run.apart() });
    invite.offer({ work, board: board.buffer, use: board.use, series });
    while (board.consumed < board.blockCount) await consumeOrCompute(visit, board, computer);
  } finally {
    if (board.shut()) invite.pool.giveBack(memory);
    else invite.leaving.push(board.deserted().then(() => invite.pool.giveBack(memory)));
  }
  return true;
}

/** Takes what is next if it is there; else computes something. */
async function consumeOrCompute(
  visit: SeriesVisit,
  board: SeriesBoard,
  computer: SeriesComputer,
): Promise<void> {
  const { run } = visit.context;
  const block = board.consumed;
  if (board.isDone(block)) {
    if (run.isDue) await run.rest();
    await takeBlock(visit, board, block);
    return;
  }
  if (board.claimNext(block)) {
    await ownBlock(visit, board, block);
    board.skip(block);
    board.consume();
    return;
  }
  const claimed = board.claim();
  if (claimed !== undefined) {
    await computer.compute(claimed);
    if (run.isDue) await run.rest();
    return;
  }
  await board.untilDone(block, PATIENCE_MS);
  run.check();
  if (board.isDone(block)) return;
  await ownBlock(visit, board, block);
  board.consume();
}

async function takeBlock(visit: SeriesVisit, board: SeriesBoard, block: number): Promise<void> {
  const end = board.endOf(block);
  for (let index = board.firstOf(block); index < end; index++) {
    const result = board.result(block, index);
    if (result === undefined) await visitOwn(visit, index, index + 1);
    else visit.take(index, result);
  }
  board.consume();
}

function ownBlock(visit: SeriesVisit, board: SeriesBoard, block: number): Promise<void> {
  return visitOwn(visit, board.firstOf(block), board.endOf(block));
}
