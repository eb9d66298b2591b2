import { Button, Switch } from '@mantine/core';
import { Notice } from '@narthex/ui';
import { type ReactElement } from 'react';
import { useAlertingRules } from '../api/use-api';
import { type AlertingRule, type AlertState, type RuleGroup } from '../api/types-rules';
import { FilterChips } from '../components/FilterChips';
import { Loaded } from '../components/Loaded';
import { PageHeader } from '../components/PageHeader';
import { RefreshControl } from '../components/RefreshControl';
import { SearchField } from '../components/SearchField';
import { useFolded } from '../components/use-folded';
import { useSearchState } from '../components/use-search-state';
import { useSettings } from '../settings/settings';
import { filterAlertGroups, stateCounts } from './alert-groups';
import { AlertRule } from './AlertRule';
import classes from './alerts.module.css';

const states: readonly AlertState[] = ['firing', 'pending', 'inactive', 'unknown'];
const noGroups: readonly RuleGroup<AlertingRule>[] = [];

/** All alerting rules with what they hold at the moment. */
export function AlertsPage(): ReactElement {
  const result = useAlertingRules();
  const address = useSearchState();
  const folding = useFolded(false);
  const { settings, change } = useSettings();
  const counts = stateCounts(result.data?.data.groups ?? noGroups);
  const chosen = states.filter((state) => address.list('state').includes(state));
  const search = address.text('search');
  return (
    <>
      <PageHeader
        title="Alerts"
        aside={<RefreshControl fetching={result.isFetching} onRefresh={() => void result.refetch()} />}
      >
        <FilterChips
          label="State"
          chosen={chosen}
          onChange={(next) => address.set('state', next)}
          chips={[
            { value: 'firing', label: 'Firing', count: counts.firing, tone: 'bad' },
            { value: 'pending', label: 'Pending', count: counts.pending, tone: 'warn' },
            { value: 'inactive', label: 'Inactive', count: counts.inactive, tone: 'ok' },
            ...(counts.unknown > 0
              ? [{ value: 'unknown', label: 'Unknown', count: counts.unknown, tone: 'plain' } as const]
              : []),
          ]}
        />
        <SearchField
          label="Search alerts"
          placeholder="Name, expression or label"
          value={search}
          onChange={(text) => address.set('search', text)}
        />
        <Button variant="default" onClick={() => folding.setAll(!folding.allOpen)}>
          {folding.allOpen ? 'Collapse all' : 'Expand all'}
        </Button>
        <Switch
          label="Annotations"
          checked={settings.showAnnotations}
          onChange={(event) => change({ showAnnotations: event.currentTarget.checked })}
        />
      </PageHeader>
      <Loaded result={result} what="the alerts">
        {({ groups }) => {
          if (groups.every(({ rules }) => rules.length === 0)) {
            return (
              <Notice tone="plain" title="No alerting rules">
                The rule files of this server define none.
              </Notice>
            );
          }
          const shown = filterAlertGroups(groups, { states: chosen, search });
          if (shown.length === 0)
            return <Notice tone="plain">No alerting rule matches these filters.</Notice>;
          return shown.map((group) => (
            <section
              key={`${group.file};${group.name}`}
              className={classes.group}
              aria-label={`Group ${group.name}`}
            >
              <h2 className={classes.groupName}>
                {group.name} <span className={classes.file}>{group.file}</span>
              </h2>
              <div className={classes.rules}>
                {group.rules.map((rule, index) => {
                  const key = `${group.file};${group.name};${rule.name};${index}`;
                  return (
                    <AlertRule
                      key={key}
                      rule={rule}
                      open={folding.isOpen(key)}
                      onToggle={() => folding.toggle(key)}
                    />
                  );
                })}
              </div>
            </section>
          ));
        }}
      </Loaded>
    </>
  );
}
