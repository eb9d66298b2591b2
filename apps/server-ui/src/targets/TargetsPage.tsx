import { Button, Select } from '@mantine/core';
import { Notice } from '@narthex/ui';
import { type ReactElement, useMemo } from 'react';
import { useTargets } from '../api/use-api';
import { type TargetHealth, type TargetsAnswer } from '../api/types-targets';
import { FilterChips } from '../components/FilterChips';
import { Loaded } from '../components/Loaded';
import { PageHeader } from '../components/PageHeader';
import { RefreshControl } from '../components/RefreshControl';
import { SearchField } from '../components/SearchField';
import { useFolded } from '../components/use-folded';
import { useSearchState } from '../components/use-search-state';
import { filterTargets, healthCounts, poolsOf } from './pools';
import { PoolSection } from './PoolSection';

/** From this many pools on they start folded. */
const manyPools = 20;
const healths: readonly TargetHealth[] = ['up', 'down', 'unknown'];
const noTargets: TargetsAnswer['activeTargets'] = [];

/** What is scraped, and how that goes. */
export function TargetsPage(): ReactElement {
  const result = useTargets();
  const address = useSearchState();
  const targets = result.data?.data.activeTargets ?? noTargets;
  const pools = useMemo(() => poolsOf(targets), [targets]);
  const counts = healthCounts(targets);
  const folding = useFolded(pools.length <= manyPools);
  const chosen = healths.filter((health) => address.list('health').includes(health));
  const filter = { pool: address.text('pool'), health: chosen, search: address.text('search') };
  return (
    <>
      <PageHeader
        title="Targets"
        aside={<RefreshControl fetching={result.isFetching} onRefresh={() => void result.refetch()} />}
      >
        <FilterChips
          label="Health"
          chosen={chosen}
          onChange={(next) => address.set('health', next)}
          chips={[
            { value: 'up', label: 'Up', count: counts.up, tone: 'ok' },
            { value: 'down', label: 'Down', count: counts.down, tone: 'bad' },
            { value: 'unknown', label: 'Unknown', count: counts.unknown, tone: 'plain' },
          ]}
        />
        <Select
          aria-label="Scrape pool"
          placeholder="All pools"
          w={170}
          clearable
          searchable
          data={pools.map(({ name }) => name)}
          value={filter.pool === '' ? null : filter.pool}
          onChange={(pool) => address.set('pool', pool ?? '')}
        />
        <SearchField
          label="Search targets"
          placeholder="Address, label or error"
          value={filter.search}
          onChange={(text) => address.set('search', text)}
        />
        <Button variant="default" onClick={() => folding.setAll(!folding.allOpen)}>
          {folding.allOpen ? 'Collapse all' : 'Expand all'}
        </Button>
      </PageHeader>
      <Loaded result={result} what="the targets">
        {(data) => {
          if (data.activeTargets.length === 0) {
            return (
              <Notice tone="plain" title="No targets">
                No scrape configuration has found a target.
              </Notice>
            );
          }
          const shown = poolsOf(filterTargets(data.activeTargets, filter));
          if (shown.length === 0) return <Notice tone="plain">No target matches these filters.</Notice>;
          return shown.map((pool) => (
            <PoolSection
              key={pool.name}
              pool={pool}
              all={pools.find(({ name }) => name === pool.name) ?? pool}
              open={folding.isOpen(pool.name)}
              onToggle={() => folding.toggle(pool.name)}
            />
          ));
        }}
      </Loaded>
    </>
  );
}
