import { Notice } from '@narthex/ui';
import { type ReactElement } from 'react';
import { ApiError, MissingEndpointError } from '../api/errors';

export interface FailureNoticeProps {
  /** What was wanted, as in "Could not load the targets". */
  readonly what: string;
  readonly error: Error;
}

/** Says what went wrong in the server's own words, and plainly when the server lacks the endpoint. */
export function FailureNotice({ what, error }: FailureNoticeProps): ReactElement {
  if (error instanceof MissingEndpointError) {
    return (
      <Notice tone="plain" title={`This server does not offer ${what}`}>
        It answers 404 at {error.path}.
      </Notice>
    );
  }
  const detail = error instanceof ApiError ? `${error.errorType}: ${error.message}` : error.message;
  return (
    <Notice tone="bad" title={`Could not load ${what}`}>
      {detail}
    </Notice>
  );
}
