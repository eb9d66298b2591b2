import { type LabelSet, type Matcher } from '../api/types';

const MATCHER = /^\s*("(?:[^"\\]|\\.)*"|[^\s{}!=~,\\"'`]+)\s*(=~|!~|!=|=)\s*([^]*?)\s*$/;

/** Reads `name="value"` and its like; quotes around the value may be left out. Undefined for anything else. */
export function parseMatcher(text: string): Matcher | undefined {
  const parts = MATCHER.exec(text.trim().replace(/,$/, ''));
  if (parts === null) return undefined;
  const [, name = '', operator = '', value = ''] = parts;
  const unquotedValue = value.startsWith('"') ? unquote(value) : value;
  const unquotedName = name.startsWith('"') ? unquote(name) : name;
  if (unquotedValue === undefined || unquotedName === undefined) return undefined;
  if (!value.startsWith('"') && value.includes('"')) return undefined;
  return {
    name: unquotedName,
    value: unquotedValue,
    isRegex: operator.endsWith('~'),
    isEqual: !operator.startsWith('!'),
  };
}

/** The opposite: `name="value"`. */
export function formatMatcher({ name, value, isRegex, isEqual }: Matcher): string {
  const operator = isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!=';
  const shownName = /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : quote(name);
  return `${shownName}${operator}${quote(value)}`;
}

/** Reads `{a="b", c=~"d"}`, as it stands in the address of a page; what is no matcher is left out. */
export function parseMatchers(text: string): Matcher[] {
  const inner = text.trim().replace(/^\{/, '').replace(/\}$/, '');
  return splitAtCommas(inner).flatMap((part) => parseMatcher(part) ?? []);
}

export function formatMatchers(matchers: readonly Matcher[]): string {
  return matchers.length === 0 ? '' : `{${matchers.map(formatMatcher).join(',')}}`;
}

/** Matchers that exactly these labels meet. */
export function matchersOf(labels: LabelSet): Matcher[] {
  return Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ({ name, value, isRegex: false, isEqual: true }));
}

export function sameMatcher(a: Matcher, b: Matcher): boolean {
  return formatMatcher(a) === formatMatcher(b);
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

function unquote(quoted: string): string | undefined {
  const inner = /^"((?:[^"\\]|\\.)*)"$/.exec(quoted)?.[1];
  return inner?.replace(/\\(.)/g, (_escape, character: string) => (character === 'n' ? '\n' : character));
}

function splitAtCommas(text: string): string[] {
  return text.match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? [];
}
