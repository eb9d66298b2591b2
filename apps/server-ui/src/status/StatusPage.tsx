import { Badge } from '@narthex/ui';
import { type ReactElement, type ReactNode } from 'react';
import { type RuntimeInfoAnswer } from '../api/types-status';
import { useBuildInfo, useRuntimeInfo } from '../api/use-api';
import { Loaded } from '../components/Loaded';
import { PageHeader } from '../components/PageHeader';
import { RefreshControl } from '../components/RefreshControl';
import { formatBytes, formatCount } from '../format/number';
import { formatTimestampWithZone, parseServerTime, type TimeZone } from '../format/time';
import { useSettings } from '../settings/settings';
import { FactTable } from './FactTable';
import classes from './status.module.css';

const runtimeNames: Readonly<Record<string, string>> = {
  startTime: 'Started',
  CWD: 'Working directory',
  hostname: 'Host name',
  serverTime: 'Server time',
  reloadConfigSuccess: 'Last configuration reload',
  lastConfigTime: 'Last successful reload',
  corruptionCount: 'WAL corruptions',
  goroutineCount: 'Goroutines',
  storageRetention: 'Storage retention',
};

const buildNames: Readonly<Record<string, string>> = {
  version: 'Version',
  revision: 'Revision',
  branch: 'Branch',
  buildUser: 'Built by',
  buildDate: 'Built on',
  goVersion: 'Go version',
};

/** What this process is and how it fares. */
export function StatusPage(): ReactElement {
  const runtime = useRuntimeInfo();
  const build = useBuildInfo();
  const { settings } = useSettings();
  return (
    <>
      <PageHeader
        title="Status"
        aside={<RefreshControl fetching={runtime.isFetching} onRefresh={() => void runtime.refetch()} />}
      />
      <div className={classes.columns}>
        <Loaded result={runtime} what="the runtime information">
          {(data) => (
            <FactTable
              title="Runtime"
              facts={Object.entries(data).map(([name, value]) => [
                runtimeNames[name] ?? name,
                runtimeValue(name, value, settings.timeZone),
              ])}
            />
          )}
        </Loaded>
        <Loaded result={build} what="the build information">
          {(data) => (
            <FactTable
              title="Build"
              facts={Object.entries(data).map(([name, value]) => [buildNames[name] ?? name, value])}
            />
          )}
        </Loaded>
      </div>
    </>
  );
}

function runtimeValue(name: string, value: RuntimeInfoAnswer[string], zone: TimeZone): ReactNode {
  if (typeof value === 'boolean') {
    return value ? <Badge tone="ok">SUCCESSFUL</Badge> : <Badge tone="bad">FAILED</Badge>;
  }
  // Beyond any real memory: the runtime's word for "no limit".
  if (name === 'GOMEMLIMIT' && typeof value === 'number')
    return value >= 2 ** 62 ? 'none' : formatBytes(value);
  if (typeof value === 'number') return formatCount(value);
  if (value === '') return <span className={classes.empty}>empty</span>;
  const timestampMs = name.endsWith('Time') ? parseServerTime(value) : undefined;
  return timestampMs === undefined ? value : formatTimestampWithZone(timestampMs, zone);
}
