import { type BoolNode, type NumberNode, type StringNode } from '../syntax/node.js';
import { nodeText } from '../syntax/node-text.js';
import { type GoType, type GoValue } from '../values/value.js';

type Converted =
  { readonly kind: 'value'; readonly value: GoValue } | { readonly kind: 'fault'; readonly message: string };

/** A numeric constant without a wanted type: `float64` where it is written as one, otherwise `int`. */
export function constantOf(node: NumberNode): Converted {
  const isHex = /^[+-]?0[xX]/.test(node.text) && !/[pP]/.test(node.text);
  const looksFloat = !node.isCharacter && !isHex && /[.eEpP]/.test(node.text);
  if (looksFloat && node.float !== undefined) return { kind: 'value', value: node.float };
  if (node.int !== undefined) return { kind: 'value', value: node.int };
  return { kind: 'fault', message: `${node.text} overflows int` };
}

export function literalOf(node: BoolNode | StringNode): GoValue {
  return node.kind === 'bool' ? node.value : node.text;
}

/** A constant as a value of `type`, as Go converts untyped constants. */
export function convert(node: BoolNode | StringNode | NumberNode, type: GoType<unknown>): Converted {
  switch (type.kind) {
    case 'bool':
      return node.kind === 'bool' ? of(type, node.value) : expected('bool', node);
    case 'string':
      return node.kind === 'string' ? of(type, node.text) : expected('string', node);
    case 'int':
      return node.kind === 'number' && node.int !== undefined
        ? of(type, node.int)
        : expected('integer', node);
    case 'uint':
      return node.kind === 'number' && node.uint !== undefined
        ? of(type, node.uint)
        : expected('unsigned integer', node);
    case 'float':
      return node.kind === 'number' && node.float !== undefined
        ? of(type, node.float)
        : expected('float', node);
    default:
      return { kind: 'fault', message: `can't handle ${nodeText(node)} for arg of type ${type.name}` };
  }
}

function of(type: GoType<unknown>, value: unknown): Converted {
  return { kind: 'value', value: type.of(value) };
}

function expected(what: string, node: BoolNode | StringNode | NumberNode): Converted {
  return { kind: 'fault', message: `expected ${what}; found ${nodeText(node)}` };
}
