import { Loading, Notice } from '@narthex/ui';
import { type UseQueryResult } from '@tanstack/react-query';
import { type ReactElement, type ReactNode } from 'react';
import classes from './Loaded.module.css';

export interface LoadedProps<T> {
  readonly result: UseQueryResult<T>;
  readonly what: string;
  readonly children: (data: T) => ReactNode;
}

/** Shows an answer, or that it is coming, or why it does not come; what could not be refreshed stays. */
export function Loaded<T>({ result, what, children }: LoadedProps<T>): ReactElement {
  const { data, error } = result;
  return (
    <div className={classes.stack} aria-busy={result.isFetching}>
      {error !== null && (
        <Notice tone="bad" title={`Could not load ${what}`}>
          {error.message}
        </Notice>
      )}
      {data !== undefined && children(data)}
      {data === undefined && error === null && <Loading />}
    </div>
  );
}
