/** A piece of the query text, in UTF-16 units, `end` excluded. */
export interface PositionRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The `line:column` of an offset as Prometheus shows it: both count from one, columns in bytes of UTF-8. Texts that
 * are empty or shorter than the offset have an unknown position.
 */
export function formatPosition(query: string, offset: number): string {
  if (offset < 0 || offset > query.length || query === '') return 'unknown position';
  const lineStart = offset === 0 ? 0 : query.lastIndexOf('\n', offset - 1) + 1;
  let line = 1;
  for (let i = query.indexOf('\n'); i >= 0 && i < lineStart; i = query.indexOf('\n', i + 1)) line++;
  return `${line}:${utf8Length(query, lineStart, offset) + 1}`;
}

function utf8Length(text: string, from: number, to: number): number {
  let bytes = 0;
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    // The two halves of a surrogate pair make four bytes together.
    else bytes += unit >= 0xd800 && unit < 0xe000 ? 2 : 3;
  }
  return bytes;
}
