import { Loading } from '@narthex/ui';
import { type ReactElement, type ReactNode } from 'react';
import { type ApiResult } from '../api/use-api';
import { FailureNotice } from './FailureNotice';
import classes from './Loaded.module.css';

export interface LoadedProps<T> {
  readonly result: ApiResult<T>;
  readonly what: string;
  readonly children: (data: T) => ReactNode;
}

/**
 * Shows the data of an endpoint, or that it is coming, or why it does not come. Data that could not be refreshed
 * stays, with the reason above it.
 */
export function Loaded<T>({ result, what, children }: LoadedProps<T>): ReactElement {
  const { data, error } = result;
  return (
    <div className={classes.stack} aria-busy={result.isFetching}>
      {error !== null && <FailureNotice what={what} error={error} />}
      {data !== undefined && children(data.data)}
      {data === undefined && error === null && <Loading />}
    </div>
  );
}
