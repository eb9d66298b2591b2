import { type NativeHistogram } from '@narthex/model';
import { type Annotations } from '../engine/annotations.js';
import { ABSENT, FLOAT, type StepSeries } from '../engine/step-series.js';
import { type PositionRange } from '../syntax/position.js';

export interface AggregatorRemarks {
  readonly annotations: Annotations;
  /** Of what is aggregated. */
  readonly position: PositionRange;
}

/** One group of an aggregation, at all steps at once. */
export abstract class Aggregator {
  /** The name of the series whose samples come next, for warnings. */
  metricName = '';
  abstract addFloat(step: number, value: number): void;
  abstract addHistogram(step: number, histogram: NativeHistogram): void;

  /** Takes in a series at all its steps. */
  addSeries({ kinds, values, histograms }: StepSeries): void {
    for (let step = 0; step < kinds.length; step++) {
      const kind = kinds[step];
      if (kind === ABSENT) continue;
      if (kind === FLOAT) this.addFloat(step, values[step]!);
      else this.addHistogram(step, histograms![step]!);
    }
  }

  /** Writes the results; steps without any stay absent. */
  abstract finish(series: StepSeries): void;
}
