import { TemplateFunctionError } from '../errors.js';
import { formatOperand } from '../format/value-format.js';
import { plainValue } from '../format/directive.js';
import { compareStrings, shapeOf, typeName, type Operand, type Shape } from '../values/reflect.js';
import { type GoValue, TypedValue } from '../values/value.js';

const badComparisonType = 'invalid type for comparison';

/** `eq first a b …`: true where `first` equals one of the others. */
export function equalToAny(first: GoValue, others: readonly GoValue[]): boolean {
  if (others.length === 0) throw new TemplateFunctionError('missing argument for comparison');
  return others.some((other) => equal(first, other));
}

function equal(left: Operand, right: Operand): boolean {
  const a = shapeOf(left);
  const b = shapeOf(right);
  if (isInteger(a) && isInteger(b)) return a.value === b.value;
  if (a.kind === 'nil' || b.kind === 'nil') return a.kind === b.kind;
  if (isBasic(a) || isBasic(b)) {
    if (a.kind !== b.kind) throw incompatible(left, right);
    return a.value === b.value;
  }
  const type = typeName(left);
  const other = typeName(right);
  if (type !== other && !(isComparable(left) && isComparable(right))) {
    throw new TemplateFunctionError(
      `non-comparable types ${shown(left)}: ${type}, ${other}: ${formatOperand(right, plainValue)}`,
    );
  }
  if (!isComparable(right)) throw new TemplateFunctionError(`non-comparable type ${shown(right)}: ${other}`);
  return same(left, right);
}

function incompatible(left: Operand, right: Operand): TemplateFunctionError {
  const names = `${typeName(left)} and ${typeName(right)}`;
  return new TemplateFunctionError(`incompatible types for comparison: ${names}`);
}

function shown(value: Operand): string {
  return formatOperand(value, { ...plainValue, verb: 's' });
}

/** As in Go, a struct can be compared where all its fields can. */
function isComparable(value: Operand): boolean {
  const shape = shapeOf(value);
  if (shape.kind === 'slice' || shape.kind === 'map' || shape.kind === 'func') return false;
  if (shape.kind !== 'struct' || !(value instanceof TypedValue) || value.type.pointer) return true;
  return value.type.fields.every((name) => isComparable(shape.value[name]));
}

/** Structs are equal where their types and all their fields are; pointers where they point to the same. */
function same(left: Operand, right: Operand): boolean {
  if (!(left instanceof TypedValue) || !(right instanceof TypedValue)) return left === right;
  if (left.type !== right.type) return false;
  const told = left.type.equal(left.value, right.value);
  if (told !== undefined) return told;
  if (left.type.pointer) return left.value === right.value;
  const a = shapeOf(left);
  const b = shapeOf(right);
  if (a.kind !== 'struct' || b.kind !== 'struct') return left.value === right.value;
  return left.type.fields.every((name) => equal(a.value[name], b.value[name]));
}

type Integer = Extract<Shape, { kind: 'int' | 'uint' }>;
type Basic = Integer | Extract<Shape, { kind: 'bool' | 'float' | 'string' }>;

function isInteger(shape: Shape): shape is Integer {
  return shape.kind === 'int' || shape.kind === 'uint';
}

function isBasic(shape: Shape): shape is Basic {
  return isInteger(shape) || shape.kind === 'bool' || shape.kind === 'float' || shape.kind === 'string';
}

/** `lt`: integers, floats and strings, each among themselves. */
export function less(left: Operand, right: Operand): boolean {
  const a = shapeOf(left);
  const b = shapeOf(right);
  if (!isBasic(a) || !isBasic(b)) throw new TemplateFunctionError(badComparisonType);
  if (isInteger(a) && isInteger(b)) return a.value < b.value;
  if (a.kind !== b.kind) throw incompatible(left, right);
  if (a.kind === 'float' && b.kind === 'float') return a.value < b.value;
  if (a.kind === 'string' && b.kind === 'string') return compareStrings(a.value, b.value) < 0;
  throw new TemplateFunctionError(badComparisonType);
}

export function lessOrEqual(left: Operand, right: Operand): boolean {
  return less(left, right) || equal(left, right);
}
