import { type Tone } from '@narthex/ui';
import { type ReactElement } from 'react';
import { formatCount } from '../format/number';
import classes from './FilterChips.module.css';

export interface FilterChip<V extends string> {
  readonly value: V;
  readonly label: string;
  readonly count: number;
  readonly tone: Tone;
}

export interface FilterChipsProps<V extends string> {
  readonly label: string;
  readonly chips: readonly FilterChip<V>[];
  /** Chosen values; none chosen means no filter. */
  readonly chosen: readonly V[];
  readonly onChange: (chosen: readonly V[]) => void;
}

/** Counts that filter when pressed. Several may be pressed; the list then shows any of them. */
export function FilterChips<V extends string>({
  label,
  chips,
  chosen,
  onChange,
}: FilterChipsProps<V>): ReactElement {
  const toggle = (value: V): void =>
    onChange(chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value]);
  return (
    <div className={classes.chips} role="group" aria-label={label}>
      {chips.map(({ value, label: name, count, tone }) => (
        <button
          key={value}
          type="button"
          className={classes.chip}
          data-tone={count === 0 ? 'plain' : tone}
          aria-pressed={chosen.includes(value)}
          onClick={() => toggle(value)}
        >
          <span className={classes.dot} aria-hidden />
          {name}
          <span className={classes.count}>{formatCount(count)}</span>
        </button>
      ))}
    </div>
  );
}
