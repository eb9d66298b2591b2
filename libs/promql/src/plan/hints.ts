import { type SelectHints } from '@narthex/storage';
import { type PlanNode, type TimeShift } from './plan.js';

/** Hints that say nothing: what a selection has before {@link addHints}. */
export const NO_HINTS: SelectHints = {
  startMs: 0,
  endMs: 0,
  stepMs: 0,
  rangeMs: 0,
  func: '',
  grouping: [],
  by: false,
  limit: 0,
};

interface Place {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
  readonly func: string;
  readonly grouping: readonly string[];
  readonly by: boolean;
}

/** Tells every selection of a plan the times it is needed for and what is made of it. */
export function addHints(
  plan: PlanNode,
  times: { readonly startMs: number; readonly endMs: number; readonly stepMs: number },
  lookbackMs: number,
): void {
  visit(plan, { ...times, func: '', grouping: [], by: false }, lookbackMs);
}

function visit(node: PlanNode, place: Place, lookbackMs: number): void {
  switch (node.kind) {
    case 'number':
    case 'string':
      return;
    case 'instantSelect': {
      const [startMs, endMs] = shifted(place, node);
      // What is exactly as old as the look-back is too old.
      const from = startMs - lookbackMs + 1;
      const to = node.smoothed ? endMs + lookbackMs : endMs;
      node.selection = {
        ...node.selection,
        hints: {
          ...place,
          startMs: from,
          endMs: to,
          rangeMs: 0,
          limit: 0,
          newestOnly: startMs === endMs && !node.smoothed,
        },
      };
      return;
    }
    case 'rangeSelect': {
      const [startMs, endMs] = shifted(place, node);
      const before = node.anchored || node.smoothed ? lookbackMs : 0;
      const from = startMs - node.rangeMs - before + 1;
      const to = node.smoothed ? endMs + lookbackMs : endMs;
      const hints = { ...place, startMs: from, endMs: to, rangeMs: node.rangeMs, limit: 0 };
      node.selection = { ...node.selection, hints };
      return;
    }
    case 'subquery': {
      const [startMs, endMs] = shifted(place, node);
      const inner = { ...place, startMs: startMs - node.rangeMs, endMs, stepMs: node.stepMs };
      visit(node.inner, { ...inner, grouping: [], by: false }, lookbackMs);
      return;
    }
    case 'call':
      for (const arg of node.args)
        visit(arg, { ...place, func: node.name, grouping: [], by: false }, lookbackMs);
      return;
    case 'aggregate': {
      if (node.parameter !== undefined) visit(node.parameter, withoutFunction(place), lookbackMs);
      const { operator: func, grouping, without } = node;
      visit(node.inner, { ...place, func, grouping, by: !without }, lookbackMs);
      return;
    }
    case 'binary':
      visit(node.left, withoutFunction(place), lookbackMs);
      visit(node.right, withoutFunction(place), lookbackMs);
      return;
    case 'negate':
      visit(node.inner, { ...place, grouping: [], by: false }, lookbackMs);
      return;
    case 'invariant':
      visit(node.inner, place, lookbackMs);
  }
}

function withoutFunction(place: Place): Place {
  return { ...place, func: '', grouping: [], by: false };
}

function shifted({ startMs, endMs }: Place, { offsetMs, fixedMs }: TimeShift): readonly [number, number] {
  return [(fixedMs ?? startMs) - offsetMs, (fixedMs ?? endMs) - offsetMs];
}
