import { type ReactElement } from 'react';
import { type QueryResult } from '../../api/types-query';
import { humanizeDuration } from '../../format/duration';
import { countOf } from '../../format/number';
import { formatTimestampWithZone } from '../../format/time';
import { useSettings } from '../../settings/settings';
import { type Execution } from '../execution';
import classes from './QueryPanel.module.css';

export interface ExecutionSummaryProps {
  readonly execution: Execution;
  readonly data: QueryResult;
  /** When an instant query was evaluated, in milliseconds. */
  readonly atMs?: number;
  /** The step of a range query, in milliseconds. */
  readonly stepMs?: number;
}

/** One line: how much came back, how long it took, and for when. */
export function ExecutionSummary({ execution, data, atMs, stepMs }: ExecutionSummaryProps): ReactElement {
  const { settings } = useSettings();
  const plural = data.resultType === 'vector' || data.resultType === 'matrix';
  return (
    <div className={classes.summary} data-testid="query-summary" role="status">
      <span>{plural ? countOf(data.result.length, 'series', 'series') : data.resultType}</span>
      <span>{humanizeDuration(Math.max(1, Math.round(execution.tookMs)))}</span>
      {stepMs !== undefined && <span>step {humanizeDuration(stepMs)}</span>}
      {atMs !== undefined && (
        <span>at {formatTimestampWithZone(Math.round(atMs / 1000) * 1000, settings.timeZone)}</span>
      )}
    </div>
  );
}
