import {
  type EngineFeatures,
  type Expression,
  parseExpression,
  prettyExpression,
  PromqlError,
} from '@narthex/promql';
import { astJson } from './ast-json.js';
import { type Endpoint } from './endpoint.js';
import { sendData } from './envelope.js';
import { invalidParameter } from './errors.js';
import { type Parameters } from './parameters.js';

/** `/format_query` and `/parse_query`. */
export const formatEndpoints = (features: EngineFeatures): readonly Endpoint[] => [
  {
    path: '/format_query',
    methods: ['GET', 'POST'],
    handle: (parameters, response) => sendData(response, prettyExpression(parsedQuery(parameters, features))),
  },
  {
    path: '/parse_query',
    methods: ['GET', 'POST'],
    handle: (parameters, response) => sendData(response, astJson(parsedQuery(parameters, features))),
  },
];

function parsedQuery(parameters: Parameters, features: EngineFeatures): Expression {
  try {
    return parseExpression(parameters.get('query'), features);
  } catch (error) {
    if (!(error instanceof PromqlError)) throw error;
    throw invalidParameter('query', error.message);
  }
}
