import { list, parsed, record, type Field } from '@narthex/config';
import { isPlainLabelName, quoteGo } from '@narthex/model';
import { z } from 'zod';
import { compareMatchers, LabelMatcher } from '../../matchers/label-matcher';
import { type MatcherParser } from '../../matchers/matcher-parser';

/** `matchers: [ a="b", 'c=~"d", e!="f"' ]`, sorted. */
export function matchers(parser: MatcherParser): Field<readonly LabelMatcher[]> {
  const lines = list(
    parsed<readonly LabelMatcher[]>([], {
      parse: (line) => parser.parseAll(line, 'config'),
      print: (line) => line.join(','),
    }),
  );
  return z.codec(lines, z.custom<readonly LabelMatcher[]>(), {
    decode: (given) => given.flat().sort(compareMatchers),
    encode: (sorted) => sorted.map((matcher) => [matcher]),
  }) as unknown as Field<readonly LabelMatcher[]>;
}

/** `match: {name: value}`, the older form. */
export function exactMatches(): Field<ReadonlyMap<string, LabelMatcher | undefined>> {
  return matches('=', 'map[string]string', '');
}

/** `match_re: {name: expression}`, the older form; a name without an expression has none. */
export function regexMatches(goType: string): Field<ReadonlyMap<string, LabelMatcher | undefined>> {
  return matches('=~', goType, undefined);
}

/** The values are checked here, and get their names in {@link namedMatchers}. */
function matches(
  type: '=' | '=~',
  goType: string,
  absent: string | undefined,
): Field<ReadonlyMap<string, LabelMatcher | undefined>> {
  const nameless = absent === undefined ? undefined : new LabelMatcher(type, '', absent);
  return record(
    parsed<LabelMatcher | undefined>(nameless, {
      parse: (value) => new LabelMatcher(type, '', value),
      print: (matcher) => matcher?.value ?? '',
    }),
    { goType, key: (name) => (isPlainLabelName(name) ? undefined : `invalid label name ${quoteGo(name)}`) },
  );
}

/** The complaint about a name that has no expression. */
export function missingExpression(given: ReadonlyMap<string, LabelMatcher | undefined>): string | undefined {
  for (const [name, matcher] of given)
    if (matcher === undefined) return `invalid regexp value for ${quoteGo(name)}`;
  return undefined;
}

/** Matchers out of the older forms. */
export function namedMatchers(
  ...given: readonly ReadonlyMap<string, LabelMatcher | undefined>[]
): LabelMatcher[] {
  return given.flatMap((map) =>
    [...map].flatMap(([name, matcher]) =>
      matcher === undefined ? [] : [new LabelMatcher(matcher.type, name, matcher.value)],
    ),
  );
}
