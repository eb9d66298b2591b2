import { useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';
import { type AlertQuery, type Matcher } from '../api/types';
import { formatMatchers } from '../matchers/matcher-text';
import { type AlertFlag, DEFAULT_FLAGS, readFilters } from './alert-query';

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
