import { quoteGo } from '@narthex/model';
import { type LabelMatcher } from '../matchers/label-matcher';
import { InvalidSilenceError } from './errors';
import { type Silence } from './silence';

/**
 * Refuses what upstream refuses, with its words.
 * @throws InvalidSilenceError
 */
export function checkSilence(
  silence: Pick<Silence, 'matcherSets' | 'startsAtMs' | 'endsAtMs'>,
  isValidLabelName: (name: string) => boolean,
): void {
  const fail = (reason: string): never => {
    throw new InvalidSilenceError(`invalid silence: ${reason}`);
  };
  if (silence.matcherSets.length === 0) fail('at least one matcher set required');
  silence.matcherSets.forEach((matchers, i) => {
    if (matchers.length === 0) fail(`matcher set ${i} is empty`);
    matchers.forEach((matcher, j) => {
      if (isValidLabelName(matcher.name)) return;
      fail(`invalid label matcher ${j} in set ${i}: invalid label name ${quoteGo(matcher.name)}`);
    });
    if (matchers.every(acceptsOnlyPresence)) {
      fail(`matcher set ${i}: at least one matcher must not match the empty string`);
    }
  });
  if (silence.endsAtMs < silence.startsAtMs) fail('end time must not be before start time');
}

/** Negative matchers are let through even where they match the empty string. */
function acceptsOnlyPresence(matcher: LabelMatcher): boolean {
  return matcher.isEqual && matcher.matches('');
}
