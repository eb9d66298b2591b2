import { type ReactElement } from 'react';
import classes from './LabelList.module.css';

export interface LabelListProps {
  readonly labels: Readonly<Record<string, string>>;
  /** Label names left out, `__name__` for instance. */
  readonly omit?: readonly string[];
  /** A label that comes before all others. */
  readonly first?: string;
  /** How a name is written; as it is without this. */
  readonly nameText?: (name: string) => string;
  /** Makes the labels buttons. */
  readonly onPick?: (name: string, value: string) => void;
}

/** Labels as small tags that wrap, sorted by name. */
export function LabelList({ labels, omit = [], first, nameText, onPick }: LabelListProps): ReactElement {
  const rank = (name: string): number => (name === first ? 0 : 1);
  const entries = Object.entries(labels)
    .filter(([name]) => !omit.includes(name))
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return (
    <span className={classes.list}>
      {entries.map(([name, value]) => {
        const text = (
          <>
            <span className={classes.name}>{nameText?.(name) ?? name}</span>
            <span className={classes.equals}>=</span>
            <span className={classes.value}>{value === '' ? '""' : value}</span>
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
