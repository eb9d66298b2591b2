import { type Labels } from '@narthex/model';
import { type Clock } from '@narthex/process';
import { type Router } from 'express';
import { CONTENT_TYPES } from '@narthex/exposition';
import { plainError } from '../api/endpoint.js';
import { ApiError } from '../api/errors.js';
import { Parameters, selectorOf } from '../api/parameters.js';
import { type QueryRunner } from '../api/query.js';
import { drained } from '../api/streamed.js';

export interface FederationOptions {
  readonly clock: Clock;
  readonly queries: QueryRunner;
  readonly externalLabels: () => Labels;
  /** How old the last sample of a series may be. */
  readonly lookbackDeltaMs: number;
}

/** `/federate`: the last samples of the series that `match[]` selects, for another server to scrape. */
export function mountFederation(router: Router, options: FederationOptions): void {
  const { clock, queries, externalLabels, lookbackDeltaMs } = options;
  router.get('/federate', async (request, response) => {
    const endMs = clock.nowMs();
    try {
      const parameters = new Parameters(request);
      parameters.checkForm();
      const selectors = parameters
        .all('match[]')
        .map((text) =>
          selectorOf(text, (reason) => new ApiError('bad_data', reason)).map(
            ({ type, name, value }) => [type, name, value] as const,
          ),
        );
      const startMs = endMs - lookbackDeltaMs;
      const task = {
        form: 'federation',
        startMs,
        endMs,
        selectors,
        externalLabels: [...externalLabels()],
      } as const;
      const answer = await queries.json(task);
      response.status(200).setHeader('Content-Type', CONTENT_TYPES.text);
      for await (const part of answer.parts) {
        if (!response.write(part)) await drained(response);
        if (response.destroyed) return;
      }
      response.end();
    } catch (error) {
      if (response.headersSent) response.destroy();
      else plainError(response, error instanceof ApiError ? 400 : 500, (error as Error).message);
    }
  });
}
