import { type AlertQuery, type Matcher } from '../api/types';
import { formatMatcher, parseMatchers } from '../matchers/matcher-text';

export type AlertFlag = 'active' | 'silenced' | 'inhibited' | 'muted';

/** What is shown where the address says nothing. */
export const DEFAULT_FLAGS: Readonly<Record<AlertFlag, boolean>> = {
  active: true,
  silenced: false,
  inhibited: false,
  muted: false,
};

/** The filters in the address of the alerts page, under upstream's names. */
export function readFilters(parameters: URLSearchParams): {
  readonly query: AlertQuery;
  readonly matchers: readonly Matcher[];
} {
  const matchers = parseMatchers(parameters.get('filter') ?? '');
  const flag = (name: AlertFlag): boolean => {
    const given = parameters.get(name);
    return given === null ? DEFAULT_FLAGS[name] : given === 'true';
  };
  const query = {
    filters: matchers.map(formatMatcher),
    // Links in notifications give a regular expression of the name.
    receiver: (parameters.get('receiver') ?? '').replace(/\\(.)/g, '$1'),
    active: flag('active'),
    silenced: flag('silenced'),
    inhibited: flag('inhibited'),
    muted: flag('muted'),
  };
  return { query, matchers };
}
