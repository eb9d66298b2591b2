import { Document, isScalar, type Scalar, visit } from 'yaml';
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
      const style = styleOf(node.value);
      if (style !== undefined) node.type = style;
    },
  });
  const printed = document.toString({
    indentSeq: false,
    lineWidth: 0,
    singleQuote: true,
    flowCollectionPadding: false,
  });
  return foldLines(printed);
}

/** What Go's YAML library takes, or once took, for something else than text. */
const LOOKS_LIKE_MORE =
  /^(?:[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|\d{4}-\d\d?-\d\d?(?:[Tt\s].*)?)$/;

/** The style in which libyaml writes a text: in quotes only where it has to be. */
function styleOf(text: string): Scalar.Type | undefined {
  // Texts that would read back as something else, among them YAML 1.1's yes and no.
  if (plainScalarTag(text) !== '!!str' || LOOKS_LIKE_MORE.test(text)) return 'QUOTE_DOUBLE';
  if (/[\t\u{10000}-\u{10ffff}]/u.test(text)) return 'QUOTE_DOUBLE';
  if (text.includes('\n')) return 'BLOCK_LITERAL';
  return /^(?:---|\.\.\.|'.*)$/.test(text) ? 'QUOTE_SINGLE' : undefined;
}

const LINE_WIDTH = 80;

/** Breaks long lines as libyaml does: at the first space behind the width, never inside a literal block. */
function foldLines(printed: string): string {
  let literalIndent = Infinity;
  const folded = printed.split('\n').map((line) => {
    const indent = line.search(/\S/);
    if (indent > literalIndent) return line;
    literalIndent = /(?:^|[:-] )\|[-+\d]*$/.test(line) ? indent : Infinity;
    return line.length > LINE_WIDTH ? foldLine(line) : line;
  });
  return folded.join('\n');
}

function foldLine(line: string): string {
  const start = /^(?:\s|- )*/.exec(line)?.[0].length ?? 0;
  const value =
    start + (/^(?:[^\s'":]+|"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'): /.exec(line.slice(start))?.[0].length ?? 0);
  const indent = ' '.repeat(start + 2);
  const lines: string[] = [];
  let rest = line;
  let from = value;
  for (;;) {
    const space = nextBreak(rest, Math.max(from, LINE_WIDTH + 1));
    if (space < 0) break;
    lines.push(rest.slice(0, space));
    rest = indent + rest.slice(space + 1);
    from = indent.length;
  }
  return [...lines, rest].join('\n');
}

/** A single space; at several in a row, and at those at the end, libyaml does not break. */
function nextBreak(line: string, from: number): number {
  const found = /(?<=[^ ]) (?=[^ ])/.exec(line.slice(from - 1));
  return found === null ? -1 : from - 1 + found.index;
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
