import { Button } from '@mantine/core';
import { Badge, Notice } from '@narthex/ui';
import { type ReactElement, useState } from 'react';
import { useDiscovery } from '../api/use-api';
import { FilterChips } from '../components/FilterChips';
import { LabelList } from '../components/LabelList';
import { Loaded } from '../components/Loaded';
import { PageHeader } from '../components/PageHeader';
import { RefreshControl } from '../components/RefreshControl';
import { SearchField } from '../components/SearchField';
import { Section } from '../components/Section';
import { useFolded } from '../components/use-folded';
import { useSearchState } from '../components/use-search-state';
import { formatCount } from '../format/number';
import {
  type DiscoveredPool,
  type DiscoveredTarget,
  discoveredPools,
  type DiscoveryState,
  filterDiscovered,
} from './discovered';
import classes from './targets.module.css';

const firstRows = 100;
const states: readonly DiscoveryState[] = ['active', 'dropped'];

/** What discovery found, and what relabelling made of it. */
export function DiscoveryPage(): ReactElement {
  const result = useDiscovery();
  const address = useSearchState();
  const pools = result.data === undefined ? [] : discoveredPools(result.data.data);
  const folding = useFolded(false);
  const chosen = states.filter((state) => address.list('state').includes(state));
  const search = address.text('search');
  const sum = (of: (pool: DiscoveredPool) => number): number =>
    pools.reduce((total, pool) => total + of(pool), 0);
  return (
    <>
      <PageHeader
        title="Service discovery"
        aside={<RefreshControl fetching={result.isFetching} onRefresh={() => void result.refetch()} />}
      >
        <FilterChips
          label="State"
          chosen={chosen}
          onChange={(next) => address.set('state', next)}
          chips={[
            { value: 'active', label: 'Active', count: sum(({ active }) => active), tone: 'ok' },
            { value: 'dropped', label: 'Dropped', count: sum(({ dropped }) => dropped), tone: 'warn' },
          ]}
        />
        <SearchField
          label="Search discovered targets"
          placeholder="Label name or value"
          value={search}
          onChange={(text) => address.set('search', text)}
        />
        <Button variant="default" onClick={() => folding.setAll(!folding.allOpen)}>
          {folding.allOpen ? 'Collapse all' : 'Expand all'}
        </Button>
      </PageHeader>
      <Loaded result={result} what="the discovered targets">
        {() =>
          pools.length === 0 ? (
            <Notice tone="plain" title="Nothing discovered">
              No scrape configuration has found a target.
            </Notice>
          ) : (
            pools.map((pool) => (
              <Section
                key={pool.name}
                testId="discovery-pool"
                title={pool.name}
                open={folding.isOpen(pool.name)}
                onToggle={() => folding.toggle(pool.name)}
                aside={`${formatCount(pool.active)} active of ${formatCount(pool.active + pool.dropped)}`}
              >
                <DiscoveredList pool={pool} targets={filterDiscovered(pool, chosen, search)} />
              </Section>
            ))
          )
        }
      </Loaded>
    </>
  );
}

interface DiscoveredListProps {
  readonly pool: DiscoveredPool;
  readonly targets: readonly DiscoveredTarget[];
}

function DiscoveredList({ pool, targets }: DiscoveredListProps): ReactElement {
  const [showAll, setShowAll] = useState(false);
  const shown = showAll ? targets : targets.slice(0, firstRows);
  const unkept = pool.active + pool.dropped - pool.targets.length;
  return (
    <>
      <div className={classes.pairHead}>
        <div>Discovered labels</div>
        <div>Target labels</div>
      </div>
      {shown.map(({ discovered, target }) => (
        <div
          key={JSON.stringify([discovered, target])}
          className={classes.pair}
          data-testid="discovered-target"
        >
          <LabelList labels={discovered} />
          {target === undefined ? (
            <div>
              <Badge tone="warn">DROPPED</Badge> by relabelling
            </div>
          ) : (
            <LabelList labels={target} />
          )}
        </div>
      ))}
      {targets.length === 0 && <div className={classes.more}>No target of this pool matches.</div>}
      {shown.length < targets.length && (
        <div className={classes.more}>
          The first {formatCount(shown.length)} of {formatCount(targets.length)} are shown.
          <Button size="compact-xs" variant="default" onClick={() => setShowAll(true)}>
            Show all
          </Button>
        </div>
      )}
      {unkept > 0 && (
        <div className={classes.more}>
          The server did not keep the labels of {formatCount(unkept)} more dropped targets
          (keep_dropped_targets).
        </div>
      )}
    </>
  );
}
