import { Registry } from '@narthex/client';
import { Labels, type RelabelRule } from '@narthex/model';
import { type Clock, type Logger, parseFlags } from '@narthex/process';
import { type JsonAnswer, type QueryLimits, type QueryTask } from '@narthex/query-worker';
import { ReadError } from '@narthex/remote';
import { type RuleGroup } from '@narthex/rules';
import { type PoolTargets, type TargetMetadata } from '@narthex/scrape';
import { createAgentEndpoints } from '../api/agent-endpoints.js';
import { type Endpoint } from '../api/endpoint.js';
import { type ApiSources, createEndpoints } from '../api/endpoints.js';
import { servedAt } from '../flags/external-url.js';
import { serverFlags } from '../flags/flags.js';
import { createWeb } from '../web/application.js';
import { corsOrigins } from '../web/cors.js';
import { TestServer } from './http.js';

/** Remembers what it was asked, and answers what the test put down. */
export class CannedQueries {
  readonly asked: { task: QueryTask; limits: QueryLimits | undefined }[] = [];
  next: readonly string[] | Error = [];
  warnings: string[] = [];
  /** Whether all of the answer is there at once. */
  isWhole = false;

  json(task: QueryTask, limits?: QueryLimits): Promise<JsonAnswer> {
    this.asked.push({ task, limits });
    const { next, warnings } = this;
    if (next instanceof Error) return Promise.reject(next);
    return Promise.resolve({
      parts: (async function* () {
        for (const part of next) {
          await Promise.resolve();
          yield Buffer.from(part);
        }
      })(),
      whole: this.isWhole ? Buffer.from(next.join('')) : undefined,
      notes: () => ({
        warnings,
        infos: [],
        samples: { totalQueryableSamples: 3, peakSamples: 2 },
        timings: { preparation: 0.25, evaluation: 0.5, sorting: 0.125 },
      }),
      queuedSeconds: 1,
    });
  }
}

/** The API over sources that a test fills. */
export class ApiRig {
  readonly queries = new CannedQueries();
  readonly groups: RuleGroup[] = [];
  readonly pools: PoolTargets[] = [];
  readonly metadata: TargetMetadata[] = [];
  readonly deleted: string[] = [];
  readonly snapshots: string[] = [];
  readonly endpoints: Endpoint[] = [];
  /** Those of an agent, over the same sources. */
  readonly agentEndpoints: Endpoint[] = [];
  readonly relabelRules: RelabelRule[] = [];
  readonly registry = new Registry();
  searchEnabled = true;
  snapshotFolder = '/nowhere';
  #server: TestServer | undefined;

  async start(clock: Clock, logger: Logger): Promise<void> {
    const outcome = parseFlags({ program: 'prometheus', about: '' }, serverFlags, [
      '--web.cors.origin=http://ok.*',
    ]);
    if (outcome.kind !== 'run') throw new Error(outcome.kind);
    const flags = outcome.values;
    const { queries, groups, pools, metadata, deleted, snapshots } = this;
    const sources = {
      clock,
      queries,
      storage: {
        selectExemplars: () =>
          Promise.resolve([
            {
              seriesLabels: Labels.of({ __name__: 'x' }),
              exemplars: [
                { labels: Labels.of({ id: '1' }), value: 2, timestampMs: 1500, hasTimestamp: true },
              ],
            },
          ]),
        delete: (_min: number, _max: number, matchers: readonly unknown[]) => {
          deleted.push(matchers.map(String).join());
          return Promise.resolve();
        },
        cleanTombstones: () => Promise.resolve(),
        snapshot: (folder: string, withHead: boolean) => {
          snapshots.push(`${folder} ${withHead}`);
          return Promise.resolve();
        },
        headTimeRange: () => ({ minTimeMs: 1, maxTimeMs: 2 }),
      },
      engineFeatures: { durationExpressions: true },
      adminEnabled: true,
      snapshotFolder: this.snapshotFolder,
      scrape: {
        targets: () => pools,
        poolNames: () => pools.map(({ pool }) => pool),
        metadata: (family?: string) =>
          metadata.filter(({ metricFamily }) => family === undefined || metricFamily === family),
      },
      own: { hostname: 'host', listenPort: 9090, externalHost: 'ext:9090', externalScheme: 'https' },
      rules: {
        groups: () => groups,
        alertingRules: () => groups.flatMap(({ rules }) => rules.filter((rule) => rule.type === 'alerting')),
      },
      notifier: { alertmanagers: () => ({ active: ['http://a/api/v2/alerts'], dropped: [] }) },
      remoteWrite: undefined,
      otlp: undefined,
      remoteRead: { receive: () => Promise.reject(new ReadError(400, 'snappy: corrupt input')) },
      blockMetas: () => Promise.resolve([{ ulid: '01J', minTime: 1 }]),
      poolConfigs: (pool: string) =>
        pool === 'b' ? { relabelRules: this.relabelRules, yaml: () => 'job_name: b\n' } : undefined,
      registry: this.registry,
      features: { b: { y: true, x: false }, a: {} },
      earlyEndpoints: [],
      openApi: { programVersion: '1.2.3', serverUrl: 'http://ext:9090/api/v1' },
      search: { enabled: this.searchEnabled, maxLimit: 200 },
      status: {
        clock,
        startedMs: clock.nowMs(),
        flagTexts: { a: 'b' },
        storageRetention: () => '15d',
        corruptionCount: () => Promise.resolve(2),
        configYaml: () => 'global: {}\n',
        gogc: () => 75,
        lastReload: () => ({ successful: true, lastSuccessMs: 1_700_000_000_500 }),
        activity: () => 4,
      },
    } satisfies ApiSources;
    const web = createWeb({
      flags,
      clock,
      logger,
      registry: new Registry(),
      servedAt: servedAt(flags, 'host'),
      corsOrigins: corsOrigins(flags['web.cors.origin']),
      uiFolder: '/nowhere',
      state: () => 'ready',
      earlyEndpoints: [],
      reload: () => Promise.resolve(),
      quit: () => undefined,
    });
    const externalLabels = (): Labels => Labels.EMPTY;
    this.endpoints.push(...createEndpoints(sources));
    this.agentEndpoints.push(...createAgentEndpoints(sources));
    web.open(
      this.endpoints,
      { clock, registry: new Registry(), queries, externalLabels, lookbackDeltaMs: 1000 },
      {
        templateFolder: '/nowhere',
        libraryFolder: '/nowhere',
        clock,
        externalUrl: new URL('http://ext:9090'),
        externalLabels,
        query: () => Promise.resolve({ samples: [], warnings: [], infos: [] }),
      },
    );
    this.#server = await TestServer.start(web.handler);
  }

  close(): void {
    this.#server?.close();
  }

  async get(path: string, init?: RequestInit): Promise<{ status: number; text: string; headers: Headers }> {
    const response = await fetch(`${this.#server?.url ?? ''}/api/v1${path}`, init);
    return { status: response.status, text: await response.text(), headers: response.headers };
  }

  async json(path: string, init?: RequestInit): Promise<unknown> {
    return JSON.parse((await this.get(path, init)).text) as unknown;
  }
}
