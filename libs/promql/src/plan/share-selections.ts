import {
  type InstantSelectNode,
  type PlanNode,
  planChildren,
  type RangeSelectNode,
  type Selection,
} from './plan.js';

/** Lets selectors that ask the storage the same question share one selection. Gives all that are left. */
export function shareSelections(plan: PlanNode): readonly Selection[] {
  const byKey = new Map<string, (InstantSelectNode | RangeSelectNode)[]>();
  visit(plan, (node) => {
    const key = keyOf(node.selection);
    const sharing = byKey.get(key);
    if (sharing === undefined) byKey.set(key, [node]);
    else sharing.push(node);
  });
  return Array.from(byKey.values(), (sharing) => {
    const first = sharing[0]!.selection;
    const newestOnly = sharing.every(({ selection }) => selection.hints.newestOnly === true);
    const shared =
      newestOnly === first.hints.newestOnly ? first : { ...first, hints: { ...first.hints, newestOnly } };
    for (const node of sharing) node.selection = shared;
    return shared;
  });
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
