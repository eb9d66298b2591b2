import { type MatchType } from '@narthex/model';
import { ApiError } from './errors.js';
import { integerOf, type Parameters } from './parameters.js';
import { FUZZ_ALGORITHMS, type SearchFilterOptions } from './search-score.js';

const HOUR_MS = 3_600_000;
const DEFAULT_LIMIT = 100;
const DEFAULT_BATCH = 100;
const TRUE = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/** What every search endpoint takes. */
export interface SearchParameters extends SearchFilterOptions {
  readonly startMs: number;
  readonly endMs: number;
  readonly selectors: readonly (readonly (readonly [MatchType, string, string])[])[];
  readonly order: 'ascending' | 'descending' | 'score';
  readonly includeScore: boolean;
  readonly limit: number;
  readonly batchSize: number;
  /** @throws ApiError where the order was asked for in a word that is none */
  readonly checkOrder: (endpoint: string) => void;
}

export interface SearchContext {
  readonly nowMs: number;
  /** The largest limit; 0 for none. */
  readonly maxLimit: number;
}

/** @throws ApiError with upstream's words */
export function searchParameters(
  parameters: Parameters,
  { nowMs, maxLimit }: SearchContext,
): SearchParameters {
  const startMs = parameters.time('start') ?? nowMs - HOUR_MS;
  const endMs = parameters.time('end') ?? nowMs;
  const selectors = parameters
    .selectors(badData)
    .map((matchers) => matchers.map(({ type, name, value }) => [type, name, value] as const));
  const searches = parameters.all('search[]');
  const threshold = thresholdOf(parameters) / 100;
  const algorithm = algorithmOf(parameters);
  const caseSensitive = searchBoolean(parameters, 'case_sensitive', true);
  const includeScore = searchBoolean(parameters, 'include_score', false);
  const order = orderOf(parameters, searches);
  const limit = limitOf(parameters, maxLimit);
  const batchSize = count(parameters, 'batch_size') || DEFAULT_BATCH;
  const sortBy = parameters.get('sort_by');
  const checkOrder = (endpoint: string): void => {
    if (['', 'alpha', 'score'].includes(sortBy)) return;
    throw badData(`invalid sort_by ${JSON.stringify(sortBy)} for ${endpoint}: must be "alpha" or "score"`);
  };
  return {
    startMs,
    endMs,
    selectors,
    searches,
    threshold,
    algorithm,
    caseSensitive,
    includeScore,
    order,
    limit,
    batchSize,
    checkOrder,
  };
}

/** @throws ApiError with upstream's words */
export function searchBoolean(parameters: Parameters, name: string, byDefault: boolean): boolean {
  const given = parameters.get(name);
  if (given === '') return byDefault;
  if (TRUE.includes(given)) return true;
  if (FALSE.includes(given)) return false;
  throw badData(`invalid ${name} ${JSON.stringify(given)}: must be boolean`);
}

function thresholdOf(parameters: Parameters): number {
  const given = parameters.get('fuzz_threshold');
  if (given === '') return 0;
  const threshold = integerOf(given);
  if (threshold !== undefined && threshold >= 0 && threshold <= 100) return threshold;
  throw badData(`invalid fuzz_threshold ${JSON.stringify(given)}: must be 0-100`);
}

function algorithmOf(parameters: Parameters): SearchParameters['algorithm'] {
  const given = parameters.get('fuzz_alg');
  if (given === '') return FUZZ_ALGORITHMS[0];
  const known = FUZZ_ALGORITHMS.find((name) => name === given);
  if (known !== undefined) return known;
  throw badData(
    `unsupported fuzz_alg ${JSON.stringify(given)}: must be one of [${FUZZ_ALGORITHMS.join(' ')}]`,
  );
}

function orderOf(parameters: Parameters, searches: readonly string[]): SearchParameters['order'] {
  const by = parameters.get('sort_by');
  const direction = parameters.get('sort_dir');
  if (direction !== '' && by === '') throw badData('sort_dir is only valid when sort_by is set');
  if (direction !== '' && by === 'score') throw badData('sort_dir is not supported for sort_by=score');
  if (!['', 'asc', 'dsc'].includes(direction)) {
    throw badData(`invalid sort_dir ${JSON.stringify(direction)}: must be "asc" or "dsc"`);
  }
  if (by === 'score' && searches.length === 0) throw badData('sort_by=score requires search[] to be set');
  if (by === 'score') return 'score';
  return direction === 'dsc' ? 'descending' : 'ascending';
}

function limitOf(parameters: Parameters, maxLimit: number): number {
  const limit = count(parameters, 'limit');
  if (limit === 0) return maxLimit > 0 ? Math.min(DEFAULT_LIMIT, maxLimit) : DEFAULT_LIMIT;
  if (maxLimit > 0 && limit > maxLimit) {
    throw badData(`limit ${limit} exceeds the configured maximum (${maxLimit}, see --web.search.max-limit)`);
  }
  return limit;
}

/** A whole number that is not negative; 0 when not given. */
function count(parameters: Parameters, name: string): number {
  const given = parameters.get(name);
  if (given === '') return 0;
  const value = integerOf(given);
  if (value !== undefined && value >= 0) return value;
  throw badData(`invalid ${name} ${JSON.stringify(given)}: must be non-negative integer`);
}

function badData(reason: string): ApiError {
  return new ApiError('bad_data', reason);
}
