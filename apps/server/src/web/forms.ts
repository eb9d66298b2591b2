import express, { type Express, type RequestHandler } from 'express';
import { FormValues } from '../api/form-values.js';

/** Methods whose bodies Go reads forms from (https://pkg.go.dev/net/http#Request.ParseForm). */
const FORM_METHODS: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);
/** Paths that read their bodies themselves, whatever type clients give them: curl's default is that of a form. */
const OWN_BODIES: ReadonlySet<string> = new Set(['/read', '/write']);
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

/** Reads forms in the bodies of requests to the API as {@link FormValues}: UTF-8, whatever their type says of it. */
export function readForms(): RequestHandler {
  const forms = express.Router();
  forms.use(asItIs, express.raw({ type: 'application/x-www-form-urlencoded', limit: MOST_FORM_BYTES }));
  return (request, response, next) => {
    if (!FORM_METHODS.has(request.method) || OWN_BODIES.has(request.path)) {
      next();
      return;
    }
    forms(request, response, (error?: unknown) => {
      if (Buffer.isBuffer(request.body)) request.body = new FormValues(request.body.toString('utf8'));
      next(error);
    });
  };
}
