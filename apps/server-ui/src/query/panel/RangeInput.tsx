import { ActionIcon, TextInput, Tooltip } from '@mantine/core';
import { IconMinus, IconPlus } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';
import { formatDuration, parseDuration } from '../../format/duration';
import { nextRangeMs } from '../state/panel';
import classes from './inputs.module.css';

export interface RangeInputProps {
  readonly valueMs: number;
  readonly onChange: (valueMs: number) => void;
}

/** How far back the graph reaches: typed, or in steps. */
export function RangeInput({ valueMs, onChange }: RangeInputProps): ReactElement {
  const [typed, setTyped] = useState<string>();
  const [invalid, setInvalid] = useState(false);
  const commit = (): void => {
    if (typed === undefined) return;
    const parsed = parseDuration(typed);
    setInvalid(parsed === undefined);
    if (parsed === undefined) return;
    setTyped(undefined);
    if (parsed !== valueMs) onChange(parsed);
  };
  const step = (direction: 'longer' | 'shorter'): void => {
    setTyped(undefined);
    setInvalid(false);
    onChange(nextRangeMs(valueMs, direction));
  };
  return (
    <div className={classes.joined} role="group" aria-label="Range">
      <ActionIcon aria-label="Shorter range" size={28} onClick={() => step('shorter')}>
        <IconMinus size={14} />
      </ActionIcon>
      <Tooltip
        label={invalid ? 'Not a duration. Try 30m, 1h30m or 2d' : 'Range'}
        {...(invalid && { opened: true, color: 'red' })}
      >
        <TextInput
          aria-label="Range"
          variant="unstyled"
          w={56}
          classNames={{ input: classes.input ?? '' }}
          value={typed ?? formatDuration(valueMs)}
          error={invalid}
          spellCheck={false}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setInvalid(false);
          }}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === 'Enter') commit();
            if (event.key === 'ArrowUp') step('longer');
            if (event.key === 'ArrowDown') step('shorter');
            if (event.key === 'Escape') setTyped(undefined);
          }}
        />
      </Tooltip>
      <ActionIcon aria-label="Longer range" size={28} onClick={() => step('longer')}>
        <IconPlus size={14} />
      </ActionIcon>
    </div>
  );
}
