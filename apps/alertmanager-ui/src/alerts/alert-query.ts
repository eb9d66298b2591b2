import { useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';
import { type AlertQuery, type Matcher } from '../api/types';
import { formatMatcher, formatMatchers, parseMatchers } from '../matchers/matcher-text';

export type AlertFlag = 'active' | 'silenced' | 'inhibited' | 'muted';

/** What is shown where the address says nothing. */
const DEFAULT_FLAGS: Readonly<Record<AlertFlag, boolean>> = {
  active: true,
  silenced: false,
  inhibited: false,
  muted: false,
};

/** The filters of the alerts page, kept in its address under upstream's names. */
export interface AlertFilters {
  readonly query: AlertQuery;
  readonly matchers: readonly Matcher[];
  readonly setMatchers: (matchers: readonly Matcher[]) => void;
  readonly setReceiver: (receiver: string) => void;
  readonly setFlag: (flag: AlertFlag, value: boolean) => void;
}

export function useAlertFilters(): AlertFilters {
  const [parameters, setParameters] = useSearchParams();
  const text = parameters.toString();
  const { query, matchers } = useMemo(() => readFilters(new URLSearchParams(text)), [text]);
  const set = (name: string, value: string): void =>
    setParameters(
      (current) => {
        const next = new URLSearchParams(current);
        if (value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  return {
    query,
    matchers,
    setMatchers: (next) => set('filter', formatMatchers(next)),
    setReceiver: (receiver) => set('receiver', receiver),
    setFlag: (flag, value) => set(flag, value === DEFAULT_FLAGS[flag] ? '' : String(value)),
  };
}

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
