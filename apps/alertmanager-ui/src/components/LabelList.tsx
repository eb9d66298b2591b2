import { type ReactElement } from 'react';
import { type LabelSet } from '../api/types';
import classes from './LabelList.module.css';

export interface LabelListProps {
  readonly labels: LabelSet;
  /** Label names left out. */
  readonly omit?: readonly string[];
  /** Makes the labels buttons. */
  readonly onPick?: (name: string, value: string) => void;
}

/** Labels as small tags that wrap, alertname first, then by name. */
export function LabelList({ labels, omit = [], onPick }: LabelListProps): ReactElement {
  const rank = (name: string): number => (name === 'alertname' ? 0 : 1);
  const entries = Object.entries(labels)
    .filter(([name]) => !omit.includes(name))
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return (
    <span className={classes.list}>
      {entries.map(([name, value]) => {
        const text = (
          <>
            <span className={classes.name}>{name}</span>
            <span className={classes.equals}>=</span>
            <span className={classes.value}>{value}</span>
          </>
        );
        if (onPick === undefined) {
          return (
            <span key={name} className={classes.label}>
              {text}
            </span>
          );
        }
        return (
          <button
            key={name}
            type="button"
            className={classes.label}
            title={`Show only alerts with ${name}="${value}"`}
            onClick={() => onPick(name, value)}
          >
            {text}
          </button>
        );
      })}
    </span>
  );
}
