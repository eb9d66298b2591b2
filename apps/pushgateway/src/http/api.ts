import { type Response, type Router } from 'express';
import { methodNotAllowed, pageNotFound } from '@narthex/http';
import { formatFloatG } from '@narthex/model';
import { type VersionInfo } from '@narthex/process';
import { timeFamilies } from '../groups/exposed.js';
import { type PushedFamily } from '../groups/family.js';
import { type GroupStore, type MetricGroup } from '../groups/group-store.js';

export interface ApiOptions {
  readonly store: GroupStore;
  readonly flags: Readonly<Record<string, string>>;
  readonly version: VersionInfo;
  readonly startedAtMs: number;
  readonly adminEnabled: boolean;
  readonly lifecycleEnabled: boolean;
  readonly changed: () => void;
  /** Ends the program. */
  readonly quit: () => void;
}

/** `/api/v1/…` and `/-/quit`. */
export function mountApi(router: Router, options: ApiOptions): void {
  const { store, adminEnabled, lifecycleEnabled } = options;
  router.get('/api/v1/status', (_request, response) =>
    succeed(response, {
      build_information: options.version,
      flags: options.flags,
      start_time: new Date(options.startedAtMs).toISOString(),
    }),
  );
  router.get('/api/v1/metrics', (_request, response) => succeed(response, store.groups().map(groupJson)));
  router.options(/^\/api\/v1\//, (_request, response) => {
    response.set({
      'Access-Control-Allow-Headers': 'Accept, Authorization, Content-Type, Origin',
      'Access-Control-Allow-Methods': 'GET, POST, DELETE',
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Expose-Headers': 'Date',
    });
    response.status(204).end();
  });
  router.put('/api/v1/admin/wipe', (request, response, next) => {
    if (!adminEnabled) {
      pageNotFound(request, response, next);
      return;
    }
    store.deleteAll();
    options.changed();
    response.status(202).end();
  });
  router.all(/^\/api\/v1\/(status|metrics)$/, methodNotAllowed(['GET', 'OPTIONS']));
  for (const method of ['put', 'post'] as const) {
    router[method]('/-/quit', (_request, response) => {
      if (!lifecycleEnabled) {
        response.status(403).type('text/plain').send('Lifecycle API is not enabled.');
        return;
      }
      response.type('text/plain').send('Requesting termination... Goodbye!');
      options.quit();
    });
  }
  router.get('/-/quit', (_request, response) => {
    response.status(405).type('text/plain').send('Only POST or PUT requests allowed.');
  });
}

function succeed(response: Response, data: unknown): void {
  response.set('Access-Control-Allow-Origin', '*').json({ status: 'success', data });
}

function groupJson(group: MetricGroup): Record<string, unknown> {
  const times = timeFamilies(group);
  const shown: Record<string, unknown> = {
    labels: Object.fromEntries(group.key),
    last_push_successful: group.pushedAtMs >= group.failedAtMs,
  };
  for (const family of [...times, ...group.families.values()]) {
    const timeMs = group.familyTimesMs.get(family.name) ?? Math.max(group.pushedAtMs, group.failedAtMs);
    shown[family.name] = familyJson(family, timeMs);
  }
  return shown;
}

function familyJson(family: PushedFamily, timeMs: number): Record<string, unknown> {
  return {
    time_stamp: new Date(timeMs).toISOString(),
    type: family.type.toUpperCase(),
    ...(family.help === undefined ? {} : { help: family.help }),
    metrics: family.metrics.map(({ labels, value }) => {
      const shownLabels = Object.fromEntries(labels);
      if (value.kind === 'value') return { labels: shownLabels, value: formatFloatG(value.value) };
      const steps = value.kind === 'summary' ? value.quantiles : value.buckets;
      return {
        labels: shownLabels,
        [value.kind === 'summary' ? 'quantiles' : 'buckets']: Object.fromEntries(
          steps.map(([step, at]) => [formatFloatG(step), formatFloatG(at)]),
        ),
        count: formatFloatG(value.count),
        sum: formatFloatG(value.sum),
      };
    }),
  };
}
