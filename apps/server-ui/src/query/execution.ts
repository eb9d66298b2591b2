import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { type ApiClient } from '../api/client';
import { type ExemplarSeries, type MatrixSeries, type QueryResult } from '../api/types-query';
import { useServer } from '../app/server-context';
import { type QueryGrid } from './graph/align';
import { type Exemplar, flattenExemplars } from './graph/exemplars';
import { effectiveStepMs, type Panel } from './state/panel';

/** What both kinds of query bring back beside their data. */
export interface Execution {
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  /** From asking to the parsed answer, in milliseconds. */
  readonly tookMs: number;
}

export interface InstantExecution extends Execution {
  readonly data: QueryResult;
  readonly evaluatedAtMs: number;
}

export interface RangeExecution extends Execution {
  readonly data: readonly MatrixSeries[];
  readonly grid: QueryGrid;
}

/** Identifies one run: pressing Execute again counts `run` up. */
export interface Run {
  readonly panelKey: number;
  readonly run: number;
}

export function useInstantQuery(panel: Panel, at: Run): UseQueryResult<InstantExecution> {
  const { api } = useServer();
  return useQuery({
    queryKey: ['query', at.panelKey, panel.expr, panel.endMs, at.run],
    queryFn: ({ signal }) => instantQuery(api, panel, signal),
    enabled: panel.expr.trim() !== '',
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 0,
  });
}

export function useRangeQuery(panel: Panel, at: Run): UseQueryResult<RangeExecution> {
  const { api } = useServer();
  const stepMs = effectiveStepMs(panel.resolution, panel.rangeMs);
  return useQuery({
    queryKey: ['query_range', at.panelKey, panel.expr, panel.endMs, panel.rangeMs, stepMs, at.run],
    queryFn: ({ signal }) => rangeQuery(api, panel, stepMs, signal),
    enabled: panel.expr.trim() !== '',
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 0,
  });
}

/** Exemplars of the series an expression selects, over the range that is drawn. */
export function useExemplars(
  expr: string,
  grid: QueryGrid,
  enabled: boolean,
): UseQueryResult<readonly Exemplar[]> {
  const { api } = useServer();
  return useQuery({
    queryKey: ['query_exemplars', expr, grid.start, grid.end],
    queryFn: async ({ signal }) => {
      const params = new URLSearchParams({ query: expr, start: String(grid.start), end: String(grid.end) });
      return flattenExemplars(
        (await api.get<readonly ExemplarSeries[]>('query_exemplars', params, signal)).data,
      );
    },
    enabled,
    staleTime: Infinity,
    gcTime: 0,
  });
}

async function instantQuery(api: ApiClient, panel: Panel, signal: AbortSignal): Promise<InstantExecution> {
  const evaluatedAtMs = panel.endMs ?? Date.now();
  const started = performance.now();
  const params = new URLSearchParams({ query: panel.expr, time: seconds(evaluatedAtMs) });
  const { data, warnings, infos } = await api.get<QueryResult>('query', params, signal);
  return { data, warnings, infos, evaluatedAtMs, tookMs: performance.now() - started };
}

async function rangeQuery(
  api: ApiClient,
  panel: Panel,
  stepMs: number,
  signal: AbortSignal,
): Promise<RangeExecution> {
  const endMs = panel.endMs ?? Date.now();
  const startMs = endMs - panel.rangeMs;
  const started = performance.now();
  const params = new URLSearchParams({
    query: panel.expr,
    start: seconds(startMs),
    end: seconds(endMs),
    step: seconds(stepMs),
  });
  const { data, warnings, infos } = await api.get<QueryResult>('query_range', params, signal);
  const grid = { start: startMs / 1000, end: endMs / 1000, step: stepMs / 1000 };
  const matrix = data.resultType === 'matrix' ? data.result : [];
  return { data: matrix, grid, warnings, infos, tookMs: performance.now() - started };
}

function seconds(milliseconds: number): string {
  return String(milliseconds / 1000);
}
