import { type ReactElement } from 'react';
import { type LabelSet } from '../api/types-query';
import { labelNameText, quote, seriesParts } from '../format/series';
import classes from './SeriesName.module.css';

export interface SeriesNameProps {
  readonly metric: LabelSet;
}

/** A series as PromQL writes it, coloured for reading: `up{job="node"}`. */
export function SeriesName({ metric }: SeriesNameProps): ReactElement {
  const { name, quotedName, labels } = seriesParts(metric);
  const bare = name !== '' && labels.length === 0 && quotedName === undefined;
  return (
    <span className={classes.series}>
      <span className={classes.metric}>{name}</span>
      {!bare && (
        <>
          <span className={classes.mark}>{'{'}</span>
          {quotedName !== undefined && <span className={classes.metric}>{quote(quotedName)}</span>}
          {labels.map(([label, value], index) => (
            <span key={label}>
              {(index > 0 || quotedName !== undefined) && <span className={classes.mark}>, </span>}
              <span className={classes.label}>{labelNameText(label)}</span>
              <span className={classes.mark}>=</span>
              <span className={classes.value}>{quote(value)}</span>
            </span>
          ))}
          <span className={classes.mark}>{'}'}</span>
        </>
      )}
    </span>
  );
}
