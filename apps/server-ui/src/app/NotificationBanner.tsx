import { CloseButton } from '@mantine/core';
import { Notice } from '@narthex/ui';
import { type ReactElement, useState } from 'react';
import { useNotifications } from '../api/use-api';
import { Age } from '../components/Age';
import classes from './NotificationBanner.module.css';

/** What the server wants noticed, a failed reload for instance; each can be put aside until it happens anew. */
export function NotificationBanner(): ReactElement | null {
  const { data } = useNotifications();
  const [dismissed, setDismissed] = useState<readonly string[]>([]);
  const shown = (data?.data ?? [])
    .map((notification) => ({ ...notification, key: `${notification.date} ${notification.text}` }))
    .filter(({ active, key }) => active && !dismissed.includes(key));
  if (shown.length === 0) return null;
  return (
    <div className={classes.banner}>
      {shown.map(({ key, text, date }) => (
        <div key={key} className={classes.entry}>
          <Notice tone="warn" title={text}>
            <Age time={date} />
          </Notice>
          <CloseButton
            className={classes.close ?? ''}
            size="sm"
            aria-label={`Dismiss: ${text}`}
            onClick={() => setDismissed([...dismissed, key])}
          />
        </div>
      ))}
    </div>
  );
}
