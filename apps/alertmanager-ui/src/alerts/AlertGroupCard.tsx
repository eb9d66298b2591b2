import { Badge } from '@narthex/ui';
import { IconChevronRight } from '@tabler/icons-react';
import { type ReactElement, useId, useState } from 'react';
import { type Alert, type AlertGroup } from '../api/types';
import { LabelList } from '../components/LabelList';
import { AlertRow } from './AlertRow';
import classes from './alerts.module.css';

export interface AlertGroupCardProps {
  readonly group: AlertGroup;
  readonly onPick: (name: string, value: string) => void;
}

/** Alerts that are notified together. */
export function AlertGroupCard({ group, onPick }: AlertGroupCardProps): ReactElement {
  const [isOpen, setOpen] = useState(true);
  const id = useId();
  const names = Object.keys(group.labels);
  const suppressed = group.alerts.filter(({ status }) => status.state === 'suppressed').length;
  const firing = group.alerts.length - suppressed;
  return (
    <section className={classes.group} aria-label={`Group ${describe(group)}`} data-testid="alert-group">
      <h2 className={classes.heading}>
        <button
          type="button"
          className={classes.toggle}
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
        >
          <IconChevronRight size={14} className={classes.chevron} aria-hidden />
          {names.length === 0 ? (
            <span className={classes.ungrouped}>Not grouped by labels</span>
          ) : (
            <LabelList labels={group.labels} />
          )}
          <span className={classes.aside}>
            {firing > 0 && <Badge tone="bad">{firing} active</Badge>}
            {suppressed > 0 && <Badge tone="plain">{suppressed} suppressed</Badge>}
            <span>to {group.receiver.name}</span>
          </span>
        </button>
      </h2>
      {isOpen && (
        <ul id={id} className={classes.alerts}>
          {group.alerts.map((alert: Alert) => (
            <AlertRow key={alert.fingerprint} alert={alert} omit={names} onPick={onPick} />
          ))}
        </ul>
      )}
    </section>
  );
}

function describe({ labels, receiver }: AlertGroup): string {
  const entries = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return `${entries.join(', ')} to ${receiver.name}`;
}
