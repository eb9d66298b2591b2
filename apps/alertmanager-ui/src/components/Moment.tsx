import { useNowMs } from '@narthex/ui';
import { type ReactElement } from 'react';
import { formatRoughly } from '../format/duration';
import { formatTime } from '../format/time';
import { useSettings } from '../settings/settings';

export interface MomentProps {
  /** RFC 3339. */
  readonly time: string;
}

/** How far off a time is; the time itself on hover. */
export function Moment({ time }: MomentProps): ReactElement {
  const nowMs = useNowMs();
  const { settings } = useSettings();
  const timeMs = Date.parse(time);
  const distanceMs = timeMs - nowMs;
  const rough = formatRoughly(Math.abs(distanceMs));
  const text = Math.abs(distanceMs) < 1000 ? 'just now' : distanceMs < 0 ? `${rough} ago` : `in ${rough}`;
  return (
    <time dateTime={time} title={formatTime(timeMs, settings.timeZone)}>
      {text}
    </time>
  );
}
