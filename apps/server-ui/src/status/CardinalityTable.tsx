import { type ReactElement, type ReactNode } from 'react';
import { type CardinalityEntry } from '../api/types-status';
import { formatCount } from '../format/number';
import classes from './status.module.css';

export interface CardinalityTableProps {
  readonly title: string;
  readonly unit: string;
  readonly entries: readonly CardinalityEntry[] | null;
  readonly format?: (value: number) => string;
  /** How a name is shown, when not as plain text. */
  readonly link?: (entry: CardinalityEntry) => ReactNode;
}

/** The largest of a kind, with bars to compare by eye. */
export function CardinalityTable({
  title,
  unit,
  entries,
  format = formatCount,
  link,
}: CardinalityTableProps): ReactElement {
  const rows = entries ?? [];
  const largest = Math.max(...rows.map(({ value }) => value), 1);
  return (
    <section className={classes.card} aria-label={title}>
      <h2 className={classes.cardTitle}>
        {title} <span className={classes.unit}>{unit}</span>
      </h2>
      <table className={classes.table}>
        <tbody>
          {rows.map((entry) => (
            <tr key={entry.name}>
              <th scope="row">
                <code>{link?.(entry) ?? entry.name}</code>
                <div
                  className={classes.bar}
                  style={{ width: `${(entry.value / largest) * 100}%` }}
                  aria-hidden
                />
              </th>
              <td className={classes.number}>{format(entry.value)}</td>
            </tr>
          ))}
          {rows.length === 0 && (
            <tr>
              <td className={classes.empty}>Nothing yet</td>
            </tr>
          )}
        </tbody>
      </table>
    </section>
  );
}
