/** What went wrong with a query, as the HTTP API names it. */
export const PROMQL_ERROR_CODES = ['bad_data', 'execution', 'timeout', 'canceled', 'internal'] as const;
export type PromqlErrorCode = (typeof PROMQL_ERROR_CODES)[number];

/** A query that cannot be answered; the message is upstream's. */
export class PromqlError extends Error {
  override readonly name: string = 'PromqlError';
  readonly code: PromqlErrorCode;

  constructor(code: PromqlErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** An expression that is no PromQL. The message begins with `line:column: parse error: `. */
export class PromqlParseError extends PromqlError {
  override readonly name = 'PromqlParseError';
  /** What is wrong, without the position. */
  readonly reason: string;
  /** Where it begins, in UTF-16 units of the query. */
  readonly offset: number;

  constructor(position: string, reason: string, offset: number) {
    super('bad_data', `${position}: parse error: ${reason}`);
    this.reason = reason;
    this.offset = offset;
  }
}

/** The query would hold more samples in memory than allowed. */
export function tooManySamples(): PromqlError {
  return new PromqlError(
    'execution',
    'query processing would load too many samples into memory in query execution',
  );
}

export function queryTimedOut(stage: string): PromqlError {
  return new PromqlError('timeout', `query timed out in ${stage}`);
}

export function queryCanceled(stage: string): PromqlError {
  return new PromqlError('canceled', `query was canceled in ${stage}`);
}

export function executionError(message: string, options?: ErrorOptions): PromqlError {
  return new PromqlError('execution', message, options);
}
