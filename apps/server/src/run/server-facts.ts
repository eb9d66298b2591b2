import { hostname } from 'node:os';
import { type Registry } from '@narthex/client';
import { type Listening } from '@narthex/http';
import { type Clock } from '@narthex/process';
import { type OwnAddress } from '@narthex/scrape';
import { type ServerNotification } from '../api/notifications.js';
import { type StatusSource } from '../api/status.js';
import { type ReplayProgress } from '../api/wal-replay.js';
import { type ServedAt } from '../flags/external-url.js';
import { flagTexts, type ServerFlags } from '../flags/flags.js';
import { withStorageDefaults } from '../flags/retention.js';
import { type ServerState } from '../web/readiness.js';
import { type ReloadState } from './reload-state.js';
import { walSegments } from './wal-segments.js';

export interface ServerFactsOptions {
  readonly flags: ServerFlags;
  readonly clock: Clock;
  readonly registry: Registry;
  readonly served: ServedAt;
  readonly reloadState: ReloadState;
  readonly state: () => ServerState;
}

const STATE_NOTICES: Readonly<Record<ServerState, string | undefined>> = {
  starting: 'Prometheus is starting and replaying the write-ahead log (WAL).',
  ready: undefined,
  stopping: 'Prometheus is shutting down and gracefully stopping all operations.',
};

/** What the server has to tell of itself on its status pages. */
export class ServerFacts {
  readonly #options: ServerFactsOptions;
  readonly #startedMs: number;

  constructor(options: ServerFactsOptions) {
    this.#options = options;
    this.#startedMs = options.clock.nowMs();
  }

  status(live: Pick<StatusSource, 'configYaml' | 'gogc' | 'activity' | 'storageRetention'>): StatusSource {
    const { flags, clock, served, registry, reloadState } = this.#options;
    return {
      ...live,
      clock,
      startedMs: this.#startedMs,
      flagTexts: flagTexts({ ...withStorageDefaults(flags), 'web.route-prefix': served.routePrefix || '/' }),
      corruptionCount: () => metricValue(registry, 'prometheus_tsdb_wal_corruptions_total'),
      lastReload: () => reloadState,
    };
  }

  ownAddress(addresses: Listening['addresses']): OwnAddress {
    const { externalUrl } = this.#options.served;
    return {
      hostname: hostname(),
      listenPort: addresses[0]?.port ?? 0,
      externalHost: externalUrl.host,
      externalScheme: externalUrl.protocol.replace(/:$/, ''),
    };
  }

  /** Segments are read as one piece here: nothing of it, or all. */
  replayProgress(): ReplayProgress {
    const { flags, state } = this.#options;
    // An agent's log is told of nowhere, as upstream's.
    if (flags.agent) return { min: 0, max: 0, current: 0 };
    const { first: min, last: max } = walSegments(flags['storage.tsdb.path']) ?? { first: 0, last: 0 };
    return { min, max, current: state() === 'starting' ? min : max };
  }

  notifications(): readonly ServerNotification[] {
    const { state, reloadState } = this.#options;
    const notice = STATE_NOTICES[state()];
    const { failedSinceMs } = reloadState;
    return [
      ...(notice === undefined ? [] : [{ text: notice, sinceMs: this.#startedMs }]),
      ...(failedSinceMs === undefined
        ? []
        : [{ text: 'Configuration reload has failed.', sinceMs: failedSinceMs }]),
    ];
  }
}

/** The value that one of our own metrics without labels has now; 0 where it is not registered. */
async function metricValue(registry: Registry, name: string): Promise<number> {
  const metric = await registry.getSingleMetric(name)?.get();
  return metric?.values[0]?.value ?? 0;
}
