import { Notice } from '@narthex/ui';
import { type ReactElement } from 'react';
import { type Alert } from '../api/types';
import { useAffectedAlerts } from '../api/use-queries';
import { LabelList } from '../components/LabelList';
import { Loaded } from '../components/Loaded';
import { Moment } from '../components/Moment';
import classes from './silences.module.css';

export interface AffectedAlertsProps {
  /** Matchers as texts. */
  readonly filters: readonly string[];
}

/** The alerts there are now that meet the matchers. */
export function AffectedAlerts({ filters }: AffectedAlertsProps): ReactElement {
  const result = useAffectedAlerts(filters);
  return (
    <section className={classes.affected} aria-label="Affected alerts">
      <h2 className={classes.subtitle}>Affected alerts</h2>
      {filters.length === 0 ? (
        <Notice tone="plain">Alerts that meet the matchers will stand here.</Notice>
      ) : (
        <Loaded result={result} what="the affected alerts">
          {(alerts) => <AlertList alerts={alerts} />}
        </Loaded>
      )}
    </section>
  );
}

function AlertList({ alerts }: { readonly alerts: readonly Alert[] }): ReactElement {
  if (alerts.length === 0) return <Notice tone="plain">No alert that is firing now meets them.</Notice>;
  return (
    <>
      <div className={classes.affectedCount}>
        {alerts.length} {alerts.length === 1 ? 'alert' : 'alerts'}
      </div>
      <ul className={classes.list}>
        {alerts.map((alert) => (
          <li key={alert.fingerprint} className={classes.affectedAlert} data-testid="affected-alert">
            <LabelList labels={alert.labels} />
            <span className={classes.when}>
              <Moment time={alert.startsAt} />
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
