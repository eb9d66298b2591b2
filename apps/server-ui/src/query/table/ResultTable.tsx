import { Button } from '@mantine/core';
import { Notice } from '@narthex/ui';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { type ReactElement, useMemo, useState } from 'react';
import { CopyButton } from '../../components/CopyButton';
import { SeriesName } from '../../components/SeriesName';
import { formatCount } from '../../format/number';
import { formatSeries } from '../../format/series';
import { formatTimestamp } from '../../format/time';
import { useSettings } from '../../settings/settings';
import { HistogramValue } from './HistogramValue';
import { resultRows, type SortKey, sortRows, type TableRow, type TableSample } from './rows';
import classes from './ResultTable.module.css';
import { type QueryResult } from '../../api/types-query';

/** Rows rendered without being asked for all. */
const firstRows = 250;

export interface ResultTableProps {
  readonly data: QueryResult;
}

const nextBySeries: Readonly<Record<SortKey, SortKey>> = {
  server: 'series',
  series: 'server',
  ascending: 'series',
  descending: 'series',
};
const nextByValue: Readonly<Record<SortKey, SortKey>> = {
  server: 'descending',
  series: 'descending',
  descending: 'ascending',
  ascending: 'server',
};

/** The answer of an instant query, a series a row. */
export function ResultTable({ data }: ResultTableProps): ReactElement {
  const [sort, setSort] = useState<SortKey>('server');
  const [showAll, setShowAll] = useState(false);
  const rows = useMemo(() => sortRows(resultRows(data), sort), [data, sort]);
  if (rows.length === 0)
    return (
      <Notice tone="plain" title="No data">
        The query gave no series at this time.
      </Notice>
    );
  const shown = showAll ? rows : rows.slice(0, firstRows);
  const valueSort = sort === 'ascending' ? 'ascending' : sort === 'descending' ? 'descending' : 'none';
  return (
    <div>
      <table className={classes.table} data-testid="result-table">
        <thead>
          <tr>
            <th scope="col" aria-sort={sort === 'series' ? 'ascending' : 'none'}>
              <button type="button" className={classes.sort} onClick={() => setSort(nextBySeries[sort])}>
                {data.resultType === 'vector' || data.resultType === 'matrix' ? 'Series' : data.resultType}
                {sort === 'series' && <IconArrowUp size={12} aria-hidden />}
              </button>
            </th>
            <th scope="col" className={classes.valueHead} aria-sort={valueSort}>
              <button type="button" className={classes.sort} onClick={() => setSort(nextByValue[sort])}>
                {sort === 'ascending' && <IconArrowUp size={12} aria-hidden />}
                {sort === 'descending' && <IconArrowDown size={12} aria-hidden />}
                Value
              </button>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <ResultRow key={formatSeries(row.metric ?? {})} row={row} />
          ))}
        </tbody>
      </table>
      {shown.length < rows.length && (
        <div className={classes.more}>
          The first {formatCount(shown.length)} of {formatCount(rows.length)} rows are shown.
          <Button size="compact-xs" variant="default" onClick={() => setShowAll(true)}>
            Show all
          </Button>
        </div>
      )}
    </div>
  );
}

function ResultRow({ row }: { readonly row: TableRow }): ReactElement {
  return (
    <tr data-testid="result-row">
      <td>
        <div className={classes.series}>
          {row.metric !== undefined && (
            <>
              <SeriesName metric={row.metric} />
              <span className={classes.copy}>
                <CopyButton label="Copy series" text={formatSeries(row.metric)} />
              </span>
            </>
          )}
        </div>
      </td>
      <td className={classes.value}>
        {row.samples.map((sample, index) => (
          <SampleValue key={sample.timestampMs ?? index} sample={sample} />
        ))}
      </td>
    </tr>
  );
}

function SampleValue({ sample }: { readonly sample: TableSample }): ReactElement {
  const { settings } = useSettings();
  const { value, timestampMs } = sample;
  return (
    <div {...(timestampMs !== undefined && { className: classes.timed ?? '' })}>
      {typeof value === 'string' ? value : <HistogramValue histogram={value} />}
      {timestampMs !== undefined && (
        <span className={classes.time} title={String(timestampMs / 1000)}>
          @{formatTimestamp(timestampMs, settings.timeZone)}
        </span>
      )}
    </div>
  );
}
