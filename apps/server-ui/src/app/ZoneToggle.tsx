import { Tooltip, UnstyledButton } from '@mantine/core';
import { type ReactElement } from 'react';
import { useSettings } from '../settings/settings';
import classes from './ZoneToggle.module.css';

export interface ZoneToggleProps {
  readonly narrow: boolean;
}

/** Whether times are read in UTC or on the local clock; said at all times, changed by a press. */
export function ZoneToggle({ narrow }: ZoneToggleProps): ReactElement {
  const { settings, change } = useSettings();
  const local = settings.timeZone === 'local';
  const label = local ? 'Times are local. Press for UTC' : 'Times are in UTC. Press for local time';
  return (
    <Tooltip label={label} position="right">
      <UnstyledButton
        className={classes.toggle}
        data-narrow={narrow}
        aria-label={label}
        onClick={() => change({ timeZone: local ? 'utc' : 'local' })}
      >
        {local ? 'Local' : 'UTC'}
      </UnstyledButton>
    </Tooltip>
  );
}
