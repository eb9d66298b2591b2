import { availableParallelism, hostname } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { type Clock, versionInfo } from '@narthex/process';
import { type Endpoint } from './endpoint.js';
import { sendData } from './envelope.js';
import { goTime } from './timestamps.js';

/** What the status pages tell of the server. */
export interface StatusSource {
  readonly clock: Clock;
  readonly startedMs: number;
  readonly flagTexts: Readonly<Record<string, string>>;
  /** The limits in force. */
  readonly storageRetention: () => string;
  readonly corruptionCount: () => Promise<number>;
  /** The effective configuration as YAML. */
  readonly configYaml: () => string;
  /** `runtime.gogc` of the configuration: shown, and without effect. */
  readonly gogc: () => number;
  readonly lastReload: () => { readonly successful: boolean; readonly lastSuccessMs: number | undefined };
  /** Requests and workers under way. */
  readonly activity: () => number;
}

/** `/status/config`, `/status/flags`, `/status/runtimeinfo`, `/status/buildinfo`. */
export function statusEndpoints(source: StatusSource): readonly Endpoint[] {
  const show = (path: string, data: () => unknown): Endpoint => ({
    path: `/status/${path}`,
    methods: ['GET'],
    handle: async (_parameters, response) => sendData(response, await data()),
  });
  return [
    show('config', () => ({ yaml: source.configYaml() })),
    show('flags', () => source.flagTexts),
    show('runtimeinfo', () => runtimeInfo(source)),
    show('buildinfo', versionInfo),
  ];
}

/** Upstream's keys; those of the Go runtime hold what comes nearest to them in this one. */
async function runtimeInfo(source: StatusSource): Promise<unknown> {
  const { successful, lastSuccessMs } = source.lastReload();
  const lastConfigMs = lastSuccessMs === undefined ? undefined : Math.trunc(lastSuccessMs / 1000) * 1000;
  return {
    startTime: goTime(source.startedMs),
    CWD: process.cwd(),
    hostname: hostname(),
    serverTime: goTime(source.clock.nowMs()),
    reloadConfigSuccess: successful,
    lastConfigTime: goTime(lastConfigMs),
    corruptionCount: await source.corruptionCount(),
    goroutineCount: source.activity(),
    GOMAXPROCS: availableParallelism(),
    GOMEMLIMIT: getHeapStatistics().heap_size_limit,
    GOGC: String(source.gogc()),
    GODEBUG: '',
    storageRetention: source.storageRetention(),
  };
}
