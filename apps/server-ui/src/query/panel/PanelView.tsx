import { Loading, Notice } from '@narthex/ui';
import { lazy, type ReactElement, Suspense, type ReactNode } from 'react';
import { type UseQueryResult } from '@tanstack/react-query';
import { type Execution, type Run, useInstantQuery, useRangeQuery } from '../execution';
import { type Panel } from '../state/panel';
import { ResultTable } from '../table/ResultTable';
import { ExecutionNotes } from './ExecutionNotes';
import { ExecutionSummary } from './ExecutionSummary';
import { QueryFailure } from './QueryFailure';
import classes from './QueryPanel.module.css';

const Graph = lazy(() => import('../graph/Graph').then((module) => ({ default: module.Graph })));

export interface PanelViewProps {
  readonly panel: Panel;
  readonly at: Run;
  readonly onChange: (patch: Partial<Panel>) => void;
}

/** The table tab's answer. */
export function TableView({ panel, at }: PanelViewProps): ReactElement {
  const query = useInstantQuery(panel, at);
  return (
    <Answer query={query} panel={panel}>
      {(execution) => (
        <>
          <ExecutionSummary execution={execution} data={execution.data} atMs={execution.evaluatedAtMs} />
          <ResultTable data={execution.data} />
        </>
      )}
    </Answer>
  );
}

/** The graph tab's answer. */
export function GraphView({ panel, at, onChange }: PanelViewProps): ReactElement {
  const query = useRangeQuery(panel, at);
  return (
    <Answer query={query} panel={panel}>
      {(execution) => (
        <>
          <ExecutionSummary
            execution={execution}
            data={{ resultType: 'matrix', result: execution.data }}
            stepMs={execution.grid.step * 1000}
          />
          <Suspense fallback={<Loading />}>
            <Graph
              execution={execution}
              panel={panel}
              onSelectRange={(startMs, endMs) => onChange(zoomedTo(startMs, endMs))}
            />
          </Suspense>
        </>
      )}
    </Answer>
  );
}

/** Whole seconds, unless the range is so short that they would move it. */
function zoomedTo(startMs: number, endMs: number): Partial<Panel> {
  const unitMs = endMs - startMs > 20_000 ? 1000 : 1;
  const end = Math.round(endMs / unitMs) * unitMs;
  return { endMs: end, rangeMs: Math.max(unitMs, Math.round((endMs - startMs) / unitMs) * unitMs) };
}

interface AnswerProps<E extends Execution> {
  readonly query: UseQueryResult<E>;
  readonly panel: Panel;
  readonly children: (execution: E) => ReactNode;
}

function Answer<E extends Execution>({ query, panel, children }: AnswerProps<E>): ReactElement {
  const { data, error, isFetching, isPlaceholderData } = query;
  if (panel.expr.trim() === '') {
    return (
      <div className={classes.answer}>
        <Notice tone="plain">Nothing asked yet. Type an expression above and press Enter.</Notice>
      </div>
    );
  }
  return (
    <div className={classes.answer} aria-busy={isFetching}>
      {isFetching && <div className={classes.progress} role="progressbar" aria-label="Query running" />}
      {error !== null && <QueryFailure error={error} />}
      {data !== undefined && error === null && (
        <div data-stale={isPlaceholderData} className={classes.data}>
          <ExecutionNotes execution={data} />
          {children(data)}
        </div>
      )}
      {data === undefined && error === null && <Loading />}
    </div>
  );
}
