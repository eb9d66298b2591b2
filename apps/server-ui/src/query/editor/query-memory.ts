import { createContext, useContext } from 'react';
import { type QueryHistory } from './query-history';

/** What the query page leaves behind for the rest of the pages. */
export interface QueryMemory {
  readonly history: QueryHistory;
  /** The query page's last address, so that coming back shows the same panels; starts as the empty page. */
  readonly search: () => string;
  readonly remember: (search: string) => void;
}

export const QueryMemoryContext = createContext<QueryMemory | undefined>(undefined);

export function useQueryMemory(): QueryMemory {
  const value = useContext(QueryMemoryContext);
  if (value === undefined) throw new Error('useQueryMemory needs a QueryMemoryContext around it');
  return value;
}
