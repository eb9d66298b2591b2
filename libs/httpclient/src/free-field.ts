import {
  boolOf,
  type Field,
  isAbsent,
  numberOf,
  typeIssue,
  YamlMapping,
  type YamlNode,
  YamlScalar,
} from '@narthex/config';
import { z } from 'zod';

/** A mapping with whatever values, as plain data. */
export type FreeMapping = Readonly<Record<string, unknown>>;

/** A field of free shape, such as the claims of a token. */
export function freeMapping(): Field<FreeMapping> {
  return z.codec(z.unknown(), z.custom<FreeMapping>(), {
    decode: (node, context) => {
      if (isAbsent(node)) return {};
      if (node instanceof YamlMapping) return plain(node) as FreeMapping;
      typeIssue(context, node, 'map[string]interface {}');
      return z.NEVER;
    },
    encode: (value) => (Object.keys(value).length === 0 ? null : value),
  });
}

function plain(node: YamlNode): unknown {
  if (node instanceof YamlScalar) return scalarValue(node);
  if (node instanceof YamlMapping)
    return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]));
  return node.items.map(plain);
}

function scalarValue({ tag, text }: YamlScalar): unknown {
  switch (tag) {
    case '!!null':
      return null;
    case '!!bool':
      return boolOf(text);
    case '!!int':
    case '!!float':
      return numberOf(text);
    case '!!str':
      return text;
  }
}
