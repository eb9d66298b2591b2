import { HttpRequestError } from '@narthex/httpclient';
import { clientFor } from '../api/http-config.js';
import { PrometheusApi } from '../api/prometheus-api.js';
import { ApiError, errorText, ToolError, trying } from '../errors.js';
import { goJson } from '../go-json.js';
import { parseTime, secondsText } from '../time-argument.js';
import { type Tool } from '../tool.js';
import { orderedLabels, resultJson } from './api-json.js';
import { type ApiLabels, apiResult, labelSetText, resultText } from './api-values.js';

/** How far back, and ahead, a query for series looks when nothing is said. */
const FAR_MS = 9999 * 3_600_000;
const DEFAULT_RANGE_MS = 5 * 60_000;
const DEFAULT_POINT_COUNT = 250;

/** What every query takes. */
export interface QueryOptions {
  readonly server: string;
  readonly configFile: string | undefined;
  readonly format: 'promql' | 'json';
  readonly headers?: ReadonlyMap<string, string>;
}

export interface TimeRange {
  /** Seconds or RFC 3339; empty for the default. */
  readonly start: string;
  readonly end: string;
}

/** `promtool query instant` */
export async function queryInstant(
  options: QueryOptions & { readonly query: string; readonly time: string },
  tool: Tool,
): Promise<number> {
  const timeMs =
    options.time === ''
      ? tool.clock.nowMs()
      : await trying('error parsing evaluation time', () => parseTime(options.time));
  return ask(options, tool, async (api) => {
    const form = [
      ['query', options.query],
      ['time', secondsText(timeMs)],
    ] as const;
    const result = apiResult((await api.call('/api/v1/query', form)).data);
    tool.out(`${options.format === 'json' ? resultJson(result) : resultText(result)}\n`);
  });
}

/** `promtool query range` */
export async function queryRange(
  options: QueryOptions & TimeRange & { readonly query: string; readonly stepMs: number | undefined },
  tool: Tool,
): Promise<number> {
  const endMs =
    options.end === ''
      ? tool.clock.nowMs()
      : await trying('error parsing end time', () => parseTime(options.end));
  const startMs =
    options.start === ''
      ? endMs - DEFAULT_RANGE_MS
      : await trying('error parsing start time', () => parseTime(options.start));
  if (startMs >= endMs) throw new ToolError('start time is not before end time');
  const defaultStepMs = Math.max(Math.floor((endMs - startMs) / 1000 / DEFAULT_POINT_COUNT), 1) * 1000;
  return ask(options, tool, async (api) => {
    const form = [
      ['query', options.query],
      ['start', secondsText(startMs)],
      ['end', secondsText(endMs)],
      [
        'step',
        secondsText(options.stepMs === undefined || options.stepMs === 0 ? defaultStepMs : options.stepMs),
      ],
    ] as const;
    const result = apiResult((await api.call('/api/v1/query_range', form)).data);
    tool.out(`${options.format === 'json' ? resultJson(result) : resultText(result)}\n`);
  });
}

/** `promtool query series` */
export async function querySeries(
  options: QueryOptions & TimeRange & { readonly matchers: readonly string[] },
  tool: Tool,
): Promise<number> {
  const form = await selectionForm(options, tool);
  return ask(options, tool, async (api) => {
    const { data } = await api.call('/api/v1/series', form);
    const series = arrayOf(data) as readonly ApiLabels[];
    if (options.format === 'json') tool.out(`${goJson(series.map(orderedLabels))}\n`);
    else for (const labels of series) tool.out(`${labelSetText(labels)}\n`);
  });
}

/** `promtool query labels` */
export async function queryLabels(
  options: QueryOptions & TimeRange & { readonly matchers: readonly string[]; readonly name: string },
  tool: Tool,
): Promise<number> {
  const form = await selectionForm(options, tool);
  return ask(options, tool, async (api) => {
    const { data, warnings } = await api.get(
      `/api/v1/label/${encodeURIComponent(options.name)}/values`,
      form,
    );
    for (const warning of warnings) tool.error(`query warning: ${warning}\n`);
    const values = arrayOf(data) as readonly string[];
    if (options.format === 'json') tool.out(`${goJson(values)}\n`);
    else for (const value of values) tool.out(`${value}\n`);
  });
}

async function selectionForm(
  { matchers, start, end }: TimeRange & { readonly matchers: readonly string[] },
  { clock }: Tool,
): Promise<(readonly [string, string])[]> {
  const startMs =
    start === '' ? clock.nowMs() - FAR_MS : await trying('error parsing start time', () => parseTime(start));
  const endMs =
    end === '' ? clock.nowMs() + FAR_MS : await trying('error parsing end time', () => parseTime(end));
  return [
    ...matchers.map((matcher) => ['match[]', matcher] as const),
    ['start', secondsText(startMs)],
    ['end', secondsText(endMs)],
  ];
}

function arrayOf(data: unknown): readonly unknown[] {
  if (Array.isArray(data)) return data;
  throw new ToolError('bad_response: not a list');
}

/** Asks a server; what goes wrong on the way is told as upstream does. */
async function ask(
  { server, configFile, headers }: QueryOptions,
  tool: Tool,
  use: (api: PrometheusApi) => Promise<void>,
): Promise<number> {
  const client = await clientFor(configFile, server);
  try {
    await use(new PrometheusApi(client, server, Object.fromEntries(headers ?? [])));
    return 0;
  } catch (error) {
    if (!(error instanceof ToolError || error instanceof HttpRequestError)) throw error;
    const detail = error instanceof ApiError && error.detail !== '' ? ` (detail: ${error.detail})` : '';
    tool.error(`query error: ${errorText(error)}${detail}\n`);
    return 1;
  } finally {
    await client.close();
  }
}
