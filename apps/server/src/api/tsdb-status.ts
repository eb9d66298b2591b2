import { type Endpoint } from './endpoint.js';
import { ApiError } from './errors.js';
import { machineIntegerOf } from './parameters.js';
import { type QueryRunner } from './query.js';
import { sendStreamed } from './streamed.js';

const DEFAULT_LIMIT = 10;
const MOST = 10_000;

/** The times that samples span; undefined while there are none. */
export type TimeRange = () => { readonly minTimeMs: number; readonly maxTimeMs: number } | undefined;

/** `/status/tsdb`: counted in a worker, because it looks at every series. */
export function tsdbStatusEndpoints(queries: QueryRunner, timeRange: TimeRange): readonly Endpoint[] {
  return [
    {
      path: '/status/tsdb',
      methods: ['GET'],
      handle: async (parameters, response) => {
        const given = parameters.get('limit');
        const limit = given === '' ? DEFAULT_LIMIT : machineIntegerOf(given);
        if (limit === undefined || limit < 1)
          throw new ApiError('bad_data', 'limit must be a positive number');
        // The times of an empty head, as upstream shows them, do not fit into a double.
        const { minTimeMs, maxTimeMs } = timeRange() ?? { minTimeMs: 0, maxTimeMs: 0 };
        const task = { form: 'headStatistics', minTimeMs, maxTimeMs, limit: Math.min(limit, MOST) } as const;
        await sendStreamed(response, await queries.json(task));
      },
    },
  ];
}
