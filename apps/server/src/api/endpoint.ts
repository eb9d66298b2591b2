import { type Logger } from '@narthex/process';
import { type Request, type Response, type Router } from 'express';
import { sendError } from './envelope.js';
import { Parameters } from './parameters.js';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';

/** One path of the API. */
export interface Endpoint {
  readonly path: string;
  readonly methods: readonly Method[];
  /** False for what no browser calls: then answers carry nothing for browsers of other origins. */
  readonly crossOrigin?: boolean;
  /** Answers, or throws what {@link sendError} turns into an answer. */
  readonly handle: (parameters: Parameters, response: Response, request: Request) => Promise<void> | void;
}

export interface EndpointOptions {
  readonly logger: Logger;
  /** Sets headers of answers, those that browsers look for. */
  readonly decorate: (request: Request, response: Response) => void;
}

/** Mounts endpoints: unknown methods are answered 405, OPTIONS 204, as upstream's router does. */
export function mountEndpoints(
  router: Router,
  endpoints: readonly Endpoint[],
  options: EndpointOptions,
): void {
  const { logger, decorate } = options;
  for (const { path, methods, handle, crossOrigin = true } of endpoints) {
    router.all(path, async (request, response) => {
      if (request.method !== 'OPTIONS' && !methods.some((method) => method === request.method)) {
        refuseMethod(response, methods);
        return;
      }
      if (crossOrigin || request.method === 'OPTIONS') decorate(request, response);
      if (request.method === 'OPTIONS') {
        response.status(204).end();
        return;
      }
      try {
        await handle(new Parameters(request), response, request);
      } catch (error) {
        sendError(response, error, logger);
      }
    });
  }
}

/** 405 in the words of Go's http.Error. */
export function refuseMethod(response: Response, methods: readonly Method[]): void {
  response.setHeader('Allow', [...methods, 'OPTIONS'].sort().join(', '));
  plainError(response, 405, 'Method Not Allowed');
}

export function plainError(response: Response, status: number, text: string): void {
  response.status(status);
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.end(`${text}\n`);
}
