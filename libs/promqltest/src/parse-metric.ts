import { Labels, METRIC_NAME } from '@narthex/model';
import { type TextCursor } from './text-cursor.js';
import { unquote } from './unquote.js';

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const STRING = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`/y;

/** Reads `name{label="value", …}`, with quoted names where they need quotes. */
export function parseMetric(cursor: TextCursor): Labels {
  const labels = new Map<string, string>();
  const name = cursor.match(NAME);
  if (name !== undefined) labels.set(METRIC_NAME, name);
  if (!cursor.accept('{')) {
    if (name === undefined) cursor.fail('expected a metric');
    return Labels.of(labels);
  }
  for (;;) {
    cursor.skipSpace();
    if (cursor.accept('}')) return Labels.of(labels);
    parseLabel(cursor, labels);
    cursor.skipSpace();
    if (!cursor.accept(',')) {
      cursor.expect('}');
      return Labels.of(labels);
    }
  }
}

function parseLabel(cursor: TextCursor, labels: Map<string, string>): void {
  const quoted = cursor.match(STRING);
  const name = quoted === undefined ? cursor.match(LABEL) : unquote(quoted);
  if (name === undefined) cursor.fail('expected a label');
  cursor.skipSpace();
  if (quoted !== undefined && !cursor.rest.startsWith('=')) {
    labels.set(METRIC_NAME, name);
    return;
  }
  cursor.expect('=');
  cursor.skipSpace();
  const value = cursor.match(STRING);
  if (value === undefined) cursor.fail('expected a quoted label value');
  labels.set(name, unquote(value));
}
