import { type ReactElement } from 'react';
import { type LabelSet } from '../api/types-query';
import classes from './rules.module.css';

export interface AnnotationsProps {
  readonly annotations: LabelSet;
}

/** Annotations in full; an address among them can be followed. */
export function Annotations({ annotations }: AnnotationsProps): ReactElement | null {
  const entries = Object.entries(annotations);
  if (entries.length === 0) return null;
  return (
    <dl className={classes.facts}>
      {entries.map(([name, value]) => (
        <div key={name} className={classes.fact}>
          <dt>{name}</dt>
          <dd>
            {/^https?:\/\/\S+$/.test(value) ? (
              <a href={value} target="_blank" rel="noreferrer">
                {value}
              </a>
            ) : (
              value
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
