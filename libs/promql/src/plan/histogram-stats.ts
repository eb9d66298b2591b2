import { type PlanNode, planChildren } from './plan.js';

const NEED_STATS = new Set(['histogram_count', 'histogram_sum', 'histogram_avg']);
const NEED_BUCKETS = new Set(['histogram_quantile', 'histogram_quantiles', 'histogram_fraction']);

/**
 * Marks the selectors of whose histograms only count and sum are looked at. Around a subquery buckets stay, since
 * resets between its steps are only seen in them.
 */
export function markHistogramStats(plan: PlanNode): void {
  visit(plan, false);
}

function visit(node: PlanNode, statsOnly: boolean): void {
  switch (node.kind) {
    case 'instantSelect':
    case 'rangeSelect':
      node.statsOnly = statsOnly;
      return;
    case 'subquery':
      return;
    case 'call':
      if (NEED_BUCKETS.has(node.name)) return;
      statsOnly ||= NEED_STATS.has(node.name);
      break;
    case 'binary':
      if (node.operator === '</' || node.operator === '>/') return;
      break;
    default:
  }
  for (const child of planChildren(node)) visit(child, statsOnly);
}
