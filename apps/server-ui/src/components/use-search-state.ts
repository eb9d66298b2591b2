import { useSearchParams } from 'react-router-dom';

/** Filters of a page, kept in its address so that a link shows the same list. */
export interface SearchState {
  readonly text: (name: string) => string;
  readonly list: (name: string) => readonly string[];
  /** Sets a parameter; an empty value removes it. */
  readonly set: (name: string, value: string | readonly string[]) => void;
}

/** Lists are written as upstream writes them, joined by commas. */
export function useSearchState(): SearchState {
  const [params, setParams] = useSearchParams();
  return {
    text: (name) => params.get(name) ?? '',
    list: (name) => (params.get(name) ?? '').split(',').filter(Boolean),
    set: (name, value) =>
      setParams(
        (current) => {
          const next = new URLSearchParams(current);
          const text = typeof value === 'string' ? value : value.join(',');
          if (text === '') next.delete(name);
          else next.set(name, text);
          return next;
        },
        { replace: true },
      ),
  };
}
