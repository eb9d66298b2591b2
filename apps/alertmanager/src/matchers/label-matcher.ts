import { compareText, type Labels, MATCH_TYPES, type MatchType, quoteGo } from '@narthex/model';
import { type AnchoredRegexp, compileAnchored } from '@narthex/regexp';

/**
 * One condition on one label, as routes, silences and inhibition rules write it. An absent label counts as the empty
 * string. Unlike a matcher of PromQL, the dot of a regular expression does not match a newline.
 */
export class LabelMatcher {
  readonly type: MatchType;
  readonly name: string;
  readonly value: string;
  readonly #regexp: AnchoredRegexp | undefined;

  /** @throws RegexpError when the value of `=~` or `!~` is no RE2 expression. */
  constructor(type: MatchType, name: string, value: string) {
    this.type = type;
    this.name = name;
    this.value = value;
    this.#regexp = type === '=~' || type === '!~' ? compileAnchored(value, 'alertmanager') : undefined;
  }

  /** True for `=` and `=~`. */
  get isEqual(): boolean {
    return this.type === '=' || this.type === '=~';
  }

  /** True for `=~` and `!~`. */
  get isRegex(): boolean {
    return this.#regexp !== undefined;
  }

  matches(value: string): boolean {
    const positive = this.#regexp === undefined ? value === this.value : this.#regexp.matches(value);
    return positive === this.isEqual;
  }

  equals(other: LabelMatcher): boolean {
    return this.type === other.type && this.name === other.name && this.value === other.value;
  }

  /** `name="value"`, the name quoted when it holds what the matcher syntax reserves. */
  toString(): string {
    if (RESERVED.test(this.name)) return `${quoteGo(this.name)}${this.type}${quoteGo(this.value)}`;
    return `${this.name}${this.type}"${escapeOpenMetrics(this.value)}"`;
  }
}

/** Characters that cannot stand in an unquoted name or value: white space and those with a meaning. */
export const RESERVED = /[\s\u0085{}!=~,\\"'`]/u;

function escapeOpenMetrics(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

/** The order of matchers in a route's key: by name, value, type. */
export function compareMatchers(a: LabelMatcher, b: LabelMatcher): number {
  return (
    compareText(a.name, b.name) ||
    compareText(a.value, b.value) ||
    MATCH_TYPES.indexOf(a.type) - MATCH_TYPES.indexOf(b.type)
  );
}

/** True when the labels meet every condition. */
export function meetsAll(labels: Labels, matchers: readonly LabelMatcher[]): boolean {
  return matchers.every((matcher) => matcher.matches(labels.get(matcher.name)));
}

/** `{a="b",c=~"d"}`. */
export function formatMatchers(matchers: readonly LabelMatcher[]): string {
  return `{${matchers.join(',')}}`;
}
