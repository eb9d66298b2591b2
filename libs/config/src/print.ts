import { Document, isScalar, visit } from 'yaml';
import { z } from 'zod';
import { plainScalarTag } from './scalar-tag.js';
import { FlowList, PRINTED_NULL } from './section.js';

/**
 * A configuration back as YAML, as upstream shows it: defaults filled in, secrets hidden, what is absent left out, lists
 * level with their key, texts in quotes only where they need them.
 */
export function printConfig<T>(schema: z.ZodType<T>, value: T): string {
  const document = new Document();
  document.contents = document.createNode(withoutAbsent(z.encode(schema, value), document) ?? {});
  visit(document, {
    Scalar: (_key, node) => {
      if (!isScalar(node) || typeof node.value !== 'string') return;
      // Texts that would read back as something else, among them YAML 1.1's yes and no.
      if (plainScalarTag(node.value) !== '!!str') node.type = 'QUOTE_DOUBLE';
      else if (node.value.includes('\n')) node.type = 'BLOCK_LITERAL';
    },
  });
  return document.toString({
    indentSeq: false,
    lineWidth: 0,
    singleQuote: true,
    flowCollectionPadding: false,
  });
}

/** Leaves out what fields encode as null. */
function withoutAbsent(value: unknown, document: Document): unknown {
  if (value instanceof FlowList) {
    return document.createNode(value.items, { flow: true });
  }
  if (value === PRINTED_NULL) return document.createNode(null);
  if (Array.isArray(value)) return value.map((item) => withoutAbsent(item, document) ?? {});
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .map(([key, item]) => [key, withoutAbsent(item, document)] as const)
    .filter(([, item]) => item !== null && item !== undefined);
  return entries.length === 0 ? null : Object.fromEntries(entries);
}
