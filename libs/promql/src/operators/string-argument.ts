import { executionError } from '../errors.js';
import { type PlanNode } from '../plan/plan.js';

/** The text of an argument that the parser has found to be a string. */
export function stringOf(node: PlanNode): string {
  if (node.kind !== 'string') throw executionError('expected a string literal');
  return node.value;
}
