import { Button, Select } from '@mantine/core';
import { Notice } from '@narthex/ui';
import { IconBellOff } from '@tabler/icons-react';
import { type ReactElement } from 'react';
import { Link } from 'react-router-dom';
import { type AlertGroup } from '../api/types';
import { useAlertGroups, useReceivers } from '../api/use-queries';
import { Loaded } from '../components/Loaded';
import { MatcherField } from '../components/MatcherField';
import { PageHeader } from '../components/PageHeader';
import { Toggle } from '../components/Toggle';
import { formatMatchers, sameMatcher } from '../matchers/matcher-text';
import { type AlertFlag } from './alert-query';
import { AlertGroupCard } from './AlertGroupCard';
import classes from './alerts.module.css';
import { type AlertFilters, useAlertFilters } from './use-alert-filters';

const toggles: readonly { readonly flag: AlertFlag; readonly label: string; readonly hint: string }[] = [
  { flag: 'active', label: 'Active', hint: 'Alerts that are notified' },
  { flag: 'silenced', label: 'Silenced', hint: 'Alerts that a silence holds back' },
  { flag: 'inhibited', label: 'Inhibited', hint: 'Alerts that another alert holds back' },
  { flag: 'muted', label: 'Muted', hint: 'Groups that a time interval holds back' },
];

/** The alerts there are, in the groups in which they are notified. */
export function AlertsPage(): ReactElement {
  const filters = useAlertFilters();
  const result = useAlertGroups(filters.query);
  return (
    <>
      <PageHeader title="Alerts" aside={<ReceiverMenu filters={filters} />}>
        <span className={classes.toggles} role="group" aria-label="Which alerts">
          {toggles.map(({ flag, label, hint }) => (
            <Toggle
              key={flag}
              label={label}
              hint={hint}
              pressed={filters.query[flag]}
              onChange={(pressed) => filters.setFlag(flag, pressed)}
            />
          ))}
        </span>
        {result.data !== undefined && <span className={classes.count}>{summary(result.data)}</span>}
      </PageHeader>
      <div className={classes.filter}>
        <MatcherField label="Filter by labels" matchers={filters.matchers} onChange={filters.setMatchers}>
          {filters.matchers.length > 0 && (
            <Button
              size="compact-xs"
              variant="light"
              leftSection={<IconBellOff size={13} />}
              component={Link}
              to={`/silences/new?filter=${encodeURIComponent(formatMatchers(filters.matchers))}`}
            >
              Silence
            </Button>
          )}
        </MatcherField>
      </div>
      <Loaded result={result} what="the alerts">
        {(groups) =>
          groups.length === 0 ? (
            <Notice tone="plain" title="No alerts">
              {isFiltered(filters) ? 'None matches these filters.' : 'Nothing is firing.'}
            </Notice>
          ) : (
            groups.map((group) => (
              <AlertGroupCard
                key={`${group.receiver.name} ${JSON.stringify(group.labels)} ${group.alerts[0]?.fingerprint ?? ''}`}
                group={group}
                onPick={(name, value) => {
                  const picked = { name, value, isRegex: false, isEqual: true };
                  if (!filters.matchers.some((known) => sameMatcher(known, picked))) {
                    filters.setMatchers([...filters.matchers, picked]);
                  }
                }}
              />
            ))
          )
        }
      </Loaded>
    </>
  );
}

function ReceiverMenu({ filters }: { readonly filters: AlertFilters }): ReactElement {
  const receivers = useReceivers();
  const names = (receivers.data ?? []).map(({ name }) => name);
  const chosen = filters.query.receiver;
  return (
    <Select
      aria-label="Receiver"
      placeholder="All receivers"
      data={names.includes(chosen) || chosen === '' ? names : [...names, chosen]}
      value={chosen === '' ? null : chosen}
      onChange={(name) => filters.setReceiver(name ?? '')}
      clearable
      searchable={names.length > 8}
      w={190}
    />
  );
}

function isFiltered({ query }: AlertFilters): boolean {
  return query.filters.length > 0 || query.receiver !== '' || !query.active;
}

function summary(groups: readonly AlertGroup[]): string {
  const alerts = new Set(groups.flatMap((group) => group.alerts.map(({ fingerprint }) => fingerprint)));
  const some = (count: number, what: string): string =>
    `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
  return `${some(alerts.size, 'alert')} in ${some(groups.length, 'group')}`;
}
