import { formatDuration, parseDuration } from '@narthex/model';
import {
  booleanFlag,
  choiceFlag,
  type FlagValues,
  listFlag,
  LOG_FORMATS,
  LOG_LEVELS,
  parsedFlag,
  stringFlag,
} from '@narthex/process';

/** The flags of upstream's Pushgateway. */
export const FLAGS = {
  'web.listen-address': listFlag([':9091'], {
    help: 'Addresses on which to expose metrics and web interface. Repeatable for multiple addresses.',
  }),
  'web.config.file': stringFlag('', {
    help: 'Path to the file that enables TLS or authentication.',
  }),
  'web.telemetry-path': stringFlag('/metrics', { help: 'Path under which to expose metrics.' }),
  'web.external-url': stringFlag('', {
    help: 'The URL under which the Pushgateway is externally reachable.',
  }),
  'web.route-prefix': stringFlag('', {
    help: 'Prefix for the internal routes of web endpoints. Defaults to the path of --web.external-url.',
  }),
  'web.enable-lifecycle': booleanFlag(false, { help: 'Enable shutdown via HTTP request.' }),
  'web.enable-admin-api': booleanFlag(false, { help: 'Enable API endpoints for admin control actions.' }),
  'persistence.file': stringFlag('', {
    help: 'File to persist metrics. If empty, metrics are only kept in memory.',
  }),
  'persistence.interval': parsedFlag('5m', parseDuration, {
    help: 'The minimum interval at which to write out the persistence file.',
  }),
  'push.disable-consistency-check': booleanFlag(false, {
    help: 'Do not check consistency of pushed metrics. DANGEROUS.',
  }),
  'log.level': choiceFlag(LOG_LEVELS, 'info', {
    help: 'Only log messages with the given severity or above. One of: [debug, info, warn, error]',
    refuse: (text) => `unrecognized log level ${text}`,
  }),
  'log.format': choiceFlag(LOG_FORMATS, 'logfmt', {
    help: 'Output format of log messages. One of: [logfmt, json]',
    refuse: (text) => `unrecognized log format ${text}`,
  }),
} as const;

export type Flags = FlagValues<typeof FLAGS>;

/** The flags as the status page and API show them. */
export function shownFlags(flags: Flags): Record<string, string> {
  const entries = Object.entries(flags).map(([name, value]): [string, string] => {
    if (name === 'persistence.interval') return [name, formatDuration(value as number)];
    return [name, Array.isArray(value) ? value.join(',') : String(value)];
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
