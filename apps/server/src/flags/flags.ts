import { type FlagValues, LOG_FORMATS, LOG_LEVELS } from '@narthex/process';
import { WRITE_MESSAGES } from '@narthex/remote';
import {
  boolean,
  byteSize,
  choice,
  duration,
  float,
  goDuration,
  integer,
  integer64,
  text,
  texts,
  textsOf,
} from './shown-flag.js';

const COMPRESSIONS = ['snappy', 'zstd'] as const;
const DEFAULT_TITLE = 'Prometheus Time Series Collection and Processing Server';

function refuseCompression(value: string): string {
  return `enum value must be one of ${COMPRESSIONS.join(',')}, got '${value}'`;
}

/**
 * Every flag of the server, under upstream's names and with its defaults
 * (https://prometheus.io/docs/prometheus/latest/command-line/prometheus/). What those that do nothing here mean stands
 * in `flag-support.ts`.
 */
export const serverFlags = {
  'config.file': text('prometheus.yml', 'The configuration file.'),
  'config.auto-reload': boolean(
    false,
    'Look for changes of the configuration file and load it again by itself.',
  ),
  'config.auto-reload-interval': duration('30s', 'How often to look for changes of the configuration file.'),
  'web.listen-address': texts(
    ['0.0.0.0:9090'],
    'Address to serve pages, API and metrics on. May be repeated.',
  ),
  'auto-gomaxprocs': boolean(true, 'Without effect: there is no Go runtime here.'),
  'auto-gomemlimit': boolean(true, 'Without effect: there is no Go runtime here.'),
  'auto-gomemlimit.ratio': float('0.9', 'Without effect: there is no Go runtime here.'),
  'auto-gomemlimit.refresh-interval': duration('0s', 'Without effect: there is no Go runtime here.'),
  'web.config.file': text('', 'File that enables TLS and authentication.'),
  'web.read-timeout': duration(
    '5m',
    'How long a request may take to arrive, and an idle connection stay open.',
  ),
  'web.max-connections': integer(512, 'Connections at the same time, over all addresses.'),
  'web.max-notifications-subscribers': integer(16, 'Subscribers of live notifications at the same time.'),
  'web.external-url': text('', 'URL under which the server is reached from outside, for links back to it.'),
  'web.route-prefix': text('', 'Prefix of every path. Default: the path of --web.external-url.'),
  'web.user-assets': text('', 'Folder of files to serve under /user.'),
  'web.enable-lifecycle': boolean(false, 'Let HTTP requests reload the configuration and stop the server.'),
  'web.enable-admin-api': boolean(false, 'Let HTTP requests delete series and take snapshots.'),
  'web.enable-remote-write-receiver': boolean(false, 'Take samples from remote write clients.'),
  'web.remote-write-receiver.accepted-protobuf-messages': textsOf(
    WRITE_MESSAGES,
    'Remote write messages to take.',
    (value) => `unknown remote write protobuf message ${value}, supported: ${WRITE_MESSAGES.join(', ')}`,
  ),
  'web.enable-otlp-receiver': boolean(false, 'Take samples from OTLP clients.'),
  'web.console.templates': text('consoles', 'Folder of the console templates, served under /consoles.'),
  'web.console.libraries': text('console_libraries', 'Folder of the console libraries.'),
  'web.page-title': text(DEFAULT_TITLE, 'Title of the pages.'),
  'web.cors.origin': text('.*', 'Regular expression for the origins that browsers may call from; anchored.'),
  'web.search.max-limit': integer(10_000, 'Most results of one search request.'),
  'storage.tsdb.path': text('data/', 'Folder of the samples.'),
  'storage.tsdb.min-block-duration': duration('2h', 'Least time that one block spans.', true),
  'storage.tsdb.max-block-duration': duration('', 'Most time that one block spans.', true),
  'storage.tsdb.max-block-chunk-segment-size': byteSize('Size of one file of chunks.', true),
  'storage.tsdb.wal-segment-size': byteSize('Size of one file of the write-ahead log.', true),
  'storage.tsdb.retention.time': duration('', 'How long to keep samples. Default, without a size: 15d.'),
  'storage.tsdb.retention.size': byteSize('How many bytes of blocks to keep, such as 512MB.'),
  'storage.tsdb.no-lockfile': boolean(false, 'Do not lock the folder of the samples.'),
  'storage.tsdb.allow-overlapping-compaction': boolean(true, 'Merge blocks that overlap.', true),
  'storage.tsdb.wal-compression': boolean(true, 'Compress the write-ahead log.', true),
  'storage.tsdb.wal-compression-type': choice(COMPRESSIONS, 'snappy', {
    help: 'How to compress the write-ahead log.',
    hidden: true,
    refuse: refuseCompression,
  }),
  'storage.tsdb.head-chunks-write-queue-size': integer(
    0,
    'Without effect: chunks are not written by a queue here.',
  ),
  'storage.tsdb.samples-per-chunk': integer(120, 'Samples of one chunk.', true),
  'storage.tsdb.delayed-compaction.max-percent': integer(
    10,
    'Longest delay of compactions in percent.',
    true,
  ),
  'storage.tsdb.delay-compact-file.path': text('', 'File that holds compaction back while it exists.'),
  'storage.tsdb.block-reload-interval': duration('1m', 'How often to look for new blocks.', true),
  'storage.tsdb.snapshot-schedule': text(
    '',
    'When to take snapshots, as a cron expression such as "0 3 * * *".',
  ),
  'storage.tsdb.snapshot-keep': integer(7, 'How many scheduled snapshots to keep; 0 for all.'),
  'storage.remote.flush-deadline': duration('1m', 'How long to go on sending samples while stopping.'),
  'storage.remote.read-sample-limit': integer(50_000_000, 'Most samples of one remote read.'),
  'storage.remote.read-concurrent-limit': integer(10, 'Remote reads at the same time.'),
  'storage.remote.read-max-bytes-in-frame': integer(
    1_048_576,
    'Most bytes of one frame of a streamed remote read.',
  ),
  'rules.alert.for-outage-tolerance': duration('1h', 'Longest outage after which pending alerts go on.'),
  'rules.alert.for-grace-period': duration('10m', 'Least time a restored alert stays pending.'),
  'rules.alert.resend-delay': duration('1m', 'Least time between two messages about one alert.'),
  'rules.max-concurrent-evals': integer64('4', 'Independent rules evaluated at the same time.'),
  'alertmanager.notification-queue-capacity': integer(10_000, 'Alerts that may wait to be sent.'),
  'alertmanager.notification-batch-size': integer(256, 'Most alerts in one message.'),
  'alertmanager.drain-notification-queue-on-shutdown': boolean(
    true,
    'Send the waiting alerts before stopping.',
  ),
  'query.lookback-delta': duration('5m', 'How far back the last sample of a series may lie.'),
  'query.timeout': duration('2m', 'Longest time of one query.'),
  'query.max-concurrency': integer(20, 'Queries at the same time; others wait.'),
  'query.max-samples': integer(50_000_000, 'Most samples that one query may hold.'),
  'enable-feature': texts([], 'Names of features to enable, with commas between.'),
  agent: boolean(false, 'Only scrape and send on.'),
  'scrape.adjust-timestamps': boolean(
    true,
    'Move scrape times that are off by less than the tolerance.',
    true,
  ),
  'scrape.timestamp-tolerance': goDuration('10ms', 'How far a scrape time may be off to be moved.', true),
  'scrape.discovery-reload-interval': duration(
    '5s',
    'Least time between two takeovers of discovered targets.',
    true,
  ),
  'storage.agent.path': text('data-agent/', 'Folder of the log in agent mode.'),
  'storage.agent.wal-segment-size': byteSize('Size of one file of the log in agent mode.', true),
  'storage.agent.wal-compression': boolean(true, 'Compress the log in agent mode.'),
  'storage.agent.wal-compression-type': choice(COMPRESSIONS, 'snappy', {
    help: 'How to compress the log in agent mode.',
    hidden: true,
    refuse: refuseCompression,
  }),
  'storage.agent.wal-truncate-frequency': duration('', 'How often to cut the log in agent mode.', true),
  'storage.agent.retention.min-time': duration('', 'Least age of samples to delete in agent mode.'),
  'storage.agent.retention.max-time': duration('', 'Age at which samples are deleted in agent mode.'),
  'storage.agent.checkpoint-from-in-memory-series': boolean(
    false,
    'Make checkpoints in agent mode out of what is in memory, instead of the log.',
  ),
  'storage.agent.checkpoint-batch-size': integer(1000, 'Series of one record of such a checkpoint.'),
  'storage.agent.no-lockfile': boolean(false, 'Do not lock the folder in agent mode.'),
  'log.level': choice(LOG_LEVELS, 'info', {
    help: 'Least severity to log: debug, info, warn or error.',
    refuse: (value) => `unrecognized log level ${value}`,
  }),
  'log.format': choice(LOG_FORMATS, 'logfmt', {
    help: 'Format of log lines: logfmt or json.',
    refuse: (value) => `unrecognized log format ${value}`,
  }),
};

export type ServerFlags = FlagValues<typeof serverFlags>;

/** Every flag as `/api/v1/status/flags` shows it. */
export function flagTexts(values: ServerFlags): Record<string, string> {
  const shown = Object.entries(serverFlags).map(([name, flag]) => {
    const show = flag.show as (value: unknown) => string;
    return [name, show(values[name as keyof ServerFlags])] as const;
  });
  return Object.fromEntries(shown.sort(([a], [b]) => (a < b ? -1 : 1)));
}
