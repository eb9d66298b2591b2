import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface LocalTimeZone {
  /** As `date +%Z` prints it: `UTC`, `CET`. */
  readonly name: string;
  /** East of Greenwich is positive. */
  readonly offsetSeconds: number;
}

const zoneinfoDirectories = ['/usr/share/zoneinfo', '/usr/lib/zoneinfo', '/usr/share/lib/zoneinfo'];

/**
 * The zone of this process at a moment. JavaScript knows the offset, the zone's file the abbreviation: its last line
 * is a POSIX TZ string such as `CET-1CEST,M3.5.0,M10.5.0/3` (RFC 8536, section 3.3).
 */
export function localTimeZone(
  moment: Date,
  directories: readonly string[] = zoneinfoDirectories,
): LocalTimeZone {
  const offsetSeconds = 0 - 60 * moment.getTimezoneOffset();
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const rule = zoneRule(zone, directories);
  const name = rule === undefined ? undefined : abbreviation(rule, offsetSeconds);
  return { name: name ?? (offsetSeconds === 0 ? 'UTC' : shortName(moment)), offsetSeconds };
}

function zoneRule(zone: string, directories: readonly string[]): string | undefined {
  for (const directory of directories) {
    try {
      return readFileSync(join(directory, zone), 'latin1').trimEnd().split('\n').at(-1);
    } catch {
      // Not installed there.
    }
  }
  return undefined;
}

/** The abbreviation in a TZ string that has the offset: the standard time's, or else that of summer time. */
function abbreviation(rule: string, offsetSeconds: number): string | undefined {
  const name = '(<[^>]+>|[A-Za-z]+)';
  const parts = new RegExp(`^${name}([+-]?\\d+(?::\\d+){0,2})(?:${name})?`).exec(rule);
  if (parts === null) return undefined;
  const [, standard = '', offset = '', summer] = parts;
  const chosen = westSeconds(offset) === -offsetSeconds ? standard : (summer ?? standard);
  return chosen.replace(/[<>]/g, '');
}

/** POSIX counts offsets to the west. */
function westSeconds(offset: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = offset.replace(/^[+-]/, '').split(':').map(Number);
  return (offset.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds);
}

function shortName(moment: Date): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' }).formatToParts(moment);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
}
