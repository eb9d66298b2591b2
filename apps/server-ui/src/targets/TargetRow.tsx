import { ActionIcon, Tooltip } from '@mantine/core';
import { Badge, type Tone } from '@narthex/ui';
import { IconListDetails } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';
import { type ActiveTarget, type TargetHealth } from '../api/types-targets';
import { Age } from '../components/Age';
import { LabelList } from '../components/LabelList';
import { humanizeDuration } from '../format/duration';
import { endpointParts } from './endpoint';
import classes from './targets.module.css';

const tones: Readonly<Record<TargetHealth, Tone>> = { up: 'ok', down: 'bad', unknown: 'plain' };

export interface TargetRowProps {
  readonly target: ActiveTarget;
}

/** One target; its error below it, and the labels it was discovered with when asked. */
export function TargetRow({ target }: TargetRowProps): ReactElement {
  const [discovered, setDiscovered] = useState(false);
  const { base, params } = endpointParts(target.scrapeUrl);
  const toggleName = discovered ? 'Hide discovered labels' : 'Show discovered labels';
  return (
    <>
      <tr data-testid="target-row" data-health={target.health} className={classes.row}>
        <td>
          <Badge tone={tones[target.health]}>{target.health.toUpperCase()}</Badge>
        </td>
        <td className={classes.endpoint}>
          <a href={target.globalUrl} target="_blank" rel="noreferrer">
            {base}
          </a>
          <LabelList labels={params} />
        </td>
        <td>
          <div className={classes.labels}>
            <LabelList labels={target.labels} />
            <Tooltip label={toggleName}>
              <ActionIcon
                size={20}
                aria-label={toggleName}
                aria-expanded={discovered}
                onClick={() => setDiscovered(!discovered)}
              >
                <IconListDetails size={13} />
              </ActionIcon>
            </Tooltip>
          </div>
          {discovered && (
            <div className={classes.discovered}>
              <div className={classes.caption}>Discovered labels</div>
              <LabelList labels={target.discoveredLabels} />
            </div>
          )}
        </td>
        <td className={classes.number}>
          <Age time={target.lastScrape} />
        </td>
        <td className={classes.number}>{humanizeDuration(target.lastScrapeDuration * 1000)}</td>
        <td className={`${classes.number ?? ''} ${classes.timing ?? ''}`}>
          {target.scrapeInterval} / {target.scrapeTimeout}
        </td>
      </tr>
      {target.lastError !== '' && (
        <tr className={classes.errorRow}>
          <td />
          <td colSpan={4} data-testid="target-error">
            {target.lastError}
          </td>
          <td className={classes.timing} />
        </tr>
      )}
    </>
  );
}
