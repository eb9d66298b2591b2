import { TemplateFunctionError } from '../errors.js';
import { shapeOf, typeName, typeOf, type Operand } from '../values/reflect.js';
import { types } from '../values/type.js';
import { type GoKey, type GoValue } from '../values/value.js';

/** `index item i j …`: `item[i][j]…` */
export function index(item: GoValue, keys: readonly GoValue[]): GoValue {
  if (item === null) throw new TemplateFunctionError('index of untyped nil');
  let current: Operand = item;
  for (const key of keys) current = element(current, key);
  return current;
}

function element(item: GoValue, key: GoValue): GoValue {
  const shape = shapeOf(item);
  switch (shape.kind) {
    case 'string': {
      const bytes = new TextEncoder().encode(shape.value);
      const byte = bytes[position(key, bytes.length, 'string')];
      return types.uint8.of(BigInt(byte ?? 0));
    }
    case 'slice':
      return shape.value[position(key, shape.value.length, 'slice')] ?? null;
    case 'map':
      return shape.value.get(mapKey(item, key)) ?? typeOf(item)?.element?.zero ?? null;
    case 'nil':
      throw new TemplateFunctionError('index of nil pointer');
    default:
      throw new TemplateFunctionError(`can't index item of type ${typeName(item)}`);
  }
}

function mapKey(map: GoValue, key: GoValue): GoKey {
  const type = typeOf(map)?.key ?? types.string;
  const given = typeOf(key);
  const shape = shapeOf(key);
  if (given === undefined) throw new TemplateFunctionError(`value is nil; should be of type ${type.name}`);
  const integers = isIntegerKind(given.kind) && isIntegerKind(type.kind);
  if ((!type.accepts(given) && !integers) || !isKey(shape.kind)) {
    throw new TemplateFunctionError(`value has type ${given.name}; should be ${type.name}`);
  }
  return shape.kind === 'nil' ? '' : (shape.value as GoKey);
}

function isIntegerKind(kind: string): boolean {
  return kind === 'int' || kind === 'uint';
}

function isKey(kind: string): boolean {
  return ['string', 'int', 'uint', 'float', 'bool'].includes(kind);
}

function position(key: GoValue, length: number, what: 'string' | 'slice'): number {
  const place = indexArgument(key, length);
  if (place >= length) throw new TemplateFunctionError(`reflect: ${what} index out of range`);
  return place;
}

/** An index between 0 and `capacity`, both included. */
function indexArgument(key: GoValue, capacity: number): number {
  const shape = shapeOf(key);
  if (shape.kind === 'nil') throw new TemplateFunctionError('cannot index slice/array with nil');
  if (shape.kind !== 'int' && shape.kind !== 'uint') {
    throw new TemplateFunctionError(`cannot index slice/array with type ${typeName(key)}`);
  }
  if (shape.value < 0n || shape.value > BigInt(capacity)) {
    throw new TemplateFunctionError(`index out of range: ${shape.value}`);
  }
  return Number(shape.value);
}

/** `slice item i j k`: `item[i:j:k]`; strings are cut by bytes. */
export function slice(item: GoValue, indexes: readonly GoValue[]): GoValue {
  if (item === null) throw new TemplateFunctionError('slice of untyped nil');
  if (indexes.length > 3) throw new TemplateFunctionError(`too many slice indexes: ${indexes.length}`);
  const shape = shapeOf(item);
  if (shape.kind === 'string') {
    if (indexes.length === 3) throw new TemplateFunctionError('cannot 3-index slice a string');
    const bytes = new TextEncoder().encode(shape.value);
    return new TextDecoder().decode(bytes.subarray(...bounds(indexes, bytes.length)));
  }
  if (shape.kind !== 'slice') throw new TemplateFunctionError(`can't slice item of type ${typeName(item)}`);
  const part = shape.value.slice(...bounds(indexes, shape.value.length));
  return typeOf(item)?.of(part) ?? part;
}

function bounds(indexes: readonly GoValue[], length: number): [number, number] {
  const [start = 0, end = length, limit] = indexes.map((index) => indexArgument(index, length));
  if (start > end) throw new TemplateFunctionError(`invalid slice index: ${start} > ${end}`);
  if (limit !== undefined && end > limit)
    throw new TemplateFunctionError(`invalid slice index: ${end} > ${limit}`);
  return [start, end];
}

/** `len item`; of strings the bytes are counted. */
export function length(item: GoValue): bigint {
  const shape = shapeOf(item);
  switch (shape.kind) {
    case 'string':
      return BigInt(new TextEncoder().encode(shape.value).length);
    case 'slice':
      return BigInt(shape.value.length);
    case 'map':
      return BigInt(shape.value.size);
    case 'nil':
      throw new TemplateFunctionError('reflect: call of reflect.Value.Type on zero Value');
    default:
      throw new TemplateFunctionError(`len of type ${typeName(item)}`);
  }
}
