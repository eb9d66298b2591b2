import { Notice } from '@narthex/ui';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement } from 'react';
import { type ApiClient } from '../api/client';
import { type WalReplayAnswer } from '../api/types-status';
import { useServer } from './server-context';
import classes from './NotificationBanner.module.css';

/** Says how far the server is in replaying its log, when it was not ready as it served this page. */
export function ReadyBanner(): ReactElement | null {
  const { api, served } = useServer();
  const ready = useQuery({
    queryKey: ['ready'],
    queryFn: () => fetch(`${served.pathPrefix}-/ready`).then((response) => response.ok),
    enabled: !served.ready,
    refetchInterval: (query) => (query.state.data === true ? false : 1000),
  });
  const waiting = !served.ready && ready.data !== true;
  const replay = useQuery({
    queryKey: ['walreplay'],
    queryFn: ({ signal }) => replayed(api, signal),
    enabled: waiting,
    refetchInterval: 1000,
  });
  if (!waiting) return null;
  return (
    <div className={classes.banner}>
      <Notice tone="warn" title="The server is not ready yet">
        {replay.data === undefined ? 'It does not answer so far.' : replayText(replay.data)}
      </Notice>
    </div>
  );
}

async function replayed(api: ApiClient, signal: AbortSignal): Promise<WalReplayAnswer> {
  return (await api.get<WalReplayAnswer>('status/walreplay', new URLSearchParams(), signal)).data;
}

function replayText({ min, max, current }: WalReplayAnswer): string {
  return `It is reading its write-ahead log.${max > min ? ` Segment ${current} of ${max}.` : ''}`;
}
