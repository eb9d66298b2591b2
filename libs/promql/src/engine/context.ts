import { type SeriesSet } from '@narthex/storage';
import { type PlanNode, type Selection } from '../plan/plan.js';
import { type Annotations } from './annotations.js';
import { type Execution } from './execution.js';
import { type StepSeries } from './step-series.js';
import { type Steps } from './steps.js';

/** What every operator of one query shares. */
export interface QueryContext {
  readonly run: Execution;
  readonly annotations: Annotations;
  /** What the storage has found for each selection. */
  readonly sources: ReadonlyMap<Selection, SeriesSet>;
  /** Asks for more series than the plan has, such as info metrics. */
  readonly select: (selection: Selection) => Promise<SeriesSet>;
  readonly lookbackMs: number;
  readonly delayedNameRemoval: boolean;
  readonly startTimestamps: boolean;
  readonly typeAndUnitLabels: boolean;
  /** The query asks for a range: its answer is ordered by labels. */
  readonly isRangeQuery: boolean;
}

/** What an operator needs to evaluate what is inside it, at the steps it is evaluated at itself. */
export interface OperatorContext extends QueryContext {
  readonly steps: Steps;
  /** The series of a vector; whoever asks may change them. */
  vector(node: PlanNode, steps?: Steps): Promise<StepSeries[]>;
  /** A number for each step. */
  scalar(node: PlanNode, steps?: Steps): Promise<Float64Array>;
}
