import { Button } from '@mantine/core';
import { Badge, Notice } from '@narthex/ui';
import { type ReactElement } from 'react';
import { type RuleGroup, type RuleHealth } from '../api/types-rules';
import { useRules } from '../api/use-api';
import { Age } from '../components/Age';
import { FilterChips } from '../components/FilterChips';
import { Loaded } from '../components/Loaded';
import { PageHeader } from '../components/PageHeader';
import { RefreshControl } from '../components/RefreshControl';
import { SearchField } from '../components/SearchField';
import { Section } from '../components/Section';
import { useFolded } from '../components/use-folded';
import { useSearchState } from '../components/use-search-state';
import { formatDuration, humanizeDuration } from '../format/duration';
import { filterRuleGroups, ruleHealthCounts } from './rule-groups';
import { RuleRow } from './RuleRow';
import classes from './rules.module.css';

const healths: readonly RuleHealth[] = ['ok', 'err', 'unknown'];
const noGroups: readonly RuleGroup[] = [];

/** All rule groups: what they compute, how long it takes, and what fails. */
export function RulesPage(): ReactElement {
  const result = useRules();
  const address = useSearchState();
  const folding = useFolded(true);
  const counts = ruleHealthCounts(result.data?.data.groups ?? noGroups);
  const chosen = healths.filter((health) => address.list('health').includes(health));
  const search = address.text('search');
  return (
    <>
      <PageHeader
        title="Rules"
        aside={<RefreshControl fetching={result.isFetching} onRefresh={() => void result.refetch()} />}
      >
        <FilterChips
          label="Health"
          chosen={chosen}
          onChange={(next) => address.set('health', next)}
          chips={[
            { value: 'ok', label: 'Ok', count: counts.ok, tone: 'ok' },
            { value: 'err', label: 'Error', count: counts.err, tone: 'bad' },
            { value: 'unknown', label: 'Unknown', count: counts.unknown, tone: 'plain' },
          ]}
        />
        <SearchField
          label="Search rules"
          placeholder="Name, expression or label"
          value={search}
          onChange={(text) => address.set('search', text)}
        />
        <Button variant="default" onClick={() => folding.setAll(!folding.allOpen)}>
          {folding.allOpen ? 'Collapse all' : 'Expand all'}
        </Button>
      </PageHeader>
      <Loaded result={result} what="the rules">
        {({ groups }) => {
          if (groups.length === 0) {
            return (
              <Notice tone="plain" title="No rules">
                This server loads no rule files.
              </Notice>
            );
          }
          const shown = filterRuleGroups(groups, { health: chosen, search });
          if (shown.length === 0) return <Notice tone="plain">No rule matches these filters.</Notice>;
          return shown.map((group) => {
            const key = `${group.file};${group.name}`;
            return (
              <Section
                key={key}
                testId="rule-group"
                open={folding.isOpen(key)}
                onToggle={() => folding.toggle(key)}
                title={
                  <>
                    {group.name} <span className={classes.file}>{group.file}</span>
                  </>
                }
                aside={<GroupTiming group={group} />}
              >
                {group.rules.map((rule, index) => (
                  <RuleRow key={`${rule.name};${index}`} rule={rule} />
                ))}
              </Section>
            );
          });
        }}
      </Loaded>
    </>
  );
}

function GroupTiming({ group }: { readonly group: RuleGroup }): ReactElement {
  const tookMs = group.evaluationTime * 1000;
  const slow = group.evaluationTime > group.interval;
  return (
    <>
      {slow && <Badge tone="warn">SLOWER THAN ITS INTERVAL</Badge>}
      <span>
        <Age time={group.lastEvaluation} />
      </span>
      <span>took {humanizeDuration(tookMs)}</span>
      <span>every {formatDuration(group.interval * 1000)}</span>
    </>
  );
}
