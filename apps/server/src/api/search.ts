import { compareText } from '@narthex/model';
import { type Clock } from '@narthex/process';
import { type QueryTask } from '@narthex/query-worker';
import { type Response } from 'express';
import { type Endpoint } from './endpoint.js';
import { goJson } from './envelope.js';
import { ApiError } from './errors.js';
import { type Parameters } from './parameters.js';
import { type QueryRunner } from './query.js';
import { searchFilter } from './search-score.js';
import { searchBoolean, type SearchParameters, searchParameters } from './search-parameters.js';
import { type TargetSource } from './targets.js';

export interface SearchSource {
  readonly clock: Clock;
  readonly queries: QueryRunner;
  readonly scrape: Pick<TargetSource, 'metadata'>;
  /** The feature `search-api`. */
  readonly enabled: boolean;
  /** `--web.search.max-limit`; 0 for none. */
  readonly maxLimit: number;
}

interface Found {
  readonly name: string;
  readonly score: number;
}

type Describe = (found: Found) => Readonly<Record<string, unknown>>;

/** `/search/metric_names`, `/search/label_names` and `/search/label_values`: answers of a line of JSON a batch. */
export function searchEndpoints(source: SearchSource): readonly Endpoint[] {
  const { clock, queries, scrape, enabled, maxLimit } = source;
  const search = (
    kind: string,
    task: (
      parameters: Parameters,
    ) => Pick<QueryTask & { form: 'labelValues' }, 'form' | 'name'> | { form: 'labelNames' },
    describe: (parameters: Parameters) => Describe = () => () => ({}),
  ): Endpoint => ({
    path: `/search/${kind}`,
    methods: ['GET', 'POST'],
    handle: async (parameters, response) => {
      if (!enabled) throw new ApiError('unavailable', 'search API disabled');
      parameters.checkForm();
      const asked = searchParameters(parameters, { nowMs: clock.nowMs(), maxLimit });
      const described = describe(parameters);
      const what = task(parameters);
      asked.checkOrder(kind);
      const { startMs, endMs, selectors } = asked;
      const answer = await queries.json({ ...what, startMs, endMs, selectors, limit: 0 });
      const parts: Uint8Array[] = [];
      for await (const part of answer.parts) parts.push(part);
      const names = JSON.parse(Buffer.concat(parts).toString()) as string[];
      send(response, chosen(names, asked), asked, answer.notes().warnings, described);
    },
  });
  return [
    search(
      'metric_names',
      () => ({ form: 'labelValues', name: '__name__' }),
      (parameters) => {
        return searchBoolean(parameters, 'include_metadata', false) ? metadataOf(scrape) : () => ({});
      },
    ),
    search('label_names', () => ({ form: 'labelNames' })),
    search('label_values', (parameters) => {
      const name = parameters.get('label');
      if (name === '') throw new ApiError('bad_data', 'missing required parameter "label"');
      return { form: 'labelValues', name };
    }),
  ];
}

function metadataOf(scrape: Pick<TargetSource, 'metadata'>): Describe {
  return ({ name }) => {
    for (const { type, help, unit } of scrape.metadata(name)) {
      return { type, ...(help === '' ? {} : { help }), ...(unit === '' ? {} : { unit }) };
    }
    return {};
  };
}

/** One more than the limit, so that it shows whether there are more. */
function chosen(names: readonly string[], asked: SearchParameters): readonly Found[] {
  const filter = searchFilter(asked);
  const found = names.flatMap((name): Found[] => {
    const score = filter(name);
    return score === undefined ? [] : [{ name, score }];
  });
  if (asked.order === 'score') found.sort((a, b) => b.score - a.score || compareText(a.name, b.name));
  else if (asked.order === 'descending') found.reverse();
  return found.slice(0, asked.limit + 1);
}

function send(
  response: Response,
  found: readonly Found[],
  { limit, batchSize, includeScore }: SearchParameters,
  warnings: readonly string[],
  describe: Describe,
): void {
  response.status(200).setHeader('Content-Type', 'application/x-ndjson; charset=utf-8');
  const shown = found.slice(0, limit);
  for (let from = 0; from < Math.max(shown.length, 1); from += batchSize) {
    const results = shown.slice(from, from + batchSize).map((one) => ({
      name: one.name,
      ...(includeScore ? { score: one.score } : {}),
      ...describe(one),
    }));
    const notes = from === 0 && warnings.length > 0 ? { warnings } : {};
    response.write(`${goJson({ results, ...notes })}\n`);
  }
  response.end(`${goJson({ status: 'success', has_more: found.length > limit })}\n`);
}
