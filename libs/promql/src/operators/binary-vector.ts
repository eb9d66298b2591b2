import { type Labels, LabelsBuilder } from '@narthex/model';
import { type Annotation } from '../engine/annotations.js';
import { type OperatorContext } from '../engine/context.js';
import { mergeDuplicates } from '../engine/merge-series.js';
import { isMetadataLabel, withoutMetadata } from '../engine/metadata-labels.js';
import { ABSENT, FLOAT, StepSeries } from '../engine/step-series.js';
import { executionError } from '../errors.js';
import {
  arithmeticOf,
  comparisonOf,
  isArithmetic,
  type Operand,
  operateOnHistograms,
  type OperationResult,
} from '../functions/binary-operators.js';
import { type BinaryNode } from '../plan/plan.js';
import { isComparison, type VectorMatching } from '../syntax/ast.js';
import { type MatchGroup, matchSeries } from './match-signatures.js';
import { MetMatches } from './met-matches.js';

/** An arithmetic, comparison or trim operator between two vectors. */
export async function operateOnVectors(node: BinaryNode, context: OperatorContext): Promise<StepSeries[]> {
  const { run } = context;
  const left = await context.vector(node.left);
  const right = await context.vector(node.right);
  const operation = new VectorOperation(node, left, right, context);
  const found: StepSeries[] = [];
  const groups = matchSeries(left, right, node.matching!);
  // Upstream looks through the whole "one" side first: its duplicates come before any other complaint.
  for (const group of groups) operation.checkOneSide(group);
  for (const group of groups) {
    if (run.isDue) await run.rest();
    found.push(...operation.group(group));
  }
  operation.remark();
  return mergeDuplicates(
    found.filter((series) => !series.isEmpty),
    'apart',
  );
}

class VectorOperation {
  readonly #node: BinaryNode;
  readonly #matching: VectorMatching;
  readonly #context: OperatorContext;
  /** True for `group_right`: the "one" side stands on the left. */
  readonly #swapped: boolean;
  readonly #operate: (left: Operand, right: Operand) => OperationResult;
  /** At each step only what came last is told, as upstream does. */
  readonly #remarks = new Map<number, Annotation>();
  readonly #fillMany: number | undefined;
  readonly #fillOne: number | undefined;
  readonly #anyLeft: () => Uint8Array;
  readonly #anyRight: () => Uint8Array;

  constructor(
    node: BinaryNode,
    left: readonly StepSeries[],
    right: readonly StepSeries[],
    context: OperatorContext,
  ) {
    this.#node = node;
    this.#matching = node.matching!;
    this.#context = context;
    this.#swapped = this.#matching.cardinality === 'one-to-many';
    this.#operate = newOperation(node);
    // As upstream: with `group_right` the sides have changed places, so "left" is the side of many there as well.
    this.#fillMany = this.#matching.fillLeft;
    this.#fillOne = this.#matching.fillRight;
    this.#anyLeft = once(() => presence(left, context.steps.count));
    this.#anyRight = once(() => presence(right, context.steps.count));
  }

  /** @throws PromqlError when the "one" side of a group has several samples at a time. */
  checkOneSide(group: MatchGroup): void {
    const one = this.#swapped ? group.left : group.right;
    if (one.length > 1) this.#checkUnique(one, group);
  }

