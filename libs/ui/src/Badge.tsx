import { type ReactElement, type ReactNode } from 'react';
import classes from './Badge.module.css';

/** What a colour means, the same on every page. */
export type Tone = 'ok' | 'warn' | 'bad' | 'info' | 'plain';

export interface BadgeProps {
  readonly tone: Tone;
  readonly children: ReactNode;
}

/** A short state in its colour; the word carries the meaning, the colour only helps. */
export function Badge({ tone, children }: BadgeProps): ReactElement {
  return (
    <span className={classes.badge} data-tone={tone}>
      {children}
    </span>
  );
}
