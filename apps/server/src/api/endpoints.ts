import { type Registry } from '@narthex/client';
import { type Clock } from '@narthex/process';
import { type EngineFeatures } from '@narthex/promql';
import { type OtlpReceiver } from '@narthex/otlp';
import { type ReadReceiver, type WriteReceiver } from '@narthex/remote';
import { type OwnAddress } from '@narthex/scrape';
import { type Administration, type ExemplarQueryable } from '@narthex/storage';
import { adminEndpoints } from './admin.js';
import { alertmanagerEndpoints, type AlertmanagerSource } from './alertmanagers.js';
import { type Endpoint } from './endpoint.js';
import { exemplarEndpoints } from './exemplars.js';
import { featuresEndpoint, type FeatureTable } from './features.js';
import { formatEndpoints } from './format.js';
import { labelEndpoints } from './labels.js';
import { openApiEndpoint, type OpenApiOptions } from './openapi/openapi.js';
import { queryEndpoints, type QueryRunner } from './query.js';
import { readEndpoint } from './read.js';
import { receiverEndpoints } from './receivers.js';
import { ruleEndpoints, type RuleSource } from './rules.js';
import { type PoolConfigs, scrapePoolEndpoints } from './scrape-pools.js';
import { searchEndpoints } from './search.js';
import { selfMetricsEndpoint } from './self-metrics.js';
import { statusEndpoints, type StatusSource } from './status.js';
import { targetEndpoints, type TargetSource } from './targets.js';
import { type BlockMetas, tsdbBlockEndpoint } from './tsdb-blocks.js';
import { type TimeRange, tsdbStatusEndpoints } from './tsdb-status.js';

/** What the API tells of. */
export interface ApiSources {
  readonly clock: Clock;
  readonly queries: QueryRunner;
  /** What of the query language is switched on. */
  readonly engineFeatures: EngineFeatures;
  readonly storage: ExemplarQueryable & Administration & { readonly headTimeRange: TimeRange };
  /** `--web.enable-admin-api` */
  readonly adminEnabled: boolean;
  /** Where the admin API's snapshots go. */
  readonly snapshotFolder: string;
  readonly scrape: TargetSource;
  readonly own: OwnAddress;
  readonly rules: RuleSource;
  readonly notifier: AlertmanagerSource;
  readonly status: StatusSource;
  /** Undefined without `--web.enable-remote-write-receiver`. */
  readonly remoteWrite: WriteReceiver | undefined;
  /** Undefined without `--web.enable-otlp-receiver`. */
  readonly otlp: OtlpReceiver | undefined;
  readonly remoteRead: Pick<ReadReceiver, 'receive'>;
  readonly blockMetas: BlockMetas;
  readonly poolConfigs: PoolConfigs;
  /** Of the server's own metrics. */
  readonly registry: Pick<Registry, 'getMetricsAsJSON'>;
  readonly features: FeatureTable;
  /** What the description of the API tells beside the endpoints. */
  readonly openApi: Omit<OpenApiOptions, 'endpoints'>;
  /** Endpoints that are there before these, to be described as well. */
  readonly earlyEndpoints: readonly Endpoint[];
  /** The feature `search-api` and `--web.search.max-limit`. */
  readonly search: { readonly enabled: boolean; readonly maxLimit: number };
}

/** Every endpoint under `/api/v1`. */
export function createEndpoints(sources: ApiSources): readonly Endpoint[] {
  const { clock, queries, storage, scrape, own, rules, notifier, status, adminEnabled, remoteWrite } =
    sources;
  const endpoints = [
    ...queryEndpoints({ clock, queries }),
    ...labelEndpoints(queries),
    ...formatEndpoints(sources.engineFeatures),
    ...exemplarEndpoints(storage, sources.engineFeatures),
    ...targetEndpoints(scrape, own),
    ...ruleEndpoints(rules),
    ...alertmanagerEndpoints(notifier),
    ...statusEndpoints(status),
    ...tsdbStatusEndpoints(queries, () => storage.headTimeRange()),
    ...adminEndpoints({ clock, storage, enabled: adminEnabled, snapshotFolder: sources.snapshotFolder }),
    ...receiverEndpoints(remoteWrite, sources.otlp),
    readEndpoint(sources.remoteRead),
    ...scrapePoolEndpoints(sources.poolConfigs),
    tsdbBlockEndpoint(sources.blockMetas),
    selfMetricsEndpoint(sources.registry),
    featuresEndpoint(sources.features),
    ...searchEndpoints({ clock, queries, scrape, ...sources.search }),
  ];
  const described = [...endpoints, ...sources.earlyEndpoints];
  return [...endpoints, openApiEndpoint({ ...sources.openApi, endpoints: described })];
}
