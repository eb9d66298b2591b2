import { Labels } from '@narthex/model';
import { SampleColumns, type SeriesSet } from '@narthex/storage';
import { type Annotation, Annotations } from '../engine/annotations.js';
import { type Execution } from '../engine/execution.js';
import { SampleCounts } from '../engine/sample-counts.js';
import { StepSeries } from '../engine/step-series.js';
import { type StepMemory } from '../engine/step-slab.js';
import { Steps } from '../engine/steps.js';
import { newRangeFunction } from '../functions/range-functions.js';
import { fillLatest } from '../operators/latest-samples.js';
import { RangeSamples } from '../operators/range-samples.js';
import { WindowEvaluator } from '../operators/window-evaluator.js';
import { type BoardSlot, type SeriesBoard } from './series-board.js';
import { type InstantWork, type RangeWork, type SeriesWork } from './series-work.js';

export interface SeriesComputerOptions {
  readonly work: SeriesWork;
  readonly set: SeriesSet;
  readonly board: SeriesBoard;
  /** Its samples are looked at, and no limit of it counts. */
  readonly run: Execution;
}

/** Computes blocks of series into the slots of a board. */
export class SeriesComputer {
  readonly #set: SeriesSet;
  readonly #board: SeriesBoard;
  readonly #run: Execution;
  readonly #columns = new SampleColumns();
  readonly #memory = new SlotMemory();
  readonly #compute: (block: number, index: number) => Promise<void> | undefined;

  constructor({ work, set, board, run }: SeriesComputerOptions) {
    this.#set = set;
    this.#board = board;
    this.#run = run;
    this.#compute = work.kind === 'range' ? this.#ranges(work) : this.#instants(work);
  }

  /**
   * Computes a claimed block. Series that cannot be expressed in the slot are left over: those with histograms, those
   * with something to remark, and those that fail, for the query's own thread to fail there.
   * @throws PromqlError when the query was cancelled; the block counts as done then all the same.
   */
  async compute(block: number): Promise<void> {
    const first = this.#board.firstOf(block);
    const end = this.#board.endOf(block);
    let index = first;
    this.#memory.slot = this.#board.slot(block);
    try {
      for (; index < end; index++) {
        // Who could not wait has computed it meanwhile.
        if (this.#board.consumed > block) break;
        if (this.#run.isDue) await this.#run.rest();
        this.#memory.at = (index - first) * this.#board.stepCount;
        this.#columns.clear();
        if (!this.#read(index)) {
          this.#board.leaveOver(block, index);
          continue;
        }
        const busy = this.#compute(block, index);
        if (busy !== undefined) await busy;
      }
    } finally {
      for (; index < end; index++) this.#board.leaveOver(block, index);
      this.#board.finish(block);
    }
  }

  /** False when the series is for the query's own thread. */
  #read(index: number): boolean {
    try {
      this.#set.read(index, this.#columns);
    } catch {
      // The query's own thread reads it too, fails, and says why.
      return false;
    }
    return this.#columns.histograms === undefined;
  }

  #instants(work: InstantWork): (block: number, index: number) => undefined {
    const steps = new Steps(work.startMs, work.endMs, work.stepMs);
    const where = { steps, lookbackMs: work.lookbackMs };
    return (block, index) => {
      const series = new StepSeries(Labels.EMPTY, false, steps.count, this.#memory);
      fillLatest(series, this.#columns, work, where, work.show);
      const samples = series.sampleCount;
      this.#board.put(block, index, samples, 0, samples);
    };
  }

  #ranges(work: RangeWork): (block: number, index: number) => Promise<void> | undefined {
    const { name, rangeMs, anchored, smoothed, scalars, startTimestamps, lookbackMs } = work;
    const annotations = new CountedAnnotations();
    const counts = new SampleCounts();
    const position = { start: 0, end: 0 };
    const steps = new Steps(work.startMs, work.endMs, work.stepMs);
    const call = { name, annotations, position, rangeMs, anchored, smoothed, startTimestamps, scalars };
    const context = { run: this.#run, steps, counts, lookbackMs };
    const evaluator = new WindowEvaluator(newRangeFunction(call), work, context, this.#memory);
    const put = (block: number, index: number, series: StepSeries | undefined, before: number): void => {
      const largest = this.#run.takePeak();
      const remarked = annotations.takeCount() > 0;
      if (remarked || series?.histograms !== undefined) this.#board.leaveOver(block, index);
      else this.#board.put(block, index, series?.sampleCount ?? 0, largest, counts.total - before);
    };
    annotations.takeCount();
    return (block, index) => {
      const before = counts.total;
      const evaluated = evaluator.evaluate(RangeSamples.fromColumns(Labels.EMPTY, this.#columns));
      if (evaluated instanceof Promise) return evaluated.then((series) => put(block, index, series, before));
      put(block, index, evaluated, before);
      return undefined;
    };
  }
}

/** Gives a series its columns in a slot. */
class SlotMemory implements StepMemory {
  slot!: BoardSlot;
  /** Where the columns of the series begin. */
  at = 0;

  floats(count: number): Float64Array {
    return this.slot.values.subarray(this.at, this.at + count).fill(0);
  }

  bytes(count: number): Uint8Array {
    return this.slot.kinds.subarray(this.at, this.at + count).fill(0);
  }
}

/** Only knows that there was something to remark: without labels it could not be said. */
class CountedAnnotations extends Annotations {
  #count = 0;

  override add(_annotation: Annotation): void {
    this.#count++;
  }

  /** How many there were since the last call. */
  takeCount(): number {
    const count = this.#count;
    this.#count = 0;
    return count;
  }
}
