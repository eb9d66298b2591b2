import { type Labels } from '@narthex/model';
import { goJson } from '../go-json.js';
import { type ComparedAlert } from './alert-text.js';

const COLORS = { added: '\u001b[0;32m', removed: '\u001b[0;31m', changed: '\u001b[0;33m' } as const;
const RESET = '\u001b[0m';
const INDENT = '    ';

/** Expected and received alerts in one, as JSON: green is new, red is missing, yellow is another value. */
export function alertDiff(expected: readonly ComparedAlert[], received: readonly ComparedAlert[]): string {
  // Beside nothing, an alert is compared with one that has no labels.
  const [before, after] = [orEmpty(expected), orEmpty(received)];
  const alerts: string[] = [];
  for (let i = 0; i < Math.max(before.length, after.length); i++) {
    const [old, now] = [before[i], after[i]];
    if (old === undefined) alerts.push(wholly(now!, 'added'));
    else if (now === undefined) alerts.push(wholly(old, 'removed'));
    else alerts.push(objectText([member('Annotations', old, now), member('Labels', old, now)]));
  }
  return `[\n${indented(alerts.join(',\n'))}\n]`;
}

interface JsonAlert {
  readonly Annotations: Readonly<Record<string, string>>;
  readonly Labels: Readonly<Record<string, string>>;
}

function orEmpty(alerts: readonly ComparedAlert[]): readonly JsonAlert[] {
  const asJson = (labels: Labels): Readonly<Record<string, string>> => Object.fromEntries(labels);
  const shown = alerts.map(({ labels, annotations }) => ({
    Annotations: asJson(annotations),
    Labels: asJson(labels),
  }));
  return shown.length === 0 ? [{ Annotations: {}, Labels: {} }] : shown;
}

function member(name: keyof JsonAlert, old: JsonAlert, now: JsonAlert): string {
  const [before, after] = [old[name], now[name]];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return `"${name}": ${objectText(keys.map((key) => entryText(key, before[key], after[key])))}`;
}

function entryText(key: string, before: string | undefined, after: string | undefined): string {
  const name = `${goJson(key)}: `;
  if (before === after) return name + goJson(after);
  if (before === undefined) return COLORS.added + name + goJson(after) + RESET;
  if (after === undefined) return COLORS.removed + name + goJson(before) + RESET;
  return `${name}${COLORS.changed}${goJson(before)} => ${goJson(after)}${RESET}`;
}

function wholly(alert: JsonAlert, kind: 'added' | 'removed'): string {
  return goJson(alert, INDENT).replace(/^( *)(.*)$/gm, `$1${COLORS[kind]}$2${RESET}`);
}

function objectText(members: readonly string[]): string {
  return members.length === 0 ? '{}' : `{\n${indented(members.join(',\n'))}\n}`;
}

function indented(text: string): string {
  return text.replace(/^/gm, INDENT);
}
