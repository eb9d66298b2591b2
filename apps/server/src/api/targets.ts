import { formatDuration, type Labels, matchesAll } from '@narthex/model';
import {
  globalUrl,
  type OwnAddress,
  type PoolTargets,
  type Target,
  type TargetMetadata,
} from '@narthex/scrape';
import { type Endpoint } from './endpoint.js';
import { sendData } from './envelope.js';
import { ApiError, invalidParameter } from './errors.js';
import { machineIntegerOf, type Parameters, selectorOf } from './parameters.js';
import { goSeconds, goTime } from './timestamps.js';

/** What is scraped. */
export interface TargetSource {
  targets(): readonly PoolTargets[];
  poolNames(): readonly string[];
  metadata(metricFamily?: string): Iterable<TargetMetadata>;
}

/** `/targets`, `/scrape_pools`, `/targets/metadata`, `/metadata`. */
export function targetEndpoints(source: TargetSource, own: OwnAddress): readonly Endpoint[] {
  const get = (path: string, data: (parameters: Parameters) => unknown): Endpoint => ({
    isPlain: true,
    path,
    methods: ['GET'],
    handle: (parameters, response) => sendData(response, data(parameters)),
  });
  return [
    get('/targets', (parameters) => targets(source, own, parameters)),
    get('/scrape_pools', () => ({ scrapePools: [...source.poolNames()].sort() })),
    get('/targets/metadata', (parameters) => targetMetadata(source, parameters)),
    get('/metadata', (parameters) => metadata(source, parameters)),
  ];
}

function targets(source: TargetSource, own: OwnAddress, parameters: Parameters): unknown {
  const state = parameters.get('state').toLowerCase();
  const wantedPool = parameters.get('scrapePool');
  const pools = [...source.targets()].sort((a, b) => (a.pool < b.pool ? -1 : 1));
  const shown = pools.filter(({ pool }) => wantedPool === '' || pool === wantedPool);
  const withActive = state === '' || state === 'any' || state === 'active';
  const withDropped = state === '' || state === 'any' || state === 'dropped';
  return {
    activeTargets: withActive ? shown.flatMap(({ pool, active }) => activeJson(pool, active, own)) : [],
    droppedTargets: withDropped
      ? shown.flatMap(({ pool, dropped }) =>
          dropped.map((labels) => ({ discoveredLabels: labels, scrapePool: pool })),
        )
      : [],
    droppedTargetCounts: withDropped
      ? Object.fromEntries(pools.map(({ pool, droppedCount }) => [pool, droppedCount]))
      : null,
  };
}

function activeJson(pool: string, active: readonly Target[], own: OwnAddress): unknown[] {
  return active.map((target) => ({
    discoveredLabels: target.discoveredLabels,
    labels: target.publicLabels,
    scrapePool: pool,
    scrapeUrl: target.url,
    globalUrl: globalUrl(target.url, own),
    lastError: target.last?.error ?? '',
    lastScrape: goTime(target.last?.startMs),
    lastScrapeDuration: goSeconds((target.last?.durationMs ?? 0) / 1000),
    health: target.health,
    scrapeInterval: formatDuration(target.intervalMs),
    scrapeTimeout: formatDuration(target.timeoutMs),
  }));
}

function targetMetadata(source: TargetSource, parameters: Parameters): unknown {
  const limit = limitOf(parameters, 'limit');
  const selector = parameters.get('match_target');
  const matchers =
    selector === '' ? [] : selectorOf(selector, (reason) => invalidParameter('match_target', reason));
  const metric = parameters.get('metric');
  const found: unknown[] = [];
  let last: Labels | undefined;
  for (const { target, metricFamily, type, help, unit } of source.metadata(
    metric === '' ? undefined : metric,
  )) {
    // Upstream looks at the limit between targets only.
    if (target !== last && limit >= 0 && found.length >= limit) break;
    last = target;
    if (!matchesAll(target, matchers)) continue;
    found.push(
      metric === '' ? { target, metric: metricFamily, type, help, unit } : { target, type, help, unit },
    );
  }
  return found;
}

function metadata(source: TargetSource, parameters: Parameters): unknown {
  const limit = limitOf(parameters, 'limit');
  const limitPerMetric = limitOf(parameters, 'limit_per_metric');
  const metric = parameters.get('metric');
  const byMetric = new Map<string, Map<string, unknown>>();
  for (const { metricFamily, type, unit, help } of source.metadata(metric === '' ? undefined : metric)) {
    let entries = byMetric.get(metricFamily);
    if (entries === undefined) {
      if (limit >= 0 && byMetric.size >= limit) continue;
      entries = new Map();
      byMetric.set(metricFamily, entries);
    }
    if (limitPerMetric > 0 && entries.size >= limitPerMetric) continue;
    entries.set(JSON.stringify([type, unit, help]), { type, unit, help });
  }
  const names = [...byMetric].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(names.map(([name, entries]) => [name, [...entries.values()]]));
}

/** -1, which means no limit, when not given. */
function limitOf(parameters: Parameters, name: string): number {
  const given = parameters.get(name);
  if (given === '') return -1;
  const limit = machineIntegerOf(given);
  if (limit === undefined) throw new ApiError('bad_data', `${name} must be a number`);
  return limit;
}
