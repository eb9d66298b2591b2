import { compileAnchored, type AnchoredRegexp } from '@narthex/regexp';
import { isPlainLabelName, type Labels } from './labels.js';
import { quoteGo } from './quote.js';

export const MATCH_TYPES = ['=', '!=', '=~', '!~'] as const;
export type MatchType = (typeof MATCH_TYPES)[number];

/** One condition on one label. An absent label counts as the empty string. */
export class Matcher {
  readonly type: MatchType;
  readonly name: string;
  readonly value: string;
  /** The compiled expression of `=~` and `!~`. */
  readonly regexp: AnchoredRegexp | undefined;

  /** @throws RegexpError when the value of `=~` or `!~` is no RE2 expression. */
  constructor(type: MatchType, name: string, value: string) {
    this.type = type;
    this.name = name;
    this.value = value;
    this.regexp = type === '=~' || type === '!~' ? compileAnchored(value) : undefined;
  }

  matches(value: string): boolean {
    switch (this.type) {
      case '=':
        return value === this.value;
      case '!=':
        return value !== this.value;
      case '=~':
        return this.regexp!.matches(value);
      case '!~':
        return !this.regexp!.matches(value);
    }
  }

  /** True when a series without this label passes. */
  get matchesEmpty(): boolean {
    return this.matches('');
  }

  /** True for `!=` and `!~`. */
  get isNegative(): boolean {
    return this.type === '!=' || this.type === '!~';
  }

  inverse(): Matcher {
    const opposite = { '=': '!=', '!=': '=', '=~': '!~', '!~': '=~' } as const;
    return new Matcher(opposite[this.type], this.name, this.value);
  }

  /** `name="value"`, the name quoted when it has to be. */
  toString(): string {
    const name = isPlainLabelName(this.name) ? this.name : quoteGo(this.name);
    return `${name}${this.type}${quoteGo(this.value)}`;
  }
}

/** True when the labels pass every matcher. */
export function matchesAll(labels: Labels, matchers: readonly Matcher[]): boolean {
  return matchers.every((matcher) => matcher.matches(labels.get(matcher.name)));
}
