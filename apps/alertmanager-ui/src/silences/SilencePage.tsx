import { Button } from '@mantine/core';
import { Badge, type Tone } from '@narthex/ui';
import { type ReactElement, type ReactNode } from 'react';
import { Link, useParams } from 'react-router-dom';
import { type Silence, type SilenceState } from '../api/types';
import { useSilence } from '../api/use-queries';
import { LinkedText } from '../components/LinkedText';
import { Loaded } from '../components/Loaded';
import { PageHeader } from '../components/PageHeader';
import { formatTime } from '../format/time';
import { formatMatcher } from '../matchers/matcher-text';
import { useSettings } from '../settings/settings';
import { AffectedAlerts } from './AffectedAlerts';
import { ExpireButton } from './ExpireButton';
import { SilenceMatchers } from './SilenceMatchers';
import { SilenceTimes } from './SilenceRow';
import classes from './silences.module.css';

const tones: Readonly<Record<SilenceState, Tone>> = { active: 'ok', pending: 'info', expired: 'plain' };

/** One silence with all there is to know of it. */
export function SilencePage(): ReactElement {
  const { id = '' } = useParams();
  const result = useSilence(id);
  const silence = result.data;
  return (
    <>
      <PageHeader
        title="Silence"
        aside={
          silence !== undefined && (
            <>
              <Button variant="default" component={Link} to={`/silences/edit/${silence.id}`}>
                {silence.status.state === 'expired' ? 'Recreate' : 'Edit'}
              </Button>
              {silence.status.state !== 'expired' && <ExpireButton id={silence.id} />}
            </>
          )
        }
      />
      <Loaded result={result} what="the silence">
        {(shown) => (
          <div className={classes.form}>
            <Facts silence={shown} />
            {shown.status.state !== 'expired' && (
              <AffectedAlerts filters={shown.matchers.map(formatMatcher)} />
            )}
          </div>
        )}
      </Loaded>
    </>
  );
}

function Facts({ silence }: { readonly silence: Silence }): ReactElement {
  const { settings } = useSettings();
  const time = (given: string): string => formatTime(Date.parse(given), settings.timeZone);
  const { state } = silence.status;
  const facts: readonly (readonly [string, ReactNode])[] = [
    [
      'State',
      <>
        <Badge tone={tones[state]}>{state}</Badge> <SilenceTimes silence={silence} />
      </>,
    ],
    ['Matchers', <SilenceMatchers key="matchers" matchers={silence.matchers} />],
    ['Starts', time(silence.startsAt)],
    ['Ends', time(silence.endsAt)],
    ['Updated', time(silence.updatedAt)],
    ['Creator', silence.createdBy],
    ['Comment', <LinkedText key="comment" text={silence.comment} />],
    ['ID', <code key="id">{silence.id}</code>],
  ];
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
