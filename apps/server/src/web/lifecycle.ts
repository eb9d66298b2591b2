import { type RequestHandler, type Router } from 'express';
import { plainError } from '../api/endpoint.js';

export interface LifecycleOptions {
  /** `--web.enable-lifecycle`. */
  readonly enabled: boolean;
  /** Rejects with the reason when the configuration was not taken over. */
  readonly reload: () => Promise<void>;
  readonly quit: () => void;
}

/** `/-/reload` and `/-/quit`. */
export function mountLifecycle(router: Router, { enabled, reload, quit }: LifecycleOptions): void {
  router.all('/-/reload', ...guards(enabled), async (_request, response) => {
    try {
      await reload();
      response.status(200).end();
    } catch (error) {
      plainError(
        response,
        500,
        `failed to reload config: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  });
  router.all('/-/quit', ...guards(enabled), (_request, response) => {
    response.status(200).type('text/plain; charset=utf-8').end('Requesting termination... Goodbye!');
    quit();
  });
}

function guards(enabled: boolean): RequestHandler[] {
  return [
    (request, response, next) => {
      if (request.method === 'POST' || request.method === 'PUT') next();
      else response.status(405).type('text/plain; charset=utf-8').end('Only POST or PUT requests allowed');
    },
    (_request, response, next) => {
      if (enabled) next();
      else response.status(403).type('text/plain; charset=utf-8').end('Lifecycle API is not enabled.');
    },
  ];
}
