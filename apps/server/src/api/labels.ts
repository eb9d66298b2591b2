import { type ServerResponse } from 'node:http';
import { type Matcher } from '@narthex/model';
import { type QueryTask } from '@narthex/query-worker';
import { ClientInterest } from './client-interest.js';
import { type Endpoint, plainError } from './endpoint.js';
import { ApiError, invalidParameter } from './errors.js';
import { unescapeLabelName } from './label-name.js';
import { type Parameters } from './parameters.js';
import { type QueryRunner } from './query.js';
import { sendStreamed } from './streamed.js';
import { EARLIEST_MS, LATEST_MS } from './timestamps.js';

/** `/series`, `/labels` and `/label/…/values`. */
export function labelEndpoints(queries: QueryRunner): readonly Endpoint[] {
  const send = async (response: ServerResponse, task: QueryTask): Promise<void> => {
    const signal = new ClientInterest(response);
    await sendStreamed(response, await queries.json(task, { signal }));
  };
  return [
    {
      path: '/series',
      isPlain: true,
      methods: ['GET', 'POST', 'DELETE'],
      handle: async (parameters, response, request) => {
        if (request.method === 'DELETE') throw new ApiError('internal', 'not implemented');
        parameters.checkForm();
        if (parameters.all('match[]').length === 0)
          throw new ApiError('bad_data', 'no match[] parameter provided');
        const range = rangeOf(parameters);
        const selectors = parameters.selectors((reason) => invalidParameter('match[]', reason));
        await send(response, {
          form: 'series',
          ...range,
          selectors: asData(selectors),
          limit: parameters.limit(),
        });
      },
    },
    {
      path: '/labels',
      isPlain: true,
      methods: ['GET', 'POST'],
      handle: async (parameters, response) => {
        const limit = parameters.limit();
        const range = rangeOf(parameters);
        await send(response, {
          form: 'labelNames',
          ...range,
          selectors: optionalSelectors(parameters),
          limit,
        });
      },
    },
    {
      path: '/label/:name/values',
      methods: ['GET'],
      handle: async (parameters, response, request) => {
        const given = request.params.name;
        // Upstream's router does not let a slash into a name, however it is written.
        if (typeof given !== 'string' || given.includes('/')) {
          plainError(response, 404, '404 page not found');
          return;
        }
        const name = unescapeLabelName(given);
        if (name === '' || /\p{Surrogate}/u.test(name)) {
          throw new ApiError('bad_data', `invalid label name: ${JSON.stringify(name)}`);
        }
        const limit = parameters.limit();
        const range = rangeOf(parameters);
        const selectors = optionalSelectors(parameters);
        await send(response, { form: 'labelValues', name, ...range, selectors, limit });
      },
    },
  ];
}

function rangeOf(parameters: Parameters): { readonly startMs: number; readonly endMs: number } {
  return {
    startMs: parameters.time('start') ?? EARLIEST_MS,
    endMs: parameters.time('end') ?? LATEST_MS,
  };
}

function optionalSelectors(parameters: Parameters): ReturnType<typeof asData> {
  return asData(parameters.selectors((reason) => new ApiError('bad_data', reason)));
}

function asData(
  selectors: readonly (readonly Matcher[])[],
): (readonly [Matcher['type'], string, string])[][] {
  return selectors.map((matchers) => matchers.map(({ type, name, value }) => [type, name, value] as const));
}
