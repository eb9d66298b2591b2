import { Select, TextInput } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import { formatDuration, parseDuration } from '../../format/duration';
import { type Density, effectiveStepMs, type Resolution } from '../state/panel';

const fixedStepsMs = [10, 30, 60, 300, 900, 3600].map((seconds) => seconds * 1000);
const densities: readonly Density[] = ['low', 'medium', 'high'];

const choices = [
  {
    group: 'Automatic',
    items: densities.map((density) => ({ value: `auto:${density}`, label: `Auto: ${density}` })),
  },
  {
    group: 'Fixed step',
    items: [
      ...fixedStepsMs.map((stepMs) => ({
        value: `fixed:${stepMs}`,
        label: `Step: ${formatDuration(stepMs)}`,
      })),
      { value: 'custom', label: 'Custom step' },
    ],
  },
];

export interface ResolutionInputProps {
  readonly value: Resolution;
  readonly rangeMs: number;
  readonly onChange: (value: Resolution) => void;
}

/** How close the graph's points lie: by density, by a common step, or by a step of one's own. */
export function ResolutionInput({ value, rangeMs, onChange }: ResolutionInputProps): ReactElement {
  const [typed, setTyped] = useState<string>();
  const stepMs = effectiveStepMs(value, rangeMs);
  const listed = value.type === 'fixed' && fixedStepsMs.includes(value.stepMs);
  const chosen =
    value.type === 'auto' ? `auto:${value.density}` : listed ? `fixed:${value.stepMs}` : 'custom';

  const choose = (choice: string | null): void => {
    const [type, detail] = (choice ?? '').split(':');
    if (type === 'auto') onChange({ type, density: detail as Density });
    if (type === 'fixed') onChange({ type, stepMs: Number(detail) });
    if (type === 'custom') onChange({ type, stepMs: Math.max(1000, Math.round(stepMs / 1000) * 1000) });
  };
  const parsed = typed === undefined ? stepMs : parseDuration(typed);
  const commit = (): void => {
    if (parsed === undefined || typed === undefined) return;
    setTyped(undefined);
    if (parsed !== stepMs) onChange({ type: 'custom', stepMs: parsed });
  };
  return (
    <>
      <Select
        aria-label="Resolution"
        w={126}
        allowDeselect={false}
        checkIconPosition="right"
        comboboxProps={{ width: 180, position: 'bottom-start' }}
        maxDropdownHeight={340}
        data={choices}
        value={chosen}
        onChange={choose}
      />
      {chosen === 'custom' && (
        <TextInput
          aria-label="Step"
          w={72}
          value={typed ?? formatDuration(stepMs)}
          error={parsed === undefined}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === 'Enter') commit();
          }}
        />
      )}
    </>
  );
}
