import { TextInput } from '@mantine/core';
import { Badge } from '@narthex/ui';
import { IconSearch } from '@tabler/icons-react';
import { type ReactElement, useDeferredValue, useMemo, useState } from 'react';
import { useMetadata, useMetricNames } from '../../api/use-api';
import { Loaded } from '../../components/Loaded';
import { countOf, formatCount } from '../../format/number';
import { describeMetrics, searchMetrics } from './metrics';
import classes from './MetricsList.module.css';

/** Rows rendered; a narrower search shows others. */
const firstRows = 200;
const noNames: readonly string[] = [];
const noMetadata = {};

export interface MetricsListProps {
  readonly onChoose: (metric: string) => void;
}

/** All metrics with type and help; Enter takes the first. Metadata is a nicety: without it names alone are listed. */
export function MetricsList({ onChoose }: MetricsListProps): ReactElement {
  const names = useMetricNames();
  const metadata = useMetadata();
  const [search, setSearch] = useState('');
  const deferred = useDeferredValue(search);
  const metrics = useMemo(
    () => describeMetrics(names.data?.data ?? noNames, metadata.data?.data ?? noMetadata),
    [names.data, metadata.data],
  );
  const found = useMemo(() => searchMetrics(metrics, deferred), [metrics, deferred]);
  return (
    <>
      <div className={classes.search}>
        <TextInput
          data-autofocus
          aria-label="Search metrics"
          placeholder="Name, type or help"
          leftSection={<IconSearch size={14} aria-hidden />}
          value={search}
          spellCheck={false}
          onChange={(event) => setSearch(event.currentTarget.value)}
          onKeyDown={(event) => {
            const [first] = searchMetrics(metrics, search);
            if (event.key !== 'Enter' || first === undefined) return;
            // The focus moves to the editor at once, and the key must not reach it.
            event.preventDefault();
            onChoose(first.name);
          }}
        />
        <span className={classes.count}>{countOf(found.length, 'metric')}</span>
      </div>
      <Loaded result={names} what="the metric names">
        {() => (
          <ul className={classes.list}>
            {found.slice(0, firstRows).map(({ name, type, help }) => (
              <li key={name}>
                <button
                  type="button"
                  className={classes.metric}
                  data-testid="metric-row"
                  onClick={() => onChoose(name)}
                >
                  <span className={classes.name}>{name}</span>
                  {type !== undefined && <Badge tone="plain">{type}</Badge>}
                  <span className={classes.help}>{help}</span>
                </button>
              </li>
            ))}
            {found.length > firstRows && (
              <li className={classes.count}>
                {formatCount(found.length - firstRows)} more; type to narrow the search.
              </li>
            )}
          </ul>
        )}
      </Loaded>
    </>
  );
}
