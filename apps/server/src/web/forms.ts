import express, { type Express, type RequestHandler } from 'express';
import { FormValues } from '../api/form-values.js';

const MOST_FORM_BYTES = 10 * 1024 * 1024;

/** Reads the queries of URLs as {@link FormValues}. */
export function readQueries(application: Express): void {
  application.set('query parser', (text: string | undefined) => new FormValues(text ?? ''));
}

/** Upstream does not look at the encoding of a form. */
const asItIs: RequestHandler = (request, _response, next) => {
  if (/^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '')) {
    delete request.headers['content-encoding'];
  }
  next();
};

/** Reads forms in bodies as {@link FormValues}. */
export function readForms(): readonly RequestHandler[] {
  return [
    asItIs,
    express.text({
      type: 'application/x-www-form-urlencoded',
      limit: MOST_FORM_BYTES,
    }),
    (request, _response, next) => {
      if (typeof request.body === 'string') request.body = new FormValues(request.body);
      next();
    },
  ];
}