  /** The results for series that match each other. */
  group(group: MatchGroup): StepSeries[] {
    const sides = this.#swapped
      ? { many: group.right, one: group.left }
      : { many: group.left, one: group.right };
    const needsFill = this.#fillOne !== undefined || this.#fillMany !== undefined;
    if (!needsFill && (sides.many.length === 0 || sides.one.length === 0)) return [];
    const unique = this.#matching.cardinality === 'one-to-one';
    const met =
      needsFill || sides.many.length > 1 ? new MetMatches(unique, this.#context.steps.count) : undefined;
    const found: StepSeries[] = [];
    for (const many of sides.many) {
      for (const one of sides.one) found.push(this.#pair(many, one, met));
      if (this.#fillOne !== undefined) {
        found.push(this.#fill(many, sides.one, this.#fillOne, group.labels, met!));
      }
    }
    if (this.#fillMany !== undefined) {
      for (const one of sides.one) found.push(this.#fillFor(one, this.#fillMany, group.labels, met!));
    }
    const present = found.filter((series) => !series.isEmpty);
    return unique ? present : mergeDuplicates(present, 'apart');
  }

  /** Tells what was noted. */
  remark(): void {
    for (const remark of this.#remarks.values()) this.#context.annotations.add(remark);
  }

  /** The operation at the steps where both have a sample. */
  #pair(many: StepSeries, one: StepSeries, met: MetMatches | undefined): StepSeries {
    const result = this.#newSeries(many.labels, one.labels);
    const { operator, returnBool } = this.#node;
    if (many.histograms === undefined && one.histograms === undefined) {
      const [left, right] = this.#swapped ? [one, many] : [many, one];
      if (isArithmetic(operator)) {
        const operate = arithmeticOf(operator);
        for (let step = 0; step < result.kinds.length; step++) {
          if (left.kinds[step] !== FLOAT || right.kinds[step] !== FLOAT) continue;
          met?.meet(step, result.labels);
          result.kinds[step] = FLOAT;
          result.values[step] = operate(left.values[step]!, right.values[step]!);
        }
        return result;
      }
      if (isComparison(operator)) {
        const compare = comparisonOf(operator);
        for (let step = 0; step < result.kinds.length; step++) {
          if (left.kinds[step] !== FLOAT || right.kinds[step] !== FLOAT) continue;
          met?.meet(step, result.labels);
          const holds = compare(left.values[step]!, right.values[step]!);
          if (!returnBool && !holds) continue;
          result.kinds[step] = FLOAT;
          result.values[step] = returnBool ? Number(holds) : left.values[step]!;
        }
        return result;
      }
    }
    for (let step = 0; step < result.kinds.length; step++) {
      if (many.kinds[step] === ABSENT || one.kinds[step] === ABSENT) continue;
      this.#set(result, step, operandAt(many, step), operandAt(one, step), met);
    }
    return result;
  }

  /** The operation with a value in place of what the "one" side lacks. */
  #fill(
    many: StepSeries,
    ones: readonly StepSeries[],
    value: number,
    labels: Labels,
    met: MetMatches,
  ): StepSeries {
    const result = this.#newSeries(many.labels, labels);
    for (let step = 0; step < result.kinds.length; step++) {
      if (many.kinds[step] === ABSENT || ones.some((one) => one.kinds[step] !== ABSENT)) continue;
      this.#set(result, step, operandAt(many, step), value, met);
    }
    return result;
  }

  /** The operation with a value in place of what the "many" side lacks, or has nothing that makes sense. */
  #fillFor(one: StepSeries, value: number, labels: Labels, met: MetMatches): StepSeries {
    const result = this.#newSeries(labels, one.labels);
    for (let step = 0; step < result.kinds.length; step++) {
      if (one.kinds[step] === ABSENT || met.hasAny(step)) continue;
      this.#set(result, step, value, operandAt(one, step), undefined);
    }
    return result;
  }

  #set(result: StepSeries, step: number, many: Operand, one: Operand, met: MetMatches | undefined): void {
    const { value, keep, remark } = this.#swapped ? this.#operate(one, many) : this.#operate(many, one);
    if (remark !== undefined) this.#remarks.set(step, remark);
    if (value === undefined) return;
    met?.meet(step, result.labels);
    if (this.#node.returnBool) result.setFloat(step, keep ? 1 : 0);
    else if (!keep) return;
    else if (typeof value === 'number') result.setFloat(step, value);
    else result.setHistogram(step, value);
  }

  #newSeries(many: Labels, one: Labels): StepSeries {
    const { operator, returnBool } = this.#node;
    const { cardinality, on, labels: names, include } = this.#matching;
    let labels = isArithmetic(operator) ? withoutMetadata(many) : many;
    if (cardinality === 'one-to-one') {
      labels = labels.filter((name) => names.includes(name) === on);
    }
    if (include.length > 0) {
      const builder = new LabelsBuilder(labels);
      for (const name of include) builder.set(name, one.get(name));
      labels = builder.labels();
    }
    const removesName = returnBool && !this.#context.delayedNameRemoval;
    if (removesName) labels = labels.filter((name) => !isMetadataLabel(name));
    return new StepSeries(labels, returnBool, this.#context.steps.count);
  }

  /** The "one" side may have one sample at a time, wherever there are samples of both sides at all. */
  #checkUnique(ones: readonly StepSeries[], { labels }: MatchGroup): void {
    const fills = this.#fillOne !== undefined || this.#fillMany !== undefined;
    for (let step = 0; step < this.#context.steps.count; step++) {
      const present = ones.filter((one) => one.kinds[step] !== ABSENT);
      if (present.length < 2) continue;
      if (!fills && (this.#anyLeft()[step] === 0 || this.#anyRight()[step] === 0)) continue;
      const side = this.#swapped ? 'left' : 'right';
      const shown = present.slice(0, 2).map((one) => one.labels.toString());
      throw executionError(
        `found duplicate series for the match group ${labels.toString()} on the ${side} hand-side of the operation: ` +
          `[${shown.sort().join(', ')}];many-to-many matching not allowed: matching labels must be unique on one side`,
      );
    }
  }
}

/** What the operator makes of two samples. */
function newOperation({
  operator,
  position,
}: BinaryNode): (left: Operand, right: Operand) => OperationResult {
  return (left, right) => {
    if (typeof left === 'number' && typeof right === 'number') {
      if (isArithmetic(operator)) return { value: arithmeticOf(operator)(left, right), keep: true };
      if (isComparison(operator)) return { value: left, keep: comparisonOf(operator)(left, right) };
    }
    return operateOnHistograms(operator, left, right, position);
  };
}

function operandAt(series: StepSeries, step: number): Operand {
  return series.kinds[step] === FLOAT ? series.values[step]! : series.histograms![step]!;
}

function presence(vector: readonly StepSeries[], steps: number): Uint8Array {
  const present = new Uint8Array(steps);
  for (const { kinds } of vector) {
    for (let step = 0; step < steps; step++) if (kinds[step] !== ABSENT) present[step] = 1;
  }
  return present;
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
