import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Logger } from '@narthex/process';
import { type Request, type Response, type Router } from 'express';
import { sendError } from './envelope.js';
import { FormValues, queryOf } from './form-values.js';
import { Parameters } from './parameters.js';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';

interface Path {
  readonly path: string;
  readonly methods: readonly Method[];
  /** False for what no browser calls: then answers carry nothing for browsers of other origins. */
  readonly crossOrigin?: boolean;
}

/** A request as node has it; `originalUrl` is its address where `url` was changed on the way. */
export type PlainRequest = IncomingMessage & { readonly originalUrl?: string };

/** One path of the API. */
export interface ExpressEndpoint extends Path {
  readonly isPlain?: false;
  /** Answers, or throws what {@link sendError} turns into an answer. */
  readonly handle: (parameters: Parameters, response: Response, request: Request) => Promise<void> | void;
}

/**
 * A path whose answers are JSON, sent by the functions of `envelope.ts`, and which needs nothing of express: its
 * requests may come on the short road (see `web/short-road.ts`).
 */
export interface PlainEndpoint extends Path {
  readonly isPlain: true;
  /** As {@link ExpressEndpoint.handle}. */
  readonly handle: (
    parameters: Parameters,
    response: ServerResponse,
    request: PlainRequest,
  ) => Promise<void> | void;
}

export type Endpoint = ExpressEndpoint | PlainEndpoint;

export interface EndpointOptions {
  readonly logger: Logger;
  /** Sets headers of answers, those that browsers look for. */
  readonly decorate: (request: IncomingMessage, response: ServerResponse) => void;
}

/** Mounts endpoints: unknown methods are answered 405, OPTIONS 204, as upstream's router does. */
export function mountEndpoints(
  router: Router,
  endpoints: readonly Endpoint[],
  options: EndpointOptions,
): void {
  for (const endpoint of endpoints) {
    const { path, methods, handle, crossOrigin = true } = endpoint;
    router.all(path, async (request, response) => {
      if (request.method === 'OPTIONS') {
        options.decorate(request, response);
        response.status(204).end();
        return;
      }
      if (!methods.some((method) => method === request.method)) {
        refuseMethod(response, methods);
        return;
      }
      if (crossOrigin) options.decorate(request, response);
      const body: unknown = request.body;
      const form = body instanceof FormValues ? body : undefined;
      const parameters = new Parameters(form, queryOf(request));
      await answered(response, options.logger, () => handle(parameters, response, request));
    });
  }
}

/** Answers a request for a path and a method that are known to be the endpoint's; express has not seen it. */
export function answerPlainly(
  endpoint: PlainEndpoint,
  parameters: Parameters,
  request: IncomingMessage,
  response: ServerResponse,
  { logger, decorate }: EndpointOptions,
): Promise<void> {
  if (endpoint.crossOrigin !== false) decorate(request, response);
  return answered(response, logger, () => endpoint.handle(parameters, response, request));
}

async function answered(
  response: ServerResponse,
  logger: Logger,
  handle: () => Promise<void> | void,
): Promise<void> {
  try {
    await handle();
  } catch (error) {
    sendError(response, error, logger);
  }
}

/** 405 in the words of Go's http.Error. */
export function refuseMethod(response: ServerResponse, methods: readonly Method[]): void {
  response.setHeader('Allow', [...methods, 'OPTIONS'].sort().join(', '));
  plainError(response, 405, 'Method Not Allowed');
}

export function plainError(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.end(`${text}\n`);
}
