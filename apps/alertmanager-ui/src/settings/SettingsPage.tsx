import { SegmentedControl, Select, TextInput } from '@mantine/core';
import { type ReactElement } from 'react';
import { PageHeader } from '../components/PageHeader';
import { formatDuration } from '../format/duration';
import { useSettings } from './settings';
import classes from './settings.module.css';

const REFRESH_CHOICES_MS = [0, 5000, 10_000, 30_000, 60_000];

/** What a person may choose; it stays in this browser. */
export function SettingsPage(): ReactElement {
  const { settings, change } = useSettings();
  return (
    <>
      <PageHeader title="Settings" />
      <div className={classes.card}>
        <div>
          <div className={classes.label}>Times</div>
          <SegmentedControl
            aria-label="Times"
            value={settings.timeZone}
            onChange={(value) => change({ timeZone: value === 'utc' ? 'utc' : 'local' })}
            data={[
              { value: 'utc', label: 'UTC' },
              { value: 'local', label: 'Local' },
            ]}
          />
        </div>
        <Select
          label="Refresh lists"
          allowDeselect={false}
          value={String(settings.refreshMs)}
          onChange={(value) => change({ refreshMs: Number(value ?? 0) })}
          data={REFRESH_CHOICES_MS.map((intervalMs) => ({
            value: String(intervalMs),
            label: intervalMs === 0 ? 'Never' : `Every ${formatDuration(intervalMs)}`,
          }))}
        />
        <TextInput
          label="Creator of new silences"
          value={settings.creator}
          onChange={(event) => change({ creator: event.currentTarget.value })}
        />
      </div>
    </>
  );
}
