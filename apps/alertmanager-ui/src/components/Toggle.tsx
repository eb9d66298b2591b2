import { Tooltip } from '@mantine/core';
import { type ReactElement } from 'react';
import classes from './Toggle.module.css';

export interface ToggleProps {
  readonly label: string;
  readonly hint: string;
  readonly pressed: boolean;
  readonly onChange: (pressed: boolean) => void;
}

/** A filter that is on or off. */
export function Toggle({ label, hint, pressed, onChange }: ToggleProps): ReactElement {
  return (
    <Tooltip label={hint}>
      <button
        type="button"
        className={classes.toggle}
        aria-pressed={pressed}
        onClick={() => onChange(!pressed)}
      >
        {label}
      </button>
    </Tooltip>
  );
}
