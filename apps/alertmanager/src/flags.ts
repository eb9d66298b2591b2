import {
  booleanFlag,
  choiceFlag,
  durationFlag,
  type FlagValues,
  integerFlag,
  listFlag,
  LOG_FORMATS,
  LOG_LEVELS,
  parsedFlag,
  stringFlag,
} from '@narthex/process';
import { CLUSTER_FLAGS } from './cluster-flags';

/** The flags of upstream's Alertmanager that mean something here. Durations are milliseconds. */
export const FLAGS = {
  'config.file': stringFlag('alertmanager.yml', { help: 'Alertmanager configuration file name.' }),
  'storage.path': stringFlag('data/', { help: 'Base path for data storage.' }),
  'data.retention': durationFlag('120h', { help: 'How long to keep data for.' }),
  'data.maintenance-interval': durationFlag('15m', {
    help: 'Interval between garbage collection and snapshotting to disk of the silences and the notification logs.',
  }),
  'silences.max-silences': integerFlag(0, {
    help: 'Maximum number of silences, including expired silences. If negative or zero, no limit is set.',
  }),
  'silences.max-silence-size-bytes': integerFlag(0, {
    help: 'Maximum silence size in bytes. If negative or zero, no limit is set.',
  }),
  'log.silences': booleanFlag(false, {
    help: 'Enable logging silences. If it is enabled, the status change of silence will be logged',
  }),
  'alerts.gc-interval': durationFlag('30m', { help: 'Interval between alert GC.' }),
  'alerts.per-alertname-limit': integerFlag(0, {
    help: 'Maximum number of alerts per alertname. If negative or zero, no limit is set.',
  }),
  'dispatch.maintenance-interval': durationFlag('30s', {
    help: 'Interval between maintenance of aggregation groups in the dispatcher.',
  }),
  'dispatch.start-delay': durationFlag('0s', {
    help: 'Minimum amount of time to wait before dispatching alerts. This option should be synced with value of --rules.alert.resend-delay on Prometheus.',
  }),
  'web.listen-address': listFlag([':9093'], {
    help: 'Addresses on which to expose metrics and web interface. Repeatable for multiple addresses.',
  }),
  'web.external-url': stringFlag('', {
    help: 'The URL under which Alertmanager is externally reachable (for example, if Alertmanager is served via a reverse proxy). Used for generating relative and absolute links back to Alertmanager itself. If the URL has a path portion, it will be used to prefix all HTTP endpoints served by Alertmanager. If omitted, relevant URL components will be derived automatically.',
  }),
  'web.route-prefix': stringFlag('', {
    help: 'Prefix for the internal routes of web endpoints. Defaults to path of --web.external-url.',
  }),
  'web.get-concurrency': integerFlag(0, {
    help: 'Maximum number of GET requests processed concurrently. If negative or zero, the limit is the number of cores or 8, whichever is larger.',
  }),
  'web.timeout': durationFlag('0s', { help: 'Taken, without effect: requests are answered at once.' }),
  'web.config.file': stringFlag('', {
    help: 'Path to the file that enables TLS or authentication.',
  }),
  'auto-gomemlimit.ratio': parsedFlag('0.9', Number, { help: 'Taken, without effect.', hidden: true }),
  ...CLUSTER_FLAGS,
  'enable-feature': stringFlag('', {
    help: 'Comma-separated experimental features to enable. Valid options: receiver-name-in-metrics, classic-mode, utf8-strict-mode',
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

export type AlertmanagerFlags = FlagValues<typeof FLAGS>;
