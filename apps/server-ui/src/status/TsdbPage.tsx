import { Select } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import { Link } from 'react-router-dom';
import { type CardinalityEntry } from '../api/types-status';
import { useTsdbStatus } from '../api/use-api';
import { Loaded } from '../components/Loaded';
import { PageHeader } from '../components/PageHeader';
import { RefreshControl } from '../components/RefreshControl';
import { formatBytes, formatCount } from '../format/number';
import { formatSeries } from '../format/series';
import { formatTimestampWithZone } from '../format/time';
import { queryPageAddress } from '../query/state/url';
import { useSettings } from '../settings/settings';
import { CardinalityTable } from './CardinalityTable';
import classes from './status.module.css';

const limits = ['10', '20', '50', '100'];

/** What fills the head of the database. */
export function TsdbPage(): ReactElement {
  const [limit, setLimit] = useState(10);
  const result = useTsdbStatus(limit);
  const { settings } = useSettings();
  const at = (timestampMs: number): string =>
    Math.abs(timestampMs) > 8.64e15
      ? 'none yet'
      : formatTimestampWithZone(Math.round(timestampMs / 1000) * 1000, settings.timeZone);
  return (
    <>
      <PageHeader
        title="TSDB"
        aside={
          <>
            <Select
              aria-label="Rows per table"
              w={92}
              allowDeselect={false}
              data={limits.map((value) => ({ value, label: `Top ${value}` }))}
              value={String(limit)}
              onChange={(value) => setLimit(Number(value ?? limit))}
            />
            <RefreshControl fetching={result.isFetching} onRefresh={() => void result.refetch()} />
          </>
        }
      />
      <Loaded result={result} what="the TSDB status">
        {(data) => (
          <>
            <dl className={classes.figures}>
              <Figure name="Series" value={formatCount(data.headStats.numSeries)} />
              <Figure name="Chunks" value={formatCount(data.headStats.chunkCount)} />
              <Figure name="Label pairs" value={formatCount(data.headStats.numLabelPairs)} />
              <Figure name="Head begins" value={at(data.headStats.minTime)} />
              <Figure name="Head ends" value={at(data.headStats.maxTime)} />
            </dl>
            <div className={classes.grid}>
              <CardinalityTable
                title="Metric names by series"
                unit="series"
                entries={data.seriesCountByMetricName}
                link={seriesLink}
              />
              <CardinalityTable
                title="Label names by values"
                unit="values"
                entries={data.labelValueCountByLabelName}
              />
              <CardinalityTable
                title="Label pairs by series"
                unit="series"
                entries={data.seriesCountByLabelValuePair}
              />
              <CardinalityTable
                title="Label names by memory"
                unit="size"
                entries={data.memoryInBytesByLabelName}
                format={formatBytes}
              />
            </div>
          </>
        )}
      </Loaded>
    </>
  );
}

function seriesLink({ name }: CardinalityEntry): ReactElement {
  return <Link to={queryPageAddress(`count(${formatSeries({ __name__: name })})`, 'graph')}>{name}</Link>;
}

function Figure({ name, value }: { readonly name: string; readonly value: string }): ReactElement {
  return (
    <div className={classes.figure}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
