import { formatFloat, type Matcher } from '@narthex/model';
import {
  childrenOf,
  type EngineFeatures,
  type Expression,
  parseExpression,
  PromqlError,
} from '@narthex/promql';
import { type ExemplarQueryable } from '@narthex/storage';
import { type Endpoint } from './endpoint.js';
import { sendData } from './envelope.js';
import { ApiError } from './errors.js';
import { EARLIEST_MS, LATEST_MS } from './timestamps.js';

/** `/query_exemplars`: the exemplars of every series that an expression selects. */
export function exemplarEndpoints(storage: ExemplarQueryable, features: EngineFeatures): readonly Endpoint[] {
  return [
    {
      path: '/query_exemplars',
      methods: ['GET', 'POST'],
      handle: async (parameters, response) => {
        const startMs = parameters.time('start') ?? EARLIEST_MS;
        const endMs = parameters.time('end') ?? LATEST_MS;
        if (endMs < startMs)
          throw new ApiError('bad_data', 'end timestamp must not be before start timestamp');
        const selectors = selectorsOf(parsed(parameters.get('query'), features));
        if (selectors.length === 0) {
          response.status(204).end();
          return;
        }
        const found = await storage.selectExemplars(startMs, endMs, selectors);
        sendData(
          response,
          found.map(({ seriesLabels, exemplars }) => ({
            seriesLabels,
            exemplars: exemplars.map(({ labels, value, timestampMs }) => ({
              labels,
              value: formatFloat(value),
              timestamp: timestampMs / 1000,
            })),
          })),
        );
      },
    },
  ];
}

function parsed(query: string, features: EngineFeatures): Expression {
  try {
    return parseExpression(query, features);
  } catch (error) {
    if (!(error instanceof PromqlError)) throw error;
    throw new ApiError('bad_data', error.message);
  }
}

function selectorsOf(expression: Expression): (readonly Matcher[])[] {
  if (expression.kind === 'vectorSelector') return [expression.matchers];
  return childrenOf(expression).flatMap(selectorsOf);
}
