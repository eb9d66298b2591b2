import { Button } from '@mantine/core';
import { Badge } from '@narthex/ui';
import { type ReactElement, useMemo, useState } from 'react';
import { type ActiveAlert } from '../api/types-rules';
import { Age } from '../components/Age';
import { LabelList } from '../components/LabelList';
import { formatCount, formatGlance, parseSampleValue } from '../format/number';
import { parseServerTime } from '../format/time';
import { Annotations } from '../rules/Annotations';
import { useSettings } from '../settings/settings';
import { sortAlerts } from './alert-groups';
import { stateTones } from './state-tones';
import classes from './alerts.module.css';

const firstRows = 50;

export interface AlertTableProps {
  readonly alerts: readonly ActiveAlert[];
}

/** The active alerts of one rule. */
export function AlertTable({ alerts }: AlertTableProps): ReactElement {
  const [showAll, setShowAll] = useState(false);
  const { settings } = useSettings();
  const sorted = useMemo(() => sortAlerts(alerts), [alerts]);
  const shown = showAll ? sorted : sorted.slice(0, firstRows);
  return (
    <div>
      <table className={classes.alerts}>
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Labels</th>
            <th scope="col" className={classes.right}>
              Active since
            </th>
            <th scope="col" className={classes.right}>
              Value
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((alert) => (
            <tr key={JSON.stringify(alert.labels)} data-testid="active-alert">
              <td>
                <Badge tone={stateTones[alert.state]}>{alert.state.toUpperCase()}</Badge>
              </td>
              <td>
                <LabelList labels={alert.labels} omit={['alertname']} />
                {settings.showAnnotations && <Annotations annotations={alert.annotations} />}
              </td>
              <td className={classes.number}>
                <Age time={alert.activeAt} />
                {parseServerTime(alert.keepFiringSince) !== undefined && (
                  <div>
                    kept firing since <Age time={alert.keepFiringSince} />
                  </div>
                )}
              </td>
              <td className={classes.number} title={alert.value}>
                {formatGlance(parseSampleValue(alert.value))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < sorted.length && (
        <div className={classes.more}>
          The first {formatCount(shown.length)} of {formatCount(sorted.length)} alerts are shown.
          <Button size="compact-xs" variant="default" onClick={() => setShowAll(true)}>
            Show all
          </Button>
        </div>
      )}
    </div>
  );
}
