import { formatGoFloat } from '../format/float.js';
import { sprintf } from '../format/sprintf.js';
import { shapeOf, sortedEntries } from '../values/reflect.js';
import { type GoValue, TypedValue } from '../values/value.js';
import { EscapeFault } from './fault.js';

/** Go's `json.Marshal` of a template value, with `<`, `>`, `&` and line separators as `\u…`. */
export function marshalJson(value: GoValue): string {
  if (value instanceof TypedValue) {
    const own = value.type.json(value.value);
    if (own !== undefined) return marshalJson(own);
  }
  const shape = shapeOf(value);
  switch (shape.kind) {
    case 'nil':
      return 'null';
    case 'bool':
      return String(shape.value);
    case 'int':
    case 'uint':
      return shape.value.toString();
    case 'float':
      return jsonNumber(shape.value);
    case 'string':
      return jsonString(shape.value);
    case 'slice':
      return `[${shape.value.map(marshalJson).join(',')}]`;
    case 'map': {
      const entries = sortedEntries(shape.value).map(
        ([key, item]) => `${jsonString(String(key))}:${marshalJson(item)}`,
      );
      return `{${entries.join(',')}}`;
    }
    case 'struct': {
      if (!(value instanceof TypedValue)) return '{}';
      const entries = value.type.fields.map(
        (name) =>
          `${jsonString(name)}:${marshalJson(Object.hasOwn(shape.value, name) ? (shape.value[name] ?? null) : null)}`,
      );
      return `{${entries.join(',')}}`;
    }
    case 'func':
      throw new EscapeFault(`json: unsupported type: ${sprintf('%T', [value])}`);
  }
}

function jsonNumber(value: number): string {
  if (!Number.isFinite(value))
    throw new EscapeFault(`json: unsupported value: ${formatGoFloat(value, 'g', -1)}`);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-6 || size >= 1e21)) {
    return formatGoFloat(value, 'e', -1)
      .replace(/e([+-])0(\d)$/, 'e$1$2')
      .replace('e-0', 'e-');
  }
  return formatGoFloat(value, 'f', -1);
}

function jsonString(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
