import { compareText, type Matcher } from '@narthex/model';
import { filterByLabel, isCheaperByLabels } from './label-filter.js';
import { type IndexReader } from './index-reader.js';
import { difference, intersection } from './postings-lists.js';

/**
 * The refs of the series that pass every matcher, ascending. As upstream's `PostingsForMatchers`: what a matcher lets
 * through is intersected, what it refuses of labels that may be absent is taken away. Matchers that have to look at
 * every value of their label come last, and look at the labels of what is left where that is less.
 */
export function matchingSeries(index: IndexReader, matchers: readonly Matcher[]): Uint32Array {
  const mustBeSet = new Set(
    matchers.filter((matcher) => !matcher.matchesEmpty).map((matcher) => matcher.name),
  );
  const allowed: Uint32Array[] = [];
  const refusing: Matcher[] = [];
  const searching: Matcher[] = [];
  for (const matcher of matchers) {
    if (matcher.regexp?.matchesEverything === true && !matcher.isNegative) continue;
    if (matcher.matchesEmpty && (matcher.isNegative || !mustBeSet.has(matcher.name))) {
      refusing.push(matcher);
      continue;
    }
    const values = valuesOf(matcher);
    if (values === undefined || matcher.isNegative) {
      searching.push(matcher);
      continue;
    }
    const refs = index.postings(matcher.name, values);
    if (refs.length === 0) return refs;
    allowed.push(refs);
  }
  let found = allowed.length === 0 ? undefined : intersection(allowed);
  for (const matcher of byCost(index, searching)) {
    if (found !== undefined && isCheaperByLabels(index, found.length, matcher.name)) {
      found = filterByLabel(index, found, matcher);
    } else {
      const passing = index.postingsWhere(matcher.name, (value) => matcher.matches(value));
      found = found === undefined ? passing : intersection([found, passing]);
    }
    if (found.length === 0) return found;
  }
  let refs = found ?? index.allPostings();
  for (const matcher of byCost(index, refusing)) {
    if (refs.length === 0) break;
    const byLabels = !isDirect(matcher) && isCheaperByLabels(index, refs.length, matcher.name);
    refs = byLabels ? filterByLabel(index, refs, matcher) : difference(refs, refusedBy(index, matcher));
  }
  return refs;
}

/** The values that a matcher names, in order; undefined where it is about any others. */
function valuesOf(matcher: Matcher): readonly string[] | undefined {
  if (matcher.regexp === undefined) return [matcher.value];
  const set = matcher.regexp.setMatches;
  return set.length > 0 ? [...new Set(set)].sort(compareText) : undefined;
}

/** Whether what a matcher refuses stands under the values that it names. */
function isDirect(matcher: Matcher): boolean {
  return matcher.isNegative && valuesOf(matcher) !== undefined;
}

/** The series that have the label, with a value that does not pass. */
function refusedBy(index: IndexReader, matcher: Matcher): Uint32Array {
  const values = matcher.isNegative ? valuesOf(matcher) : undefined;
  if (values !== undefined) return index.postings(matcher.name, values);
  return index.postingsWhere(matcher.name, (value) => !matcher.matches(value));
}

function byCost(index: IndexReader, matchers: readonly Matcher[]): readonly Matcher[] {
  return [...matchers].sort((a, b) => index.valueCount(a.name) - index.valueCount(b.name));
}
