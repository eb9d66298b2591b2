import { useNowMs } from '@narthex/ui';
import { type ReactElement } from 'react';
import { humanizeDuration } from '../format/duration';
import { formatTimestampWithZone, parseServerTime } from '../format/time';
import { useSettings } from '../settings/settings';

export interface AgeProps {
  /** RFC 3339, as the server writes it. */
  readonly time: string | undefined;
  /** Shown where there is no time, "never". */
  readonly absent?: string;
}

/** How long ago, counting up; the time itself on hover. */
export function Age({ time, absent = 'never' }: AgeProps): ReactElement {
  const nowMs = useNowMs();
  const { settings } = useSettings();
  const timestampMs = parseServerTime(time);
  if (timestampMs === undefined) return <span>{absent}</span>;
  const ageMs = nowMs - timestampMs;
  return (
    <time dateTime={time} title={formatTimestampWithZone(timestampMs, settings.timeZone)}>
      {ageMs < 1000 ? 'just now' : `${humanizeDuration(Math.floor(ageMs / 1000) * 1000)} ago`}
    </time>
  );
}
