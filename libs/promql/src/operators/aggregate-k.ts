import { formatFloatG } from '@narthex/model';
import { histogramIgnoredInAggregation, invalidRatio } from '../engine/annotation-texts.js';
import { type OperatorContext } from '../engine/context.js';
import { mergeDuplicates } from '../engine/merge-series.js';
import { ABSENT, HISTOGRAM, StepSeries } from '../engine/step-series.js';
import { executionError } from '../errors.js';
import { labelsOffset } from '../functions/labels-hash.js';
import { BoundedHeap } from '../functions/bounded-heap.js';
import { extremesOf } from '../functions/extremes.js';
import { type AggregateNode } from '../plan/plan.js';
import { groupSeries, type SeriesGroup } from './grouping.js';

const MAX_INT64 = 9223372036854774784;
const MIN_INT64 = -9223372036854775808;

/** `topk`, `bottomk`, `limitk`, `limit_ratio`: aggregations that pick some of a group's samples at each step. */
export async function aggregateSome(node: AggregateNode, context: OperatorContext): Promise<StepSeries[]> {
  const { run, steps } = context;
  const parameter = await context.scalar(node.parameter!);
  const vector = await context.vector(node.inner);
  // Upstream looks at a count only for NaN when there is nothing to pick from.
  if (vector.length === 0 && node.operator !== 'limit_ratio') {
    if (extremesOf(parameter).hasNaN) throw executionError('Parameter value is NaN');
    return [];
  }
  const some =
    node.operator === 'limit_ratio' ? checkRatios(parameter, node, context) : checkCounts(parameter);
  if (!some) return [];
  const picker = new Picker(node, context);
  const groups = groupSeries(vector, node);
  if (steps.isInstant) {
    const ordered = node.operator === 'topk' || node.operator === 'bottomk';
    return groups.flatMap((group) => {
      const picked = picker.pick(group, 0, parameter[0]!, vector.length);
      return (ordered ? picked : asHeaped(picked)).map(({ series }) => series);
    });
  }
  const found = new Map<StepSeries, StepSeries>();
  for (let step = 0; step < steps.count; step++) {
    if (run.isDue) await run.rest();
    for (const group of groups) {
      for (const { series } of picker.pick(group, step, parameter[step]!, vector.length)) {
        let picked = found.get(series);
        if (picked === undefined) {
          found.set(series, (picked = new StepSeries(series.labels, series.dropName, steps.count)));
        }
        picked.copyFrom(series, step);
      }
    }
  }
  return mergeDuplicates([...found.values()], 'apart');
}

/** True when any sample may be picked. */
function checkCounts(counts: Float64Array): boolean {
  const { most, least, hasNaN } = extremesOf(counts);
  if (hasNaN) throw executionError('Parameter value is NaN');
  if (most < 1) return false;
  if (least <= MIN_INT64) throw executionError(`Scalar value ${formatFloatG(least)} underflows int64`);
  if (most >= MAX_INT64) throw executionError(`Scalar value ${formatFloatG(most)} overflows int64`);
  return true;
}

function checkRatios(
  ratios: Float64Array,
  { parameter }: AggregateNode,
  { annotations }: OperatorContext,
): boolean {
  const { most, least, hasNaN } = extremesOf(ratios);
  if (hasNaN) throw executionError('Ratio value is NaN');
  if (most > 1) annotations.add(invalidRatio(most, 1, parameter!.position));
  if (least < -1) annotations.add(invalidRatio(least, -1, parameter!.position));
  return most !== 0 || least !== 0;
}

interface Picked {
  readonly series: StepSeries;
  readonly value: number;
}

class Picker {
  readonly #node: AggregateNode;
  readonly #context: OperatorContext;

  constructor(node: AggregateNode, context: OperatorContext) {
    this.#node = node;
    this.#context = context;
  }

  /** The samples of a group that are picked at a step; `topk` and `bottomk` in order. */
  pick(group: SeriesGroup, step: number, parameter: number, seriesCount: number): readonly Picked[] {
    switch (this.#node.operator) {
      case 'limitk':
        return present(group, step).slice(0, Math.max(0, Math.trunc(parameter)));
      case 'limit_ratio': {
        const ratio = Math.min(1, Math.max(-1, parameter));
        return present(group, step).filter(({ series }) => isWithin(labelsOffset(series.labels), ratio));
      }
      default: {
        const k = Math.min(Math.trunc(parameter), seriesCount);
        return k < 1 ? [] : this.#best(group, step, k);
      }
    }
  }

  #best(group: SeriesGroup, step: number, k: number): readonly Picked[] {
    const { operator, position } = this.#node;
    const heap = new BoundedHeap<StepSeries>(k, operator === 'topk' ? 1 : -1);
    for (const series of group.members) {
      if (series.kinds[step] === ABSENT) continue;
      if (series.kinds[step] === HISTOGRAM) {
        this.#context.annotations.add(histogramIgnoredInAggregation(operator, position));
      } else heap.offer(series.values[step]!, series);
    }
    return heap.best().map(({ item, value }) => ({ series: item, value }));
  }
}

function present(group: SeriesGroup, step: number): Picked[] {
  const found: Picked[] = [];
  for (const series of group.members) {
    if (series.kinds[step] !== ABSENT) found.push({ series, value: series.values[step]! });
  }
  return found;
}

/** The order upstream gives them in: it keeps them in a heap as it does for `topk`. */
function asHeaped(picked: readonly Picked[]): Picked[] {
  const heap = new BoundedHeap<StepSeries>(picked.length, 1);
  for (const { series, value } of picked) heap.offer(value, series);
  return heap.entries.map(({ item, value }) => ({ series: item, value }));
}

/** A negative ratio picks what the ratio one higher leaves. */
function isWithin(offset: number, ratio: number): boolean {
  return ratio >= 0 ? offset < ratio || ratio === 1 : offset >= 1 + ratio;
}
