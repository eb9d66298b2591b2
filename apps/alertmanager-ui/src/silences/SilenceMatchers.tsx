import { type ReactElement } from 'react';
import { type Matcher } from '../api/types';
import { formatMatcher } from '../matchers/matcher-text';
import classes from './silences.module.css';

/** The matchers of a silence as tags. */
export function SilenceMatchers({ matchers }: { readonly matchers: readonly Matcher[] }): ReactElement {
  return (
    <span className={classes.matchers}>
      {matchers.map((matcher) => (
        <code key={formatMatcher(matcher)} className={classes.matcher}>
          {formatMatcher(matcher)}
        </code>
      ))}
    </span>
  );
}
