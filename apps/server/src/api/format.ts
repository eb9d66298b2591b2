import { type Expression, parseExpression, printExpression, PromqlError } from '@narthex/promql';
import { astJson } from './ast-json.js';
import { type Endpoint } from './endpoint.js';
import { sendData } from './envelope.js';
import { invalidParameter } from './errors.js';
import { type Parameters } from './parameters.js';

/** `/format_query` and `/parse_query`. */
export const formatEndpoints: readonly Endpoint[] = [
  {
    path: '/format_query',
    methods: ['GET', 'POST'],
    handle: (parameters, response) => sendData(response, printExpression(parsedQuery(parameters))),
  },
  {
    path: '/parse_query',
    methods: ['GET', 'POST'],
    handle: (parameters, response) => sendData(response, astJson(parsedQuery(parameters))),
  },
];

function parsedQuery(parameters: Parameters): Expression {
  try {
    return parseExpression(parameters.get('query'));
  } catch (error) {
    if (!(error instanceof PromqlError)) throw error;
    throw invalidParameter('query', error.message);
  }
}
