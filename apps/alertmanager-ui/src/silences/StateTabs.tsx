import { SegmentedControl } from '@mantine/core';
import { type ReactElement } from 'react';
import { type Silence, type SilenceState } from '../api/types';

export interface StateTabsProps {
  readonly silences: readonly Silence[];
  readonly chosen: SilenceState;
  readonly onChoose: (state: SilenceState) => void;
}

const names: readonly (readonly [SilenceState, string])[] = [
  ['active', 'Active'],
  ['pending', 'Pending'],
  ['expired', 'Expired'],
];

/** The states of silences with how many there are of each. */
export function StateTabs({ silences, chosen, onChoose }: StateTabsProps): ReactElement {
  return (
    <SegmentedControl
      aria-label="State"
      value={chosen}
      onChange={(value) => onChoose(value)}
      data={names.map(([value, name]) => ({
        value,
        label: `${name} ${silences.filter(({ status }) => status.state === value).length}`,
      }))}
    />
  );
}
