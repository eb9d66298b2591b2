import { ActionIcon, TextInput, Tooltip } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconX } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';
import { formatTimestamp, parseTimeInput } from '../../format/time';
import { useSettings } from '../../settings/settings';
import classes from './inputs.module.css';

export interface TimeInputProps {
  readonly label: string;
  /** Milliseconds; null is the present. */
  readonly valueMs: number | null;
  /** What one press of the arrows moves by, in milliseconds. */
  readonly stepMs: number;
  readonly onChange: (valueMs: number | null) => void;
}

/** A moment to type, `2026-03-01 09:05`, `now-1h` or Unix seconds; empty follows the present. */
export function TimeInput({ label, valueMs, stepMs, onChange }: TimeInputProps): ReactElement {
  const { settings } = useSettings();
  const text = valueMs === null ? '' : formatTimestamp(valueMs, settings.timeZone);
  const [typed, setTyped] = useState<string>();
  const [invalid, setInvalid] = useState(false);

  const commit = (): void => {
    if (typed === undefined) return;
    const isNow = typed.trim() === '' || typed.trim().toLowerCase() === 'now';
    const parsed = isNow ? null : parseTimeInput(typed, settings.timeZone, nowInSeconds());
    setInvalid(parsed === undefined);
    if (parsed === undefined) return;
    setTyped(undefined);
    if (parsed !== valueMs) onChange(parsed);
  };
  const shift = (byMs: number): void => {
    setTyped(undefined);
    onChange((valueMs ?? nowInSeconds()) + byMs);
  };
  return (
    <div className={classes.joined} role="group" aria-label={label}>
      <Tooltip label="Earlier">
        <ActionIcon aria-label={`${label}: earlier`} size={28} onClick={() => shift(-stepMs)}>
          <IconChevronLeft size={14} />
        </ActionIcon>
      </Tooltip>
      <Tooltip
        label={
          invalid
            ? 'Not a time. Try 2026-03-01 09:05, now-1h or Unix seconds'
            : `${label}, ${zoneName(settings.timeZone)}`
        }
        {...(invalid && { opened: true, color: 'red' })}
      >
        <TextInput
          aria-label={label}
          placeholder="now"
          classNames={{ input: classes.input ?? '' }}
          variant="unstyled"
          w={146}
          value={typed ?? text}
          error={invalid}
          spellCheck={false}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setInvalid(false);
          }}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === 'Enter') commit();
            if (event.key === 'Escape') {
              setTyped(undefined);
              setInvalid(false);
            }
          }}
        />
      </Tooltip>
      {valueMs !== null && (
        <Tooltip label="Back to now">
          <ActionIcon aria-label={`${label}: now`} size={22} onClick={() => onChange(null)}>
            <IconX size={12} />
          </ActionIcon>
        </Tooltip>
      )}
      <Tooltip label="Later">
        <ActionIcon aria-label={`${label}: later`} size={28} onClick={() => shift(stepMs)}>
          <IconChevronRight size={14} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

function zoneName(zone: 'utc' | 'local'): string {
  return zone === 'utc' ? 'UTC' : 'local time';
}

/** The present in milliseconds, without the fraction nobody typed. */
function nowInSeconds(): number {
  return Math.floor(Date.now() / 1000) * 1000;
}
