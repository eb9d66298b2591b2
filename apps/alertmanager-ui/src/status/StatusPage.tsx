import { type ReactElement } from 'react';
import { type Status } from '../api/types';
import { useStatus } from '../api/use-queries';
import { Loaded } from '../components/Loaded';
import { Moment } from '../components/Moment';
import { PageHeader } from '../components/PageHeader';
import classes from './status.module.css';

/** Who this Alertmanager is, whom it works with, and its configuration. */
export function StatusPage(): ReactElement {
  const result = useStatus();
  return (
    <>
      <PageHeader title="Status" />
      <Loaded result={result} what="the status">
        {(status) => (
          <>
            <Table title="Program" rows={programRows(status)} />
            <Table title="Cluster" rows={clusterRows(status)} />
            <section>
              <h2 className={classes.title}>Configuration</h2>
              <pre className={classes.config}>{status.config.original}</pre>
            </section>
          </>
        )}
      </Loaded>
    </>
  );
}

type Row = readonly [string, ReactElement | string];

const names: Readonly<Record<string, string>> = {
  version: 'Version',
  revision: 'Revision',
  branch: 'Branch',
  buildUser: 'Built by',
  buildDate: 'Built on',
  goVersion: 'Runs on',
};

function programRows({ uptime, versionInfo }: Status): readonly Row[] {
  const facts = Object.entries(versionInfo).filter(([, value]) => value !== '' && value !== 'unknown');
  return [
    ['Started', <Moment key="started" time={uptime} />],
    ...facts.map(([name, value]): Row => [names[name] ?? name, value]),
  ];
}

function clusterRows({ cluster }: Status): readonly Row[] {
  const peers = (cluster.peers ?? []).map(({ name, address }): Row => [name, address]);
  return [
    ['State', cluster.status],
    ...(cluster.name === undefined ? [] : [['Name', cluster.name] as const]),
    ...peers,
  ];
}

function Table({ title, rows }: { readonly title: string; readonly rows: readonly Row[] }): ReactElement {
  return (
    <section>
      <h2 className={classes.title}>{title}</h2>
      <table className={classes.table}>
        <tbody>
          {rows.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
