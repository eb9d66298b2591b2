import { type RE2JS } from 're2js';
import { compileEngine } from './engine.js';
import { ReplacementTemplate } from './expand.js';
import { fastMatch, type FastMatch } from './fast-match.js';
import { globsOf, literalPrefix, type Glob } from './globs.js';
import { readSyntax } from './syntax.js';

/**
 * How upstream puts anchors around a pattern, which shows in the text of errors and in what `.` matches:
 * - `matcher`: label matchers of PromQL; parsed alone, `.` matches a newline.
 * - `relabel`: `regex` of relabelling; `^(?s:…)$`, `.` matches a newline.
 * - `alertmanager`: matchers of Alertmanager; `^(?:…)$`, `.` does not match a newline.
 */
export type AnchoredForm = 'matcher' | 'relabel' | 'alertmanager';

/** A regular expression that must match a whole value. Immutable; `matches` takes time linear in the value. */
export class AnchoredRegexp {
  readonly source: string;
  /**
   * Every value that matches, where the pattern is a finite set of literals (`a|b|c`, `foo(bar|baz)`, `v[12]`), in
   * the order of the pattern and without repetitions; otherwise empty. May contain ''.
   */
  readonly setMatches: readonly string[];
  /** Text with which every matching value begins; '' where nothing is known. */
  readonly prefix: string;
  /** True for `.*` and its like: every value matches. */
  readonly matchesEverything: boolean;
  /** True for `.+` and its like: every value but '' matches. */
  readonly matchesNonEmpty: boolean;
  readonly #expression: string;
  readonly #dotNewline: boolean;
  readonly #fast: FastMatch | undefined;
  /** Made on first use: most patterns in the field never need it, and a list of thousands of literals is dear. */
  #compiled: RE2JS | undefined;

  /** @throws RegexpError */
  constructor(source: string, form: AnchoredForm = 'matcher') {
    const expression = enclose(source, form);
    const dotNewline = form === 'matcher';
    this.source = source;
    this.#expression = expression;
    this.#dotNewline = dotNewline;
    const syntax = readSyntax(expression, dotNewline);
    const globs = syntax === undefined ? undefined : globsOf(syntax);
    this.prefix = syntax === undefined ? '' : literalPrefix(syntax);
    this.setMatches = globs === undefined ? [] : literalsOf(globs);
    this.matchesEverything = globs?.some((glob) => isGap(glob, 0)) ?? false;
    this.matchesNonEmpty =
      !this.matchesEverything && globs?.length === 1 && globs.every((glob) => isGap(glob, 1));
    this.#fast = this.matchesEverything ? () => true : globs && fastMatch(globs);
    if (this.#fast === undefined) this.#compiled = compileEngine(expression, dotNewline);
  }

  #engine(): RE2JS {
    this.#compiled ??= compileEngine(this.#expression, this.#dotNewline);
    return this.#compiled;
  }

  /** True where the whole of `value` matches. */
  matches(value: string): boolean {
    if (this.#fast !== undefined) {
      const verdict = this.#fast(value);
      if (verdict !== 'unsure') return verdict;
    } else if (!value.startsWith(this.prefix)) {
      return false;
    }
    return this.#engine().testExact(value);
  }

  /**
   * The texts of all groups, the whole match first; undefined in the list for a group that took no part, undefined
   * for no match.
   */
  submatches(value: string): readonly (string | undefined)[] | undefined {
    if (!this.matches(value)) return undefined;
    const matcher = this.#engine().matcher(value);
    if (!matcher.matches()) return undefined;
    return Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? undefined);
  }

  /** Group numbers by group name. */
  groupNames(): ReadonlyMap<string, number> {
    return new Map(Object.entries(this.#engine().namedGroups()));
  }

  /**
   * `template` with the groups of a match of the whole `value` put in, as Go's `Regexp.Expand` does it: `$1`, `${1}`,
   * `$name`, `${name}`, `$$`; `$1x` is the group named `1x`. Undefined where `value` does not match.
   */
  expand(value: string, template: string): string | undefined {
    const groups = this.submatches(value);
    return groups && new ReplacementTemplate(template).expand(groups, this.groupNames());
  }
}

/**
 * Compiles a pattern with RE2 syntax for matching whole values.
 *
 * @throws RegexpError
 */
export function compileAnchored(pattern: string, form: AnchoredForm = 'matcher'): AnchoredRegexp {
  return new AnchoredRegexp(pattern, form);
}

function enclose(source: string, form: AnchoredForm): string {
  switch (form) {
    case 'matcher':
      return source;
    case 'relabel':
      return `^(?s:${source})$`;
    case 'alertmanager':
      return `^(?:${source})$`;
  }
}

/** Only letters that match as written make a set an index can look up. */
function literalsOf(globs: readonly Glob[]): readonly string[] {
  if (globs.some((glob) => glob.gaps.length > 0 || glob.letters === 'fold')) return [];
  return [...new Set(globs.map((glob) => glob.pieces[0] ?? ''))];
}

function isGap(glob: Glob, min: 0 | 1): boolean {
  return (
    !glob.noNewline &&
    glob.gaps.length === 1 &&
    glob.gaps[0] === min &&
    glob.pieces.every((piece) => piece === '')
  );
}
