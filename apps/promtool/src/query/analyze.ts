import { formatGoDuration } from '@narthex/gotemplate';
import { METRIC_NAME } from '@narthex/model';
import { clientFor } from '../api/http-config.js';
import { PrometheusApi } from '../api/prometheus-api.js';
import { ToolError, trying } from '../errors.js';
import { parseTime, secondsText } from '../time-argument.js';
import { type Tool } from '../tool.js';
import { apiResult, type ApiSeries, labelSetText, metricText } from './api-values.js';
import { type BucketStatistics, classicStatistics, nativeStatistics } from './bucket-statistics.js';

const METRIC_TYPE = 'histogram';
const HEAD = `Bucket stats for each histogram series over time
------------------------------------------------
First the min, avg, and max number of populated buckets, followed by the total
number of buckets (only if different from the max number of populated buckets
which is typical for classic but not native histograms).

`;
const AGGREGATED = `
Aggregated bucket stats
-----------------------
Each line shows min/avg/max over the series above.
`;

export interface Analysis {
  readonly server: string;
  readonly configFile: string | undefined;
  readonly type: string;
  readonly durationMs: number;
  readonly time: string;
  readonly matchers: readonly string[];
}

/** `promtool query analyze`: how many buckets of histograms are in use. */
export async function analyzeHistograms(options: Analysis, tool: Tool): Promise<number> {
  if (options.type !== METRIC_TYPE) {
    throw new ToolError(`analyze type is ${options.type}, must be '${METRIC_TYPE}'`);
  }
  const timeMs =
    options.time === ''
      ? tool.clock.nowMs()
      : await trying(`error parsing time '${options.time}'`, () => parseTime(options.time));
  const client = await clientFor(options.configFile, options.server);
  try {
    const api = new PrometheusApi(client, options.server);
    const range = formatGoDuration(BigInt(Math.round(options.durationMs * 1e6)));
    const [native, classic]: [BucketStatistics[], BucketStatistics[]] = [[], []];
    tool.out(HEAD);
    for (const matcher of options.matchers) {
      const form = [
        ['query', `${matcher}[${range}]`],
        ['time', secondsText(timeMs)],
      ] as const;
      const result = apiResult((await api.call('/api/v1/query', form)).data);
      if (result.resultType !== 'matrix') throw new ToolError('query of buckets resulted in non-Matrix');
      for (const { name, kind, statistics } of analyzed(result.result)) {
        tool.out(`- ${name} (${kind}): ${statisticsText(statistics)}\n`);
        (kind === 'native' ? native : classic).push(statistics);
      }
    }
    tool.out(AGGREGATED);
    if (native.length > 0)
      tool.out(`\nNative histogram series (${native.length} in total):\n${summary(native)}`);
    if (classic.length > 0)
      tool.out(`\nClassic histogram series (${classic.length} in total):\n${summary(classic)}`);
    return 0;
  } finally {
    await client.close();
  }
}

interface Analyzed {
  readonly name: string;
  readonly kind: 'native' | 'classic';
  readonly statistics: BucketStatistics;
}

/** Series with floats are the buckets of classic histograms; the others are native ones. */
function* analyzed(matrix: readonly ApiSeries[]): Generator<Analyzed> {
  const classic = new Map<string, ApiSeries[]>();
  for (const series of matrix) {
    const { le, ...labels } = series.metric;
    if ((series.values ?? []).length === 0) {
      const statistics = nativeStatistics(series);
      if (statistics !== undefined) yield { name: metricText(series.metric), kind: 'native', statistics };
    } else if (le !== undefined && labels[METRIC_NAME]?.endsWith('_bucket') === true) {
      const { [METRIC_NAME]: metric, ...others } = labels;
      const name = `${metric}${labelSetText(others)}`;
      const buckets = classic.get(name) ?? [];
      buckets.push(series);
      classic.set(name, buckets);
    }
  }
  for (const [name, buckets] of classic) {
    const statistics = classicStatistics(buckets);
    if (statistics !== undefined) yield { name, kind: 'classic', statistics };
  }
}

function statisticsText({ min, avg, max, total }: BucketStatistics): string {
  return `${min}/${avg.toFixed(3)}/${max}${total === max ? '' : `/${total}`}`;
}

function summary(all: readonly BucketStatistics[]): string {
  const lines = [
    line(
      'min populated',
      all.map(({ min }) => min),
    ),
    line(
      'avg populated',
      all.map(({ avg }) => Math.trunc(avg)),
    ),
    line(
      'max populated',
      all.map(({ max }) => max),
    ),
  ];
  if (all.some(({ max, total }) => total !== max))
    lines.push(
      line(
        'total',
        all.map(({ total }) => total),
      ),
    );
  return lines.join('');
}

function line(what: string, numbers: readonly number[]): string {
  const avg = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  return `- ${what}: ${Math.min(...numbers)}/${avg.toFixed(3)}/${Math.max(...numbers)}\n`;
}
