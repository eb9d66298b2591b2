import { compareText, type Matcher } from '@narthex/model';
import { type IndexReader } from './index-reader.js';
import { difference, intersection } from './postings-lists.js';

/**
 * The refs of the series that pass every matcher, ascending. As upstream's `PostingsForMatchers`: what a matcher lets
 * through is intersected, what it refuses of labels that may be absent is taken away.
 */
export function matchingSeries(index: IndexReader, matchers: readonly Matcher[]): Uint32Array {
  const mustBeSet = new Set(
    matchers.filter((matcher) => !matcher.matchesEmpty).map((matcher) => matcher.name),
  );
  const allowed: Uint32Array[] = [];
  const refused: Matcher[] = [];
  for (const matcher of matchers) {
    if (matcher.regexp?.matchesEverything === true && !matcher.isNegative) continue;
    if (matcher.matchesEmpty && (matcher.isNegative || !mustBeSet.has(matcher.name))) {
      refused.push(matcher);
      continue;
    }
    const refs = allowedBy(index, matcher);
    if (refs.length === 0) return refs;
    allowed.push(refs);
  }
  let refs = allowed.length === 0 ? index.allPostings() : intersection(allowed);
  for (const matcher of refused) {
    if (refs.length === 0) break;
    refs = difference(refs, refusedBy(index, matcher));
  }
  return refs;
}

/** The series that have the label, with a value that passes. */
function allowedBy(index: IndexReader, matcher: Matcher): Uint32Array {
  if (matcher.type === '=') return index.postings(matcher.name, [matcher.value]);
  const set = matcher.type === '=~' ? matcher.regexp!.setMatches : [];
  if (set.length > 0) return index.postings(matcher.name, [...new Set(set)].sort(compareText));
  return index.postingsWhere(matcher.name, (value) => matcher.matches(value));
}

/** The series that have the label, with a value that does not pass. */
function refusedBy(index: IndexReader, matcher: Matcher): Uint32Array {
  if (matcher.type === '!=') return index.postings(matcher.name, [matcher.value]);
  const set = matcher.type === '!~' ? matcher.regexp!.setMatches : [];
  if (set.length > 0) return index.postings(matcher.name, [...new Set(set)].sort(compareText));
  return index.postingsWhere(matcher.name, (value) => !matcher.matches(value));
}
