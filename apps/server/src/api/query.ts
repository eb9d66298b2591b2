import { type ServerResponse } from 'node:http';
import { type Clock } from '@narthex/process';
import { type JsonAnswer, type QueryLimits, type QueryOrigin, type QueryTask } from '@narthex/query-worker';
import { PromqlError } from '@narthex/promql';
import { ClientInterest } from './client-interest.js';
import { type Endpoint, type PlainRequest } from './endpoint.js';
import { beginData, endData, goJson } from './envelope.js';
import { ApiError, invalidParameter } from './errors.js';
import { durationOf, type Parameters } from './parameters.js';
import { queryStats } from './query-stats.js';
import { Outlet, sendStreamed } from './streamed.js';

const MOST_POINTS = 11_000;

/** What answers queries: the pool of workers. */
export interface QueryRunner {
  json(task: QueryTask, limits?: QueryLimits): Promise<JsonAnswer>;
}

export interface QueryEndpointOptions {
  readonly clock: Clock;
  readonly queries: QueryRunner;
}

/** `/query` and `/query_range`. */
export function queryEndpoints({ clock, queries }: QueryEndpointOptions): readonly Endpoint[] {
  return [
    {
      path: '/query',
      isPlain: true,
      methods: ['GET', 'POST'],
      handle: async (parameters, response, request) => {
        const limit = parameters.limit();
        const timeMs = parameters.time('time') ?? clock.nowMs();
        const timeoutMs = timeoutOf(parameters);
        const lookbackMs = lookback(parameters);
        const query = parameters.get('query');
        const samplesPerStep = parameters.get('stats') === 'all';
        const task = { form: 'instant', query, timeMs, lookbackMs, limit, samplesPerStep } as const;
        const origin = originOf(request);
        await answer(queries, task, { timeoutMs, origin }, parameters, response);
      },
    },
    {
      path: '/query_range',
      isPlain: true,
      methods: ['GET', 'POST'],
      handle: async (parameters, response, request) => {
        const limit = parameters.limit();
        const { startMs, endMs, stepMs } = rangeOf(parameters);
        const timeoutMs = timeoutOf(parameters);
        const lookbackMs = lookback(parameters);
        const query = parameters.get('query');
        const samplesPerStep = parameters.get('stats') === 'all';
        const times = { startMs, endMs, stepMs, lookbackMs };
        const task = { form: 'range', query, ...times, limit, samplesPerStep } as const;
        const origin = originOf(request);
        await answer(queries, task, { timeoutMs, origin }, parameters, response);
      },
    },
  ];
}

/** Whose query it is, as the query log tells. */
function originOf(request: PlainRequest): QueryOrigin {
  const clientIP = request.socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/, '') ?? '';
  const originalUrl = request.originalUrl ?? request.url ?? '';
  const path =
    /^\/[\w/.-]*(?=\?|$)/.exec(originalUrl)?.[0] ?? new URL(originalUrl, 'http://localhost').pathname;
  return { httpRequest: { clientIP, method: request.method ?? '', path } };
}

function rangeOf(parameters: Parameters): { startMs: number; endMs: number; stepMs: number } {
  const startMs = parameters.requiredTime('start');
  const endMs = parameters.requiredTime('end');
  if (endMs < startMs) throw invalidParameter('end', 'end timestamp must not be before start time');
  const stepMs = durationOf(parameters.get('step'));
  if (typeof stepMs === 'string') throw invalidParameter('step', stepMs);
  // Not a number is the least of all integers to Go.
  if (!(stepMs > 0)) {
    throw invalidParameter(
      'step',
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  }
  if (Math.trunc((endMs - startMs) / stepMs) > MOST_POINTS) {
    throw new ApiError(
      'bad_data',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    );
  }
  const wholeMs = Math.trunc(stepMs);
  // What became of the step there: the words are those of the runtime.
  if (wholeMs === 0) {
    throw new ApiError('execution', 'unexpected error: runtime error: integer divide by zero');
  }
  return { startMs, endMs, stepMs: wholeMs };
}

function timeoutOf(parameters: Parameters): number | undefined {
  const timeoutMs = parameters.duration('timeout');
  if (timeoutMs === undefined || timeoutMs > 0) return timeoutMs;
  throw new ApiError('timeout', 'query timed out in query execution');
}

function lookback(parameters: Parameters): number | undefined {
  const given = parameters.get('lookback_delta');
  if (given === '') return undefined;
  const lookbackMs = durationOf(given);
  if (typeof lookbackMs === 'string') {
    throw new ApiError('bad_data', `error parsing lookback delta duration: ${lookbackMs}`);
  }
  return lookbackMs;
}

async function answer(
  queries: QueryRunner,
  task: QueryTask,
  limits: QueryLimits,
  parameters: Parameters,
  response: ServerResponse,
): Promise<void> {
  const found = await begin(queries, task, limits, response);
  if (found === undefined) return;
  if (parameters.get('stats') === '') await sendStreamed(response, found);
  else await sendWithStats(response, found);
}

/** As {@link sendStreamed}, with the statistics as the last field of the data. */
async function sendWithStats(response: ServerResponse, answer: JsonAnswer): Promise<void> {
  beginData(response);
  const outlet = new Outlet(response);
  let held: Uint8Array = new Uint8Array();
  for await (const part of answer.parts) {
    if (!(await outlet.write(held))) return;
    held = part;
  }
  const notes = answer.notes();
  // The last byte is the closing brace of the data.
  response.write(held.subarray(0, -1));
  response.write(`,"stats":${goJson(queryStats(notes, answer.queuedSeconds))}}`);
  endData(response, notes);
}

/** Undefined when the client is gone: then there is nobody to tell. */
async function begin(
  queries: QueryRunner,
  task: QueryTask,
  limits: QueryLimits,
  response: ServerResponse,
): Promise<JsonAnswer | undefined> {
  const signal = new ClientInterest(response);
  try {
    return await queries.json(task, { ...limits, signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    if (error instanceof PromqlError && error.code === 'bad_data')
      throw invalidParameter('query', error.message);
    throw error;
  }
}
