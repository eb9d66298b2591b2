import { type ReactElement } from 'react';
import classes from './Loading.module.css';

/** A quiet placeholder; it appears only after a moment, so that fast answers never flicker. */
export function Loading(): ReactElement {
  return (
    <div className={classes.loading} role="status" aria-label="Loading">
      <div className={classes.bar} />
      <div className={classes.bar} />
      <div className={classes.bar} />
    </div>
  );
}
