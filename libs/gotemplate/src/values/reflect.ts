import { type GoKey, type GoType, type GoValue, type Kind, TemplateFunction, TypedValue } from './value.js';
import { mapOf, sliceOf, types } from './type.js';

/**
 * A value during execution; `undefined` is the absence of one, which prints as `<no value>` and stands for an absent
 * map key or nil data.
 */
export type Operand = GoValue | undefined;

const anySlice = sliceOf(types.any);
const anyMap = mapOf(types.string, types.any);

/** The type of a value; undefined for nil and no value. */
export function typeOf(value: Operand): GoType<unknown> | undefined {
  switch (typeof value) {
    case 'string':
      return types.string;
    case 'boolean':
      return types.bool;
    case 'bigint':
      return types.int;
    case 'number':
      return types.float64;
    case 'undefined':
      return undefined;
    default:
      if (value === null) return undefined;
      if (value instanceof TypedValue) return value.type;
      if (value instanceof TemplateFunction) return types.func;
      return value instanceof Map ? anyMap : anySlice;
  }
}

/** The type's name as `%T` prints it. */
export function typeName(value: Operand): string {
  return typeOf(value)?.name ?? '<nil>';
}

export function kindOf(value: Operand): Kind | undefined {
  return typeOf(value)?.kind;
}

/** A value seen by its kind alone, with named types taken off. */
export type Shape =
  | { readonly kind: 'nil' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int' | 'uint'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'slice'; readonly value: readonly GoValue[] }
  | { readonly kind: 'map'; readonly value: ReadonlyMap<GoKey, GoValue> }
  | { readonly kind: 'struct'; readonly value: Readonly<Record<string, GoValue>> }
  | { readonly kind: 'func'; readonly value: TemplateFunction };

export function shapeOf(value: Operand): Shape {
  const kind = kindOf(value);
  if (kind === undefined || kind === 'interface') return { kind: 'nil' };
  // A type's kind and the JavaScript form behind it agree by construction.
  return { kind, value: value instanceof TypedValue ? value.value : value } as Shape;
}

/** Go's notion of truth: not the zero value, not empty. */
export function isTrue(value: Operand): boolean {
  const shape = shapeOf(value);
  switch (shape.kind) {
    case 'nil':
      return false;
    case 'bool':
      return shape.value;
    case 'int':
    case 'uint':
      return shape.value !== 0n;
    case 'float':
      return shape.value !== 0;
    case 'string':
    case 'slice':
      return shape.value.length > 0;
    case 'map':
      return shape.value.size > 0;
    case 'struct':
    case 'func':
      return true;
  }
}

/** A field of a struct, only where its type declares it. */
export function structField(
  type: GoType<unknown>,
  record: Readonly<Record<string, GoValue>>,
  name: string,
): Operand {
  if (!type.fields.includes(name) || !Object.hasOwn(record, name)) return undefined;
  return record[name] ?? null;
}

/** Keys in the order in which Go ranges over and prints maps. */
export function sortedEntries(map: ReadonlyMap<GoKey, GoValue>): [GoKey, GoValue][] {
  return [...map].sort(([left], [right]) => compareKeys(left, right));
}

function compareKeys(left: GoKey, right: GoKey): number {
  if (typeof left === 'string' && typeof right === 'string') return compareStrings(left, right);
  // NaN comes first, as in Go.
  if (Number.isNaN(left)) return Number.isNaN(right) ? 0 : -1;
  if (Number.isNaN(right)) return 1;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Compares as Go does, byte by byte of UTF-8, which is code point by code point. */
export function compareStrings(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    let a = left.charCodeAt(index);
    let b = right.charCodeAt(index);
    if (a === b) continue;
    // Surrogates stand for code points above all others.
    if (a >= 0xd800 && a <= 0xdfff) a += 0x10000;
    if (b >= 0xd800 && b <= 0xdfff) b += 0x10000;
    return a - b;
  }
  return left.length - right.length;
}

/** JSON data as template values: numbers are `float64`, objects `map[string]interface {}`, as Go decodes them. */
export function fromJson(value: unknown): GoValue {
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    typeof value === 'number'
  ) {
    return value;
  }
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value !== 'object') throw new TypeError(`not a JSON value: ${typeof value}`);
  return new Map(Object.entries(value).map(([key, item]) => [key, fromJson(item)]));
}
