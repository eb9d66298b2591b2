import { quoteGo } from '../format/quote.js';
import { shapeOf, structField, typeOf, type Operand } from '../values/reflect.js';
import { types } from '../values/type.js';
import { type TemplateFunction, TypedValue } from '../values/value.js';
import { type MissingKey } from './environment.js';

type Found =
  | { readonly kind: 'value'; readonly value: Operand }
  | { readonly kind: 'method'; readonly method: TemplateFunction }
  | { readonly kind: 'fault'; readonly message: string };

/** What `receiver.name` is: a method to call, a field of a struct, the entry of a map. */
export function fieldOf(
  receiver: Operand,
  name: string,
  missingKey: MissingKey,
  hasArguments: boolean,
): Found {
  if (receiver === undefined) {
    if (missingKey !== 'error') return { kind: 'value', value: undefined };
    return fault(`nil data; no entry for key ${quoteGo(name)}`);
  }
  const type = typeOf(receiver);
  if (type === undefined) return fault(`nil pointer evaluating interface {}.${name}`);
  if (receiver instanceof TypedValue) {
    const method = receiver.type.method(name, receiver.value);
    if (method !== undefined) return { kind: 'method', method };
  }
  const shape = shapeOf(receiver);
  if (shape.kind === 'struct') {
    const value = structField(type, shape.value, name);
    if (value !== undefined) {
      return hasArguments
        ? fault(`${name} has arguments but cannot be invoked as function`)
        : { kind: 'value', value };
    }
  }
  if (shape.kind === 'map' && type.key?.accepts(types.string) === true) {
    if (hasArguments) return fault(`${name} is not a method but has arguments`);
    const value = shape.value.get(name);
    if (value !== undefined) return { kind: 'value', value };
    if (missingKey === 'error') return fault(`map has no entry for key ${quoteGo(name)}`);
    return { kind: 'value', value: missingKey === 'zero' ? (type.element?.zero ?? null) : undefined };
  }
  return fault(`can't evaluate field ${name} in type ${type.name}`);
}

function fault(message: string): Found {
  return { kind: 'fault', message };
}
