import { type ReactElement } from 'react';
import { type LabelSet } from '../api/types-query';
import { labelNameText } from '../format/series';
import classes from './LabelList.module.css';

export interface LabelListProps {
  readonly labels: LabelSet;
  /** Label names left out, `__name__` for instance. */
  readonly omit?: readonly string[];
}

/** Labels as small tags that wrap, sorted by name. */
export function LabelList({ labels, omit = [] }: LabelListProps): ReactElement {
  const entries = Object.entries(labels)
    .filter(([name]) => !omit.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return (
    <span className={classes.list}>
      {entries.map(([name, value]) => (
        <span key={name} className={classes.label}>
          <span className={classes.name}>{labelNameText(name)}</span>
          <span className={classes.equals}>=</span>
          <span className={classes.value}>{value === '' ? '""' : value}</span>
        </span>
      ))}
    </span>
  );
}
