import { histogramIgnoredInAggregation } from '../engine/annotation-texts.js';
import { ABSENT, FLOAT, type StepSeries } from '../engine/step-series.js';
import { executionError } from '../errors.js';
import { type AggregationOperator } from '../syntax/ast.js';
import { Aggregator, type AggregatorRemarks } from './aggregator.js';
import { SumAggregator } from './sum-aggregator.js';

/** Makes the aggregator of one group. */
export function newAggregator(
  operator: AggregationOperator,
  steps: number,
  remarks: AggregatorRemarks,
): Aggregator {
  switch (operator) {
    case 'sum':
    case 'avg':
      return new SumAggregator(operator, steps, remarks);
    case 'count':
    case 'group':
      return new CountAggregator(operator, steps);
    case 'min':
    case 'max':
      return new ExtremeAggregator(operator, steps, remarks);
    case 'stddev':
    case 'stdvar':
      return new VarianceAggregator(operator, steps, remarks);
    default:
      throw executionError(`aggregation "${operator}" does not fold`);
  }
}

class CountAggregator extends Aggregator {
  readonly #counts: Float64Array;
  readonly #isGroup: boolean;

  constructor(operator: 'count' | 'group', steps: number) {
    super();
    this.#counts = new Float64Array(steps);
    this.#isGroup = operator === 'group';
  }

  override addFloat(step: number): void {
    this.#counts[step]!++;
  }

  override addSeries({ kinds }: StepSeries): void {
    const counts = this.#counts;
    for (let step = 0; step < kinds.length; step++) if (kinds[step] !== ABSENT) counts[step]!++;
  }

  override addHistogram(step: number): void {
    this.#counts[step]!++;
  }

  override finish(series: StepSeries): void {
    for (let step = 0; step < this.#counts.length; step++) {
      const count = this.#counts[step]!;
      if (count > 0) series.setFloat(step, this.#isGroup ? 1 : count);
    }
  }
}

/** Aggregators that let histograms fall away, with a remark. */
abstract class FloatAggregator extends Aggregator {
  readonly #operator: AggregationOperator;
  readonly #remarks: AggregatorRemarks;

  constructor(operator: AggregationOperator, remarks: AggregatorRemarks) {
    super();
    this.#operator = operator;
    this.#remarks = remarks;
  }

  override addHistogram(): void {
    const { annotations, position } = this.#remarks;
    annotations.add(histogramIgnoredInAggregation(this.#operator, position));
  }
}

/** NaN loses to every number. */
class ExtremeAggregator extends FloatAggregator {
  readonly #values: Float64Array;
  readonly #seen: Uint8Array;
  readonly #sign: 1 | -1;

  constructor(operator: 'min' | 'max', steps: number, remarks: AggregatorRemarks) {
    super(operator, remarks);
    this.#values = new Float64Array(steps);
    this.#seen = new Uint8Array(steps);
    this.#sign = operator === 'max' ? 1 : -1;
  }

  override addFloat(step: number, value: number): void {
    const present = this.#values[step]!;
    if (this.#seen[step] === 1 && !(this.#sign * value > this.#sign * present || present !== present)) return;
    this.#values[step] = value;
    this.#seen[step] = 1;
  }

  override addSeries(series: StepSeries): void {
    if (series.histograms !== undefined) {
      super.addSeries(series);
      return;
    }
    const { kinds, values } = series;
    const best = this.#values;
    const seen = this.#seen;
    const sign = this.#sign;
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] === ABSENT) continue;
      const value = values[step]!;
      const present = best[step]!;
      if (seen[step] === 1 && !(sign * value > sign * present || present !== present)) continue;
      best[step] = value;
      seen[step] = 1;
    }
  }

  override finish(series: StepSeries): void {
    for (let step = 0; step < this.#seen.length; step++) {
      if (this.#seen[step] === 1) series.setFloat(step, this.#values[step]!);
    }
  }
}

/** By Welford. */
class VarianceAggregator extends FloatAggregator {
  readonly #counts: Float64Array;
  readonly #means: Float64Array;
  readonly #squares: Float64Array;
  readonly #isDeviation: boolean;

  constructor(operator: 'stddev' | 'stdvar', steps: number, remarks: AggregatorRemarks) {
    super(operator, remarks);
    this.#counts = new Float64Array(steps);
    this.#means = new Float64Array(steps);
    this.#squares = new Float64Array(steps);
    this.#isDeviation = operator === 'stddev';
  }

  override addFloat(step: number, value: number): void {
    const count = ++this.#counts[step]!;
    const delta = value - this.#means[step]!;
    this.#means[step]! += delta / count;
    this.#squares[step]! += delta * (value - this.#means[step]!);
  }

  override finish(series: StepSeries): void {
    for (let step = 0; step < this.#counts.length; step++) {
      const count = this.#counts[step]!;
      if (count === 0) continue;
      const variance = this.#squares[step]! / count;
      series.kinds[step] = FLOAT;
      series.values[step] = this.#isDeviation ? Math.sqrt(variance) : variance;
    }
  }
}
