import { rename } from 'node:fs/promises';
import { writeTextFamily } from '@narthex/exposition';
import {
  createApplication,
  listen,
  type Listening,
  mountHealth,
  normalizeRoutePrefix,
  shownAddress,
  WebGuard,
} from '@narthex/http';
import { createProgramRegistry, type Registry } from '@narthex/client';
import { type Clock, Closers, type Logger, VERSION, versionInfo } from '@narthex/process';
import { PersistenceError } from './errors.js';
import { type Flags, shownFlags } from './flags.js';
import { exposedFamilies } from './groups/exposed.js';
import { type PushedType } from './groups/family.js';
import { GroupStore, type MetricGroup } from './groups/group-store.js';
import { Persister, readGroups } from './groups/persistence.js';
import { mountApi } from './http/api.js';
import { mountPush, requestCounter } from './http/push.js';
import { statusPage } from './page/status-page.js';

export interface PushgatewayOptions {
  readonly flags: Flags;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called when the lifecycle API asks for the end. */
  readonly quit: () => void;
}

/** The Pushgateway as one object: `start`, then `stop`. */
export class Pushgateway {
  readonly #options: PushgatewayOptions;
  readonly #closers = new Closers();
  #listening: Listening | undefined;

  constructor(options: PushgatewayOptions) {
    this.#options = options;
  }

  /** Where it listens. */
  get addresses(): Listening['addresses'] {
    return this.#listening?.addresses ?? [];
  }

  /** @throws ListenError, WebConfigError */
  async start(): Promise<void> {
    const { flags, clock, logger, quit } = this.#options;
    const startedAtMs = clock.nowMs();
    const info = versionInfo();
    logger.info('starting pushgateway', { version: VERSION });
    const registry = createProgramRegistry({ prefix: 'pushgateway', ...info });
    const checkConsistency = !flags['push.disable-consistency-check'];
    const file = flags['persistence.file'];
    const groups = file === '' ? [] : await this.#restored(file);
    const store = new GroupStore({
      clock,
      checkConsistency,
      groups,
      ownTypes: () => this.#ownTypes(registry),
    });
    const persister =
      file === ''
        ? undefined
        : new Persister({ file, intervalMs: flags['persistence.interval'], store, clock, logger });
    if (persister !== undefined) this.#closers.add('persistence', () => persister.close());
    const changed = (): void => persister?.changed();

    const prefix = routePrefix(flags);
    const shown = shownFlags(flags);
    const handler = createApplication({
      logger,
      routePrefix: prefix,
      before: [requestCounter(registry)],
      routes: (router) => {
        mountHealth(router, { healthyText: 'OK', readyText: 'OK' });
        mountPush(router, { store, clock, logger, registry, checkConsistency, changed });
        router.get(flags['web.telemetry-path'], async (_request, response) => {
          const pushed = exposedFamilies(store.groups()).map(writeTextFamily).join('');
          response.set('Content-Type', registry.contentType).send((await registry.metrics()) + pushed);
        });
        mountApi(router, {
          store,
          flags: shown,
          version: info,
          startedAtMs,
          adminEnabled: flags['web.enable-admin-api'],
          lifecycleEnabled: flags['web.enable-lifecycle'],
          changed,
          quit,
        });
        router.get(['/', '/status'], (_request, response) => {
          const adminEnabled = flags['web.enable-admin-api'];
          response.type('html').send(
            statusPage({
              groups: store.groups(),
              version: info,
              flags: shown,
              startedAtMs,
              adminEnabled,
              prefix,
            }),
          );
        });
      },
    });
    const guard = await WebGuard.openIfGiven({ file: flags['web.config.file'], clock, logger });
    const listening = await listen({ addresses: flags['web.listen-address'], handler, logger, guard });
    this.#listening = listening;
    this.#closers.add('HTTP server', () => listening.close());
    for (const address of this.addresses) logger.info('Listening on', { address: shownAddress(address) });
  }

  async stop(): Promise<void> {
    await this.#closers.closeAll();
  }

  /** An unreadable file is no reason not to start: it is put aside, so that nothing of it is overwritten. */
  async #restored(file: string): Promise<readonly MetricGroup[]> {
    const { logger } = this.#options;
    try {
      return await readGroups(file);
    } catch (error) {
      if (!(error instanceof PersistenceError)) throw error;
      const aside = `${file}.unreadable`;
      await rename(file, aside);
      logger.error('could not load the persisted metrics, starting without any', {
        err: error,
        kept_as: aside,
      });
      return [];
    }
  }

  #ownTypes(registry: Registry): ReadonlyMap<string, PushedType> {
    const types = new Map<string, PushedType>();
    for (const metric of registry.getMetricsAsArray())
      types.set(metric.name, String(metric.type) as PushedType);
    return types;
  }
}

function routePrefix(flags: Flags): string {
  const external = flags['web.external-url'];
  if (flags['web.route-prefix'] !== '') return normalizeRoutePrefix(flags['web.route-prefix']);
  return normalizeRoutePrefix(external === '' ? '' : new URL(external).pathname);
}
