import { typeName, typeOf, shapeOf, sortedEntries, type Operand } from '../values/reflect.js';
import { type GoKey, TypedValue } from '../values/value.js';
import { pad, type Directive } from './directive.js';
import { formatBool, formatFloat, formatInteger, formatString } from './scalar.js';

/** Values nested more deeply print as `…`. */
const maxDepth = 100;

/** Formats one operand as the directive says; Go's `%!verb(type=value)` where the verb does not fit. */
export function formatOperand(value: Operand, directive: Directive, depth = 0): string {
  if (depth > maxDepth) return '…';
  if (directive.verb === 'T') return formatString(typeName(value), { ...directive, verb: 's' }) ?? '';
  const text = ownText(value, directive);
  if (text !== undefined) return formatString(text, directive) ?? '';
  return formatShape(value, directive, depth) ?? badVerb(value, directive, depth);
}

/** What the value's `String` method says, for the verbs that ask for it. */
function ownText(value: Operand, directive: Directive): string | undefined {
  if (!(value instanceof TypedValue) || directive.sharp || !'vsxXq'.includes(directive.verb))
    return undefined;
  return value.type.text(value.value);
}

function badVerb(value: Operand, directive: Directive, depth: number): string {
  if (value === undefined || value === null) return `%!${directive.verb}(<nil>)`;
  const plain = formatShape(value, { ...directive, verb: 'v' }, depth) ?? '';
  return `%!${directive.verb}(${typeName(value)}=${plain})`;
}

function formatShape(value: Operand, directive: Directive, depth: number): string | undefined {
  const shape = shapeOf(value);
  switch (shape.kind) {
    case 'nil':
      // Inside of a container nil prints alike for every verb and width.
      if (depth > 0) return isGoSyntax(directive) ? 'interface {}(nil)' : '<nil>';
      return directive.verb === 'v' ? pad('<nil>', directive) : undefined;
    case 'bool':
      return formatBool(shape.value, directive);
    case 'int':
    case 'uint':
      return formatInteger(shape.value, directive);
    case 'float':
      return formatFloat(shape.value, directive);
    case 'string':
      return formatString(shape.value, directive);
    case 'slice': {
      const items = shape.value.map((item) => formatOperand(item, directive, depth + 1));
      return isGoSyntax(directive) ? `${typeName(value)}{${items.join(', ')}}` : `[${items.join(' ')}]`;
    }
    case 'map': {
      const entries = sortedEntries(shape.value).map(
        ([key, item]: [GoKey, Operand]) =>
          `${formatOperand(key, directive, depth + 1)}:${formatOperand(item, directive, depth + 1)}`,
      );
      return isGoSyntax(directive)
        ? `${typeName(value)}{${entries.join(', ')}}`
        : `map[${entries.join(' ')}]`;
    }
    case 'struct':
      return formatStruct(value, shape.value, directive, depth);
    case 'func':
      return directive.verb === 'v' ? pad('0x0', directive) : undefined;
  }
}

function isGoSyntax(directive: Directive): boolean {
  return directive.sharp && directive.verb === 'v';
}

function formatStruct(
  value: Operand,
  record: Readonly<Record<string, Operand>>,
  directive: Directive,
  depth: number,
): string {
  const type = typeOf(value);
  const goSyntax = isGoSyntax(directive);
  const named = goSyntax || (directive.plus && directive.verb === 'v');
  const fields = (type?.fields ?? []).map((name) => {
    const text = formatOperand(Object.hasOwn(record, name) ? record[name] : null, directive, depth + 1);
    return named ? `${name}:${text}` : text;
  });
  const pointer = type?.pointer === true ? '&' : '';
  if (goSyntax) return `${pointer}${typeName(value).replace(/^\*/, '')}{${fields.join(', ')}}`;
  return `${pointer}{${fields.join(' ')}}`;
}
