import { type Response } from 'express';
import { type Logger } from '@narthex/process';
import { HandlerError, RequestError } from './errors';

/** Answers with JSON, as upstream: without a charset, a newline at the end. */
export function sendJson(response: Response, status: number, value: unknown): void {
  response.status(status).setHeader('Content-Type', 'application/json');
  response.end(`${JSON.stringify(value)}\n`);
}

/** Answers with the error that a handler threw. Anything but the API's own errors is ours, and passed on. */
export function sendError(response: Response, error: unknown, logger: Logger): void {
  if (error instanceof RequestError) {
    response.status(error.status).setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ code: error.answerCode, message: error.message }));
    return;
  }
  if (!(error instanceof HandlerError)) throw error;
  logger.debug('Request refused', { status: error.status, err: error });
  sendJson(response, error.status, error.message);
}
