import { ActionIcon, Menu, Tooltip, UnstyledButton } from '@mantine/core';
import { IconCheck, IconChevronDown, IconRefresh } from '@tabler/icons-react';
import { type ReactElement } from 'react';
import { formatDuration } from '../format/duration';
import { useSettings } from '../settings/settings';
import classes from './RefreshControl.module.css';

const choicesMs = [0, 2000, 5000, 10_000, 30_000, 60_000];
const nameOf = (intervalMs: number): string => (intervalMs === 0 ? 'Off' : formatDuration(intervalMs));

export interface RefreshControlProps {
  readonly fetching: boolean;
  readonly onRefresh: () => void;
}

/** Fetch now, and how often by itself. */
export function RefreshControl({ fetching, onRefresh }: RefreshControlProps): ReactElement {
  const { settings, change } = useSettings();
  return (
    <div className={classes.control}>
      <Tooltip label="Refresh now">
        <ActionIcon aria-label="Refresh now" onClick={onRefresh} size={28}>
          <IconRefresh size={15} className={classes.icon} data-spinning={fetching} />
        </ActionIcon>
      </Tooltip>
      <Menu position="bottom-end">
        <Menu.Target>
          <UnstyledButton
            className={classes.interval}
            aria-label={`Refresh interval: ${nameOf(settings.refreshMs)}`}
          >
            {nameOf(settings.refreshMs)}
            <IconChevronDown size={12} aria-hidden />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Refresh every</Menu.Label>
          {choicesMs.map((intervalMs) => (
            <Menu.Item
              key={intervalMs}
              rightSection={
                intervalMs === settings.refreshMs ? <IconCheck size={14} aria-label="chosen" /> : undefined
              }
              onClick={() => change({ refreshMs: intervalMs })}
            >
              {nameOf(intervalMs)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
