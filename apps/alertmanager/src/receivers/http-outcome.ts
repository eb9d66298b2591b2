import { type HttpResponse } from '@narthex/httpclient';
import { NotificationAbortedError, type FailureReason } from '../notify/errors';
import { type NotifyOutcome } from '../notify/integration';

/** More of an error's answer than this is not worth a log line. */
const LONGEST_DETAILS_BYTES = 16 * 1024;

/** The failure that a status stands for; undefined for success. A server's mistakes may pass, those of ours do not. */
export function statusFailure(
  status: number,
  details: string,
  retryStatuses: readonly number[] = [],
): Extract<NotifyOutcome, { kind: 'failed' }> | undefined {
  if (status >= 200 && status < 300) return undefined;
  const message = `unexpected status code ${status}${details === '' ? '' : `: ${details}`}`;
  const retry = Math.floor(status / 100) === 5 || retryStatuses.includes(status);
  return { kind: 'failed', retry, reason: reasonOf(status), error: new Error(message) };
}

/** Why a status means failure: the label `reason` of the metric. */
export function reasonOf(status: number): FailureReason {
  if (status === 401 || status === 403) return 'authError';
  if (status === 429) return 'rateLimited';
  if (status >= 400 && status < 500) return 'clientError';
  return status >= 500 && status < 600 ? 'serverError' : 'other';
}

/** A request that got no answer may get one the next time. */
export function requestFailure(
  error: unknown,
  signal: AbortSignal,
): Extract<NotifyOutcome, { kind: 'failed' }> {
  const aborted: unknown = signal.reason;
  const reason = aborted instanceof NotificationAbortedError ? aborted.reason : 'other';
  return {
    kind: 'failed',
    retry: true,
    reason,
    error: error instanceof Error ? error : new Error(String(error)),
  };
}

/** The text of an answer, cut where it gets long. */
export async function answerText(response: HttpResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body) {
    if (sizeBytes < LONGEST_DETAILS_BYTES) chunks.push(chunk.subarray(0, LONGEST_DETAILS_BYTES - sizeBytes));
    sizeBytes += chunk.length;
  }
  return Buffer.concat(chunks).toString();
}

/** A template that fails, a file that cannot be read: trying again does not help. */
export function unusable(error: unknown): Extract<NotifyOutcome, { kind: 'failed' }> {
  return {
    kind: 'failed',
    retry: false,
    reason: 'other',
    error: error instanceof Error ? error : new Error(String(error)),
  };
}
