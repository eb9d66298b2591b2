import { type SeriesSet } from '@narthex/storage';
import { type Invite } from '../parallel/invite.js';
import { type PlanNode, type Selection } from '../plan/plan.js';
import { type Annotations } from './annotations.js';
import { type Execution } from './execution.js';
import { type SampleCounts } from './sample-counts.js';
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
  /** Asks other threads for help, which may come; undefined where there are none. */
  readonly invite: Invite | undefined;
  /** The query asks for a range: its answer is ordered by labels. */
  readonly isRangeQuery: boolean;
}

export type VisitSeries = (series: StepSeries, samples: number) => void;

/** What an operator needs to evaluate what is inside it, at the steps it is evaluated at itself. */
export interface OperatorContext extends QueryContext {
  readonly steps: Steps;
  /** What is looked at, at these steps. */
  readonly counts: SampleCounts;
  /** The series of a vector, here or at other steps; whoever asks may change them. */
  vector(node: PlanNode, other?: OtherSteps): Promise<StepSeries[]>;
  /**
   * Calls `visit` with each series of a vector and its count of samples, one by one. Series are valid during the call
   * only, but for their labels; the samples count as held until the operator has its result.
   */
  each(node: PlanNode, visit: VisitSeries): Promise<void>;
  /** A number for each step. */
  scalar(node: PlanNode, other?: OtherSteps): Promise<Float64Array>;
}

/** Where something inside is evaluated, and where what it looks at is counted. */
export interface OtherSteps {
  readonly steps: Steps;
  readonly counts: SampleCounts;
}
