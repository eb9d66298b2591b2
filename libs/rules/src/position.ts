import { isNode, LineCounter, parseDocument } from 'yaml';

/** `line:column` of the value at a path of a YAML text, counted from one; `0:0` when there is none. */
export function positionAt(content: string, path: readonly (string | number)[]): string {
  const lineCounter = new LineCounter();
  const node = parseDocument(content, { lineCounter }).getIn(path, true);
  const start = isNode(node) ? node.range?.[0] : undefined;
  if (start === undefined) return '0:0';
  const { line, col } = lineCounter.linePos(start);
  return `${line}:${col}`;
}
