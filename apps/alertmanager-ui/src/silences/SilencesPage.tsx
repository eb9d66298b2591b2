import { Button } from '@mantine/core';
import { Notice } from '@narthex/ui';
import { IconPlus } from '@tabler/icons-react';
import { type ReactElement } from 'react';
import { Link, useSearchParams } from 'react-router-dom';
import { type SilenceState } from '../api/types';
import { useSilences } from '../api/use-queries';
import { Loaded } from '../components/Loaded';
import { MatcherField } from '../components/MatcherField';
import { PageHeader } from '../components/PageHeader';
import { formatMatcher, formatMatchers, parseMatchers } from '../matchers/matcher-text';
import { SilenceRow } from './SilenceRow';
import { StateTabs } from './StateTabs';
import classes from './silences.module.css';

const STATES: readonly SilenceState[] = ['active', 'pending', 'expired'];

/** The silences there are, by state. */
export function SilencesPage(): ReactElement {
  const [parameters, setParameters] = useSearchParams();
  const matchers = parseMatchers(parameters.get('filter') ?? '');
  const state = STATES.find((known) => known === parameters.get('state')) ?? 'active';
  const result = useSilences(matchers.map(formatMatcher));
  const set = (name: string, value: string): void =>
    setParameters(
      (current) => {
        const next = new URLSearchParams(current);
        if (value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  return (
    <>
      <PageHeader
        title="Silences"
        aside={
          <Button component={Link} to="/silences/new" leftSection={<IconPlus size={14} />}>
            New silence
          </Button>
        }
      >
        <StateTabs silences={result.data ?? []} chosen={state} onChoose={(next) => set('state', next)} />
      </PageHeader>
      <div className={classes.filter}>
        <MatcherField
          label="Filter by matchers"
          matchers={matchers}
          onChange={(next) => set('filter', formatMatchers(next))}
        />
      </div>
      <Loaded result={result} what="the silences">
        {(silences) => {
          const shown = silences.filter(({ status }) => status.state === state);
          if (shown.length === 0) {
            return (
              <Notice tone="plain" title={`No ${state} silences`}>
                {matchers.length > 0 ? 'None has these matchers.' : ''}
              </Notice>
            );
          }
          return (
            <ul className={classes.list}>
              {shown.map((silence) => (
                <SilenceRow key={silence.id} silence={silence} />
              ))}
            </ul>
          );
        }}
      </Loaded>
    </>
  );
}
