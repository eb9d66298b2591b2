import { Button } from '@mantine/core';
import { type ReactElement } from 'react';
import { Link } from 'react-router-dom';
import { type Silence } from '../api/types';
import { LinkedText } from '../components/LinkedText';
import { Moment } from '../components/Moment';
import { ExpireButton } from './ExpireButton';
import { SilenceMatchers } from './SilenceMatchers';
import classes from './silences.module.css';

/** One silence in the list. */
export function SilenceRow({ silence }: { readonly silence: Silence }): ReactElement {
  const { id, status, createdBy, comment } = silence;
  return (
    <li className={classes.row} data-state={status.state} data-testid="silence">
      <span className={classes.when}>
        <SilenceTimes silence={silence} />
      </span>
      <span className={classes.what}>
        <SilenceMatchers matchers={silence.matchers} />
        <span className={classes.why}>
          <b>{createdBy === '' ? 'someone' : createdBy}</b>
          {comment !== '' && (
            <>
              : <LinkedText text={comment} />
            </>
          )}
        </span>
      </span>
      <span className={classes.actions}>
        <Button size="compact-xs" variant="subtle" component={Link} to={`/silences/${id}`}>
          View
        </Button>
        <Button size="compact-xs" variant="subtle" component={Link} to={`/silences/edit/${id}`}>
          {status.state === 'expired' ? 'Recreate' : 'Edit'}
        </Button>
        {status.state !== 'expired' && <ExpireButton id={id} />}
      </span>
    </li>
  );
}

/** What matters about its times: when it ends, begins, or ended. */
export function SilenceTimes({ silence }: { readonly silence: Silence }): ReactElement {
  switch (silence.status.state) {
    case 'active':
      return (
        <>
          ends <Moment time={silence.endsAt} />
        </>
      );
    case 'pending':
      return (
        <>
          begins <Moment time={silence.startsAt} />
        </>
      );
    case 'expired':
      return (
        <>
          ended <Moment time={silence.endsAt} />
        </>
      );
  }
}
