import { Badge, Notice, type Tone } from '@narthex/ui';
import { type ReactElement } from 'react';
import { useAlertmanagers } from '../api/use-api';
import { Loaded } from '../components/Loaded';
import { PageHeader } from '../components/PageHeader';
import { RefreshControl } from '../components/RefreshControl';
import classes from './status.module.css';

/** Where alerts are sent. */
export function AlertmanagersPage(): ReactElement {
  const result = useAlertmanagers();
  return (
    <>
      <PageHeader
        title="Alertmanagers"
        aside={<RefreshControl fetching={result.isFetching} onRefresh={() => void result.refetch()} />}
      />
      <Loaded result={result} what="the Alertmanagers">
        {({ activeAlertmanagers, droppedAlertmanagers }) =>
          activeAlertmanagers.length + droppedAlertmanagers.length === 0 ? (
            <Notice tone="plain" title="No Alertmanager">
              Discovery has found none; alerts are sent nowhere.
            </Notice>
          ) : (
            <div className={classes.card}>
              <table className={classes.table}>
                <tbody>
                  {activeAlertmanagers.map(({ url }) => (
                    <AlertmanagerRow key={`active ${url}`} url={url} tone="ok" state="ACTIVE" />
                  ))}
                  {droppedAlertmanagers.map(({ url }) => (
                    <AlertmanagerRow key={`dropped ${url}`} url={url} tone="warn" state="DROPPED" />
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
    </>
  );
}

interface AlertmanagerRowProps {
  readonly url: string;
  readonly tone: Tone;
  readonly state: string;
}

/** Sends alerts to the API; people want the page at the root of the same address. */
function AlertmanagerRow({ url, tone, state }: AlertmanagerRowProps): ReactElement {
  const page = url.replace(/api\/v2\/alerts$/, '');
  return (
    <tr data-testid="alertmanager">
      <th scope="row">
        <a href={page} target="_blank" rel="noreferrer">
          <code>{url}</code>
        </a>
      </th>
      <td>
        <Badge tone={tone}>{state}</Badge>
      </td>
    </tr>
  );
}
