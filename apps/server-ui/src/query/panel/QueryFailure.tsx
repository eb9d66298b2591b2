import { Notice } from '@narthex/ui';
import { type ReactElement } from 'react';
import { ApiError } from '../../api/errors';
import { FailureNotice } from '../../components/FailureNotice';

const titles: Readonly<Record<string, string>> = {
  bad_data: 'This query is not valid',
  execution: 'The query could not be evaluated',
  timeout: 'The query took too long',
  canceled: 'The query was canceled',
  unavailable: 'The server is not ready to answer queries',
};

/** Why a query has no answer, in the server's words. */
export function QueryFailure({ error }: { readonly error: Error }): ReactElement {
  if (!(error instanceof ApiError)) return <FailureNotice what="query results" error={error} />;
  return (
    <Notice tone="bad" title={titles[error.errorType] ?? 'The query failed'}>
      {`${error.errorType}: ${error.message}`}
    </Notice>
  );
}
