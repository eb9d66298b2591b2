import { Button } from '@mantine/core';
import { Badge } from '@narthex/ui';
import { IconBellOff, IconExternalLink } from '@tabler/icons-react';
import { type ReactElement } from 'react';
import { Link } from 'react-router-dom';
import { type Alert } from '../api/types';
import { LabelList } from '../components/LabelList';
import { LinkedText } from '../components/LinkedText';
import { Moment } from '../components/Moment';
import { formatMatchers, matchersOf } from '../matchers/matcher-text';
import classes from './alerts.module.css';

export interface AlertRowProps {
  readonly alert: Alert;
  /** Labels that stand above already. */
  readonly omit: readonly string[];
  readonly onPick: (name: string, value: string) => void;
}

/** One alert: since when, what holds it back, what it says, and what can be done about it. */
export function AlertRow({ alert, omit, onPick }: AlertRowProps): ReactElement {
  const { labels, annotations, status, generatorURL } = alert;
  const isSuppressed = status.state === 'suppressed';
  return (
    <li className={classes.alert} data-state={status.state} data-testid="alert">
      <div className={classes.line}>
        <span className={classes.since}>
          <Moment time={alert.startsAt} />
        </span>
        <span className={classes.labels}>
          <LabelList labels={labels} omit={omit} onPick={onPick} />
        </span>
        <span className={classes.actions}>
          {isWebLink(generatorURL) && (
            <Button
              size="compact-xs"
              variant="subtle"
              component="a"
              href={generatorURL}
              leftSection={<IconExternalLink size={13} />}
            >
              Source
            </Button>
          )}
          <Button
            size="compact-xs"
            variant="subtle"
            component={Link}
            to={`/silences/new?filter=${encodeURIComponent(formatMatchers(matchersOf(labels)))}`}
            leftSection={<IconBellOff size={13} />}
          >
            Silence
          </Button>
        </span>
      </div>
      {isSuppressed && <Suppression alert={alert} />}
      {Object.keys(annotations).length > 0 && (
        <dl className={classes.annotations}>
          {Object.entries(annotations).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <LinkedText text={value} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}

function Suppression({ alert }: { readonly alert: Alert }): ReactElement {
  const { silencedBy, inhibitedBy, mutedBy } = alert.status;
  return (
    <div className={classes.suppression}>
      {silencedBy.map((id) => (
        <Link key={id} to={`/silences/${id}`}>
          <Badge tone="info">silenced</Badge>
        </Link>
      ))}
      {inhibitedBy.length > 0 && <Badge tone="warn">inhibited</Badge>}
      {mutedBy.map((name) => (
        <Badge key={name} tone="plain">
          muted by {name}
        </Badge>
      ))}
    </div>
  );
}

/** Alerts come from anywhere: only addresses of the web become links. */
function isWebLink(address: string | undefined): address is string {
  return address !== undefined && /^https?:\/\//i.test(address);
}
