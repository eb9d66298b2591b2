import { Button } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import { Section } from '../components/Section';
import { formatCount } from '../format/number';
import { healthCounts, type Pool } from './pools';
import { TargetRow } from './TargetRow';
import classes from './targets.module.css';

/** Rows rendered without being asked for all. */
const firstRows = 100;

export interface PoolSectionProps {
  /** The pool's targets as filtered. */
  readonly pool: Pool;
  /** The pool as a whole. */
  readonly all: Pool;
  readonly open: boolean;
  readonly onToggle: () => void;
}

export function PoolSection({ pool, all, open, onToggle }: PoolSectionProps): ReactElement {
  const [showAll, setShowAll] = useState(false);
  const { up, down } = healthCounts(all.targets);
  const total = all.targets.length;
  const shown = showAll ? pool.targets : pool.targets.slice(0, firstRows);
  return (
    <Section
      testId="target-pool"
      title={pool.name}
      open={open}
      onToggle={onToggle}
      aside={
        <>
          <span>
            {formatCount(up)} of {formatCount(total)} up
          </span>
          <span className={classes.meter} aria-hidden>
            <span className={classes.meterUp} style={{ width: `${(up / total) * 100}%` }} />
            <span className={classes.meterDown} style={{ width: `${(down / total) * 100}%` }} />
          </span>
        </>
      }
    >
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Endpoint</th>
            <th scope="col">Labels</th>
            <th scope="col" className={classes.right}>
              Last scrape
            </th>
            <th scope="col" className={classes.right}>
              Took
            </th>
            <th scope="col" className={`${classes.right ?? ''} ${classes.timing ?? ''}`}>
              Every / timeout
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((target) => (
            <TargetRow key={`${target.scrapeUrl} ${JSON.stringify(target.labels)}`} target={target} />
          ))}
        </tbody>
      </table>
      {shown.length < pool.targets.length && (
        <div className={classes.more}>
          The first {formatCount(shown.length)} of {formatCount(pool.targets.length)} targets are shown.
          <Button size="compact-xs" variant="default" onClick={() => setShowAll(true)}>
            Show all
          </Button>
        </div>
      )}
    </Section>
  );
}
