import { type ReactElement, type ReactNode } from 'react';
import classes from './status.module.css';

export interface FactTableProps {
  readonly title: string;
  readonly facts: readonly (readonly [string, ReactNode])[];
}

/** Names and values, one a line. */
export function FactTable({ title, facts }: FactTableProps): ReactElement {
  return (
    <section className={classes.card} aria-label={title}>
      <h2 className={classes.cardTitle}>{title}</h2>
      <table className={classes.table}>
        <tbody>
          {facts.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
