import { Notice } from '@narthex/ui';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement } from 'react';
import { type ApiClient } from '../api/client';
import { type QueryResult } from '../api/types-query';
import { useServer } from '../app/server-context';
import { humanizeDuration } from '../format/duration';

/** From here on it is worth a word, in milliseconds. */
const threshold = 30_000;

/** Warns when this computer's clock and the server's differ, for then "now" is another moment for each. */
export function ClockDrift(): ReactElement | null {
  const { api } = useServer();
  const { data } = useQuery({
    queryKey: ['clock'],
    queryFn: ({ signal }) => driftMs(api, signal),
    staleTime: Infinity,
  });
  if (data === undefined || Math.abs(data) < threshold) return null;
  return (
    <Notice
      tone="warn"
      title={`This computer's clock and the server's are ${humanizeDuration(Math.abs(data))} apart`}
    >
      Queries for “now” may show old data, or none.
    </Notice>
  );
}

async function driftMs(api: ApiClient, signal: AbortSignal): Promise<number> {
  const before = Date.now();
  const { data } = await api.get<QueryResult>('query', new URLSearchParams({ query: 'time()' }), signal);
  const middle = (before + Date.now()) / 2;
  return data.resultType === 'scalar' ? middle - Number(data.result[1]) * 1000 : 0;
}
