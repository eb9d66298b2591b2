import { type ApiSources } from './endpoints.js';
import { type Endpoint, type Method } from './endpoint.js';
import { ApiError } from './errors.js';
import { featuresEndpoint } from './features.js';
import { openApiEndpoint } from './openapi/openapi.js';
import { readEndpoint } from './read.js';
import { receiverEndpoints } from './receivers.js';
import { scrapePoolEndpoints } from './scrape-pools.js';
import { selfMetricsEndpoint } from './self-metrics.js';
import { statusEndpoints } from './status.js';
import { targetEndpoints } from './targets.js';

/** What the API of an agent tells of. */
export type AgentApiSources = Pick<
  ApiSources,
  | 'scrape'
  | 'own'
  | 'status'
  | 'remoteWrite'
  | 'otlp'
  | 'remoteRead'
  | 'poolConfigs'
  | 'registry'
  | 'features'
  | 'openApi'
  | 'earlyEndpoints'
>;

const GET: readonly Method[] = ['GET'];
const GET_POST: readonly Method[] = ['GET', 'POST'];
const POST_PUT: readonly Method[] = ['POST', 'PUT'];

/** Endpoints that an agent knows, and cannot answer: it has nothing to ask, no rules and no alerts. */
const UNAVAILABLE: readonly (readonly [path: string, methods: readonly Method[]])[] = [
  ['/query', GET_POST],
  ['/query_range', GET_POST],
  ['/query_exemplars', GET_POST],
  ['/format_query', GET_POST],
  ['/parse_query', GET_POST],
  ['/labels', GET_POST],
  ['/label/:name/values', GET],
  ['/series', ['GET', 'POST', 'DELETE']],
  ['/alertmanagers', GET],
  ['/alerts', GET],
  ['/rules', GET],
  ['/status/tsdb', GET],
  ['/status/tsdb/blocks', GET],
  ['/search/metric_names', GET_POST],
  ['/search/label_names', GET_POST],
  ['/search/label_values', GET_POST],
  ['/admin/tsdb/delete_series', POST_PUT],
  ['/admin/tsdb/clean_tombstones', POST_PUT],
  ['/admin/tsdb/snapshot', POST_PUT],
];

/** Every endpoint under `/api/v1` in agent mode. */
export function createAgentEndpoints(sources: AgentApiSources): readonly Endpoint[] {
  const endpoints = [
    ...UNAVAILABLE.map(unavailable),
    ...targetEndpoints(sources.scrape, sources.own),
    ...statusEndpoints(sources.status),
    ...receiverEndpoints(sources.remoteWrite, sources.otlp),
    readEndpoint(sources.remoteRead),
    ...scrapePoolEndpoints(sources.poolConfigs),
    selfMetricsEndpoint(sources.registry),
    featuresEndpoint(sources.features),
  ];
  const described = [...endpoints, ...sources.earlyEndpoints];
  return [...endpoints, openApiEndpoint({ ...sources.openApi, endpoints: described })];
}

function unavailable([path, methods]: (typeof UNAVAILABLE)[number]): Endpoint {
  return {
    path,
    methods,
    handle: () => {
      throw new ApiError('execution', 'unavailable with Prometheus Agent');
    },
  };
}
