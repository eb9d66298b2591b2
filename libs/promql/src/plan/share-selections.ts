import {
  type InstantSelectNode,
  type PlanNode,
  planChildren,
  type RangeSelectNode,
  type Selection,
} from './plan.js';

/** Lets selectors that ask the storage the same question share one selection. Gives all that are left. */
export function shareSelections(plan: PlanNode): readonly Selection[] {
  const byKey = new Map<string, Selection>();
  visit(plan, (node) => {
    const key = keyOf(node.selection);
    const shared = byKey.get(key) ?? node.selection;
    byKey.set(key, shared);
    node.selection = shared;
  });
  return [...byKey.values()];
}

function visit(node: PlanNode, meet: (node: InstantSelectNode | RangeSelectNode) => void): void {
  if (node.kind === 'instantSelect' || node.kind === 'rangeSelect') meet(node);
  else for (const child of planChildren(node)) visit(child, meet);
}

/** What a selection reads: its conditions, whatever their order, and its times. */
function keyOf({ matchers, hints }: Selection): string {
  const conditions = matchers
    .map((matcher) => JSON.stringify([matcher.name, matcher.type, matcher.value]))
    .sort();
  return `${hints.startMs} ${hints.endMs} ${conditions.join(' ')}`;
}
