import { isScalarNode, type PlanNode, type TimeShift } from './plan.js';

const AT_STEP: TimeShift = { offsetMs: 0, fixedMs: undefined };

/**
 * When `info()` looks at info metrics: at the time its argument is looked at, if all that makes up its series comes
 * from one time (prometheus/prometheus#19266, #19387), otherwise at each step.
 */
export function infoReference(node: PlanNode): TimeShift {
  return referenceOf(node) ?? AT_STEP;
}

/** True when `info()` of what is the same at every step is the same at every step itself. */
export function isInfoInvariant(node: PlanNode): boolean {
  return referenceOf(node)?.fixedMs !== undefined;
}

/** Undefined where there is none, or not one only. */
function referenceOf(node: PlanNode): TimeShift | undefined {
  switch (node.kind) {
    case 'instantSelect':
    case 'rangeSelect':
      return shifted(node, AT_STEP);
    case 'subquery': {
      const inner = referenceOf(node.inner);
      return inner && shifted(node, inner);
    }
    case 'negate':
    case 'invariant':
    case 'aggregate':
      return referenceOf(node.inner);
    case 'binary':
      return common([node.left, node.right]);
    case 'call':
      return common(node.name === 'info' ? node.args.slice(0, 1) : node.args);
    default:
      return undefined;
  }
}

/** The one that all vectors among the nodes have; scalars and strings do not count. */
function common(nodes: readonly PlanNode[]): TimeShift | undefined {
  const references = nodes
    .filter((node) => !isScalarNode(node) && node.kind !== 'string')
    .map((node) => referenceOf(node));
  const [first] = references;
  const same = references.every(
    (one) => one?.fixedMs === first?.fixedMs && one?.offsetMs === first?.offsetMs,
  );
  return same ? first : undefined;
}

/** Where something seen from inside of `outer` is, seen from outside; a fixed time has no offset left. */
function shifted(outer: TimeShift, { offsetMs, fixedMs }: TimeShift): TimeShift {
  if (fixedMs !== undefined) return { offsetMs: 0, fixedMs };
  const totalMs = outer.offsetMs + offsetMs;
  return outer.fixedMs === undefined
    ? { offsetMs: totalMs, fixedMs: undefined }
    : { offsetMs: 0, fixedMs: outer.fixedMs - totalMs };
}
