import { type Logger } from '@narthex/process';
import { PromqlError } from '@narthex/promql';
import { QueryPoolError } from '@narthex/query-worker';
import { type Response } from 'express';
import { API_ERROR_STATUS, ApiError } from './errors.js';

/** Upstream shows so many of each kind, and then how many more there were. */
const MOST_ANNOTATIONS = 10;

/** What an answer has to say beside its data. */
export interface Annotations {
  readonly warnings?: readonly string[] | undefined;
  readonly infos?: readonly string[] | undefined;
}

/** JSON as Go's encoder writes it: safe to stand in HTML. */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Answers `{"status":"success","data":…}`. */
export function sendData(response: Response, data: unknown, annotations: Annotations = {}): void {
  begin(response, 200);
  response.end(`{"status":"success","data":${goJson(data)}${annotationsJson(annotations)}}`);
}

/** Begins an answer whose data arrive in parts; {@link endData} ends it. */
export function beginData(response: Response): void {
  begin(response, 200);
  response.write('{"status":"success","data":');
}

export function endData(response: Response, annotations: Annotations): void {
  response.end(`${annotationsJson(annotations)}}`);
}

/** Answers an error: the one place where errors become HTTP. */
export function sendError(response: Response, error: unknown, logger: Logger): void {
  if (response.headersSent) {
    // The status is out: all that is left is to break the answer off, so that nobody takes it for whole.
    response.destroy();
    return;
  }
  const [code, message] = described(error, logger);
  begin(response, API_ERROR_STATUS[code]);
  response.end(goJson({ status: 'error', errorType: code, error: message }));
}

function described(error: unknown, logger: Logger): readonly [keyof typeof API_ERROR_STATUS, string] {
  if (error instanceof ApiError || error instanceof PromqlError) return [error.code, error.message];
  // The pool has logged a death itself.
  if (error instanceof QueryPoolError)
    return [error.code === 'CLOSED' ? 'unavailable' : 'internal', error.message];
  const cause = error instanceof Error ? error : new Error(String(error));
  logger.error('Error answering an API request', { err: cause });
  return ['internal', cause.message];
}

function begin(response: Response, status: number): void {
  response.status(status);
  response.setHeader('Content-Type', 'application/json');
}

function annotationsJson({ warnings = [], infos = [] }: Annotations): string {
  return (
    (warnings.length > 0 ? `,"warnings":${goJson(shortened(warnings, 'warning'))}` : '') +
    (infos.length > 0 ? `,"infos":${goJson(shortened(infos, 'info'))}` : '')
  );
}

function shortened(texts: readonly string[], kind: string): readonly string[] {
  const more = texts.length - MOST_ANNOTATIONS;
  return more <= 0
    ? texts
    : [...texts.slice(0, MOST_ANNOTATIONS), `${more} more ${kind} annotations omitted`];
}
