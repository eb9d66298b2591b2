import { Counter, type Registry } from '@narthex/client';
import { acceptedFormat } from '@narthex/exposition';
import { type Labels } from '@narthex/model';
import { type Clock } from '@narthex/process';
import { type Router } from 'express';
import { plainError } from '../api/endpoint.js';
import { ApiError } from '../api/errors.js';
import { queryOf } from '../api/form-values.js';
import { Parameters, selectorOf } from '../api/parameters.js';
import { type QueryRunner } from '../api/query.js';
import { Outlet } from '../api/streamed.js';

export interface FederationOptions {
  readonly clock: Clock;
  readonly registry: Registry;
  readonly queries: QueryRunner;
  readonly externalLabels: () => Labels;
  /** How old the last sample of a series may be. */
  readonly lookbackDeltaMs: number;
}

/** `/federate`: the last samples of the series that `match[]` selects, for another server to scrape. */
export function mountFederation(router: Router, options: FederationOptions): void {
  const { clock, queries, externalLabels, lookbackDeltaMs, registry } = options;
  const { errors, warnings } = federationMetrics(registry);
  router.get('/federate', async (request, response) => {
    const endMs = clock.nowMs();
    try {
      const parameters = new Parameters(undefined, queryOf(request));
      parameters.checkForm();
      const selectors = parameters
        .all('match[]')
        .map((text) =>
          selectorOf(text, (reason) => new ApiError('bad_data', reason)).map(
            ({ type, name, value }) => [type, name, value] as const,
          ),
        );
      const startMs = endMs - lookbackDeltaMs;
      const { format, escaping, contentType } = acceptedFormat(request.headers.accept);
      const task = {
        form: 'federation',
        format,
        escaping,
        startMs,
        endMs,
        selectors,
        externalLabels: [...externalLabels()],
      } as const;
      const answer = await queries.json(task);
      response.status(200).setHeader('Content-Type', contentType);
      const outlet = new Outlet(response);
      for await (const part of answer.parts) {
        if (!(await outlet.write(part))) return;
      }
      warnings.inc(answer.notes().warnings.length);
      response.end();
    } catch (error) {
      if (!(error instanceof ApiError)) errors.inc();
      if (response.headersSent) response.destroy();
      else plainError(response, error instanceof ApiError ? 400 : 500, (error as Error).message);
    }
  });
}

function federationMetrics(registry: Registry): { readonly errors: Counter; readonly warnings: Counter } {
  const registers = [registry];
  return {
    errors: new Counter({
      name: 'prometheus_web_federation_errors_total',
      help: 'Total number of errors that occurred while sending federation responses.',
      registers,
    }),
    warnings: new Counter({
      name: 'prometheus_web_federation_warnings_total',
      help: 'Total number of warnings that occurred while sending federation responses.',
      registers,
    }),
  };
}
