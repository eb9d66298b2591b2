import { type Matcher, type RE2JS } from 're2js';
import { compileEngine } from './engine.js';
import { ReplacementTemplate } from './expand.js';

/** A regular expression that may match anywhere in a text; `.` does not match a newline unless `(?s)` says so. */
export class SearchRegexp {
  readonly source: string;
  readonly #engine: RE2JS;

  /** @throws RegexpError */
  constructor(source: string) {
    this.source = source;
    this.#engine = compileEngine(source, false);
  }

  /** True where some part of `text` matches. */
  test(text: string): boolean {
    return this.#engine.test(text);
  }

  /** Group texts of the leftmost match, the whole match first; undefined for no match. */
  find(text: string): readonly (string | undefined)[] | undefined {
    const matcher = this.#engine.matcher(text);
    return matcher.find(0) ? groupsOf(matcher) : undefined;
  }

  /** Group numbers by group name. */
  groupNames(): ReadonlyMap<string, number> {
    return new Map(Object.entries(this.#engine.namedGroups()));
  }

  /**
   * Replaces every match by `replacement`, in which `$1`, `${1}`, `$name` and `$$` stand for groups and a dollar
   * sign, as Go's `ReplaceAllString`. An empty match directly behind another match is passed over.
   */
  replaceAll(text: string, replacement: string): string {
    const template = new ReplacementTemplate(replacement);
    const names = this.groupNames();
    const matcher = this.#engine.matcher(text);
    let result = '';
    let copied = 0;
    for (let position = 0; position <= text.length && matcher.find(position);) {
      const start = matcher.start();
      const end = matcher.end();
      result += text.slice(copied, start);
      if (end > copied || start === 0) result += template.expand(groupsOf(matcher), names);
      copied = end;
      position = end > position ? end : position + characterLength(text, position);
    }
    return result + text.slice(copied);
  }
}

/**
 * Compiles a pattern with RE2 syntax for searching.
 *
 * @throws RegexpError
 */
export function compile(pattern: string): SearchRegexp {
  return new SearchRegexp(pattern);
}

function groupsOf(matcher: Matcher): (string | undefined)[] {
  return Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? undefined);
}

function characterLength(text: string, position: number): number {
  return (text.codePointAt(position) ?? 0) > 0xffff ? 2 : 1;
}
