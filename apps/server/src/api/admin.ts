import { type Administration, StorageError } from '@narthex/storage';
import { type Response } from 'express';
import { type Endpoint } from './endpoint.js';
import { ApiError, invalidParameter } from './errors.js';
import { type Parameters } from './parameters.js';
import { EARLIEST_MS, LATEST_MS } from './timestamps.js';

/** `/admin/tsdb/…`, which answer only with `--web.enable-admin-api`. */
export function adminEndpoints(storage: Administration, enabled: boolean): readonly Endpoint[] {
  const post = (path: string, run: (parameters: Parameters) => Promise<void>): Endpoint => ({
    path: `/admin/tsdb/${path}`,
    methods: ['POST', 'PUT'],
    handle: async (parameters, response) => {
      if (!enabled) throw new ApiError('unavailable', 'admin APIs disabled');
      await run(parameters);
      noContent(response);
    },
  });
  return [
    post('delete_series', async (parameters) => {
      if (parameters.all('match[]').length === 0)
        throw new ApiError('bad_data', 'no match[] parameter provided');
      const startMs = parameters.time('start') ?? EARLIEST_MS;
      const endMs = parameters.time('end') ?? LATEST_MS;
      const selectors = parameters.selectors((reason) => invalidParameter('match[]', reason));
      for (const matchers of selectors) await storage.delete(startMs, endMs, matchers);
    }),
    post('clean_tombstones', () => storage.cleanTombstones()),
    post('snapshot', async () => {
      try {
        await storage.snapshot('', true);
      } catch (error) {
        if (!(error instanceof StorageError)) throw error;
        throw new ApiError('unavailable', error.message, { cause: error });
      }
    }),
  ];
}

function noContent(response: Response): void {
  response.status(204).end();
}
