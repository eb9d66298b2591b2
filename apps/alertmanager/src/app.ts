import { mkdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import { createProgramRegistry, type Registry } from '@narthex/client';
import { ConfigError } from '@narthex/config';
import {
  createApplication,
  listen,
  type Listening,
  methodNotAllowed,
  mountHealth,
  mountMetrics,
  normalizeRoutePrefix,
  shownAddress,
  WebGuard,
} from '@narthex/http';
import { type Clock, Closers, type Logger, versionInfo } from '@narthex/process';
import express, { type Router } from 'express';
import { AlertsMetrics } from './api/alerts-metrics';
import { createApi, v1Gone } from './api/api';
import { limitGetRequests } from './api/request-limit';
import { requestMetrics } from './api/request-metrics';
import { DEFAULT_CLUSTER_ADDRESS } from './cluster-flags';
import { loadConfig } from './config/load';
import { Configured } from './configured';
import { externalUrl } from './external-url';
import { readFeatures } from './features';
import { type AlertmanagerFlags } from './flags';
import { MatcherParser } from './matchers/matcher-parser';
import { restoreState } from './persistence';
import { createRuntime, type Runtime } from './runtime';

export interface AppOptions {
  readonly flags: AlertmanagerFlags;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where the pages are. */
  readonly uiFolder: string;
}

const FEWEST_CONCURRENT_GETS = 8;

/** Alertmanager: takes alerts, groups, mutes and routes them, and notifies. */
export class AlertmanagerApp {
  readonly #options: AppOptions;
  readonly #closers = new Closers();
  readonly #registry: Registry;
  readonly #parser: MatcherParser;
  readonly #runtime: Runtime;
  readonly #externalUrl: string;
  readonly #startedAtMs: number;
  #configured: Configured | undefined;
  #listening: Listening | undefined;
  /** Reloads follow one another. */
  #reloading: Promise<void> = Promise.resolve();

  private constructor(options: AppOptions, registry: Registry, parser: MatcherParser, runtime: Runtime) {
    const { flags, clock } = options;
    this.#options = options;
    this.#registry = registry;
    this.#parser = parser;
    this.#runtime = runtime;
    this.#startedAtMs = clock.nowMs();
    this.#externalUrl = externalUrl(flags['web.external-url'], flags['web.listen-address'][0] ?? '');
  }

  /** @throws FeatureError, ExternalUrlError */
  static async create(options: AppOptions): Promise<AlertmanagerApp> {
    const { flags, clock, logger } = options;
    const { matcherMode, receiverNamesInMetrics } = readFeatures(flags['enable-feature'], logger);
    const parser = new MatcherParser({ mode: matcherMode, logger });
    const registry = createProgramRegistry({ prefix: 'alertmanager', ...versionInfo() });
    const runtime = await createRuntime({
      clock,
      logger,
      registry,
      parser,
      retentionMs: flags['data.retention'],
      alertGcIntervalMs: flags['alerts.gc-interval'],
      alertsPerName: flags['alerts.per-alertname-limit'],
      maxSilences: flags['silences.max-silences'],
      maxSilenceBytes: flags['silences.max-silence-size-bytes'],
      receiverNamesInMetrics,
    });
    return new AlertmanagerApp(options, registry, parser, runtime);
  }

  /** Where it listens, once it does. */
  get addresses(): Listening['addresses'] {
    return this.#listening?.addresses ?? [];
  }

  /**
   * Loads state and configuration, then listens. Where that fails everything is closed again.
   * @throws ConfigError, ListenError, WebConfigError, SnapshotError, Error of the file system
   */
  async start(): Promise<void> {
    try {
      await this.#open();
    } catch (error) {
      await this.#closers.closeAll();
      throw error;
    }
  }

  async #open(): Promise<void> {
    const { flags, clock, logger } = this.#options;
    this.#warnOfClustering();
    await mkdir(flags['storage.path'], { recursive: true, mode: 0o777 });
    const maintenances = await restoreState({
      folder: flags['storage.path'],
      intervalMs: flags['data.maintenance-interval'],
      runtime: this.#runtime,
      registry: this.#registry,
    });
    for (const maintenance of maintenances) {
      maintenance.start();
      this.#closers.add('snapshot', () => maintenance.stop());
    }
    this.#runtime.alerts.start();
    this.#closers.add('alerts', () => this.#runtime.alerts.stop());
    await this.#load();
    this.#closers.add('notifications', () => this.#configured?.stop());
    this.#listening = await listen({
      addresses: flags['web.listen-address'],
      handler: this.#handler(),
      logger,
      guard: await WebGuard.openIfGiven({ file: flags['web.config.file'], clock, logger }),
    });
    this.#closers.add('listeners', () => this.#listening?.close());
    for (const bound of this.addresses) logger.info('Listening on', { address: shownAddress(bound) });
  }

  /**
   * Reads the configuration anew. When it cannot be used the old one stays in force.
   * @throws ConfigError, TemplateParseError, Error
   */
  reload(): Promise<void> {
    const next = this.#reloading.then(() => this.#load());
    this.#reloading = next.catch(() => undefined);
    return next;
  }

  /** Stops notifying and writes a last snapshot. */
  async stop(): Promise<void> {
    await this.#reloading;
    await this.#closers.closeAll();
  }

  async #load(): Promise<void> {
    const { flags, logger } = this.#options;
    const log = logger.with({ component: 'configuration', file: flags['config.file'] });
    log.info('Loading configuration file');
    try {
      const config = await loadConfig(flags['config.file'], this.#parser);
      const next = await Configured.create({
        runtime: this.#runtime,
        config,
        externalUrl: this.#externalUrl,
        maintenanceIntervalMs: flags['dispatch.maintenance-interval'],
        startAtMs: this.#startedAtMs + flags['dispatch.start-delay'],
      });
      await this.#configured?.stop();
      this.#configured = next;
      next.start();
      this.#runtime.metrics.reloaded(config);
      log.info('Completed loading of configuration file');
    } catch (error) {
      this.#runtime.metrics.reloadFailed();
      const line = error instanceof ConfigError ? error.line : undefined;
      log.error('Loading configuration file failed', {
        ...(line !== undefined && { line }),
        err: asError(error),
      });
      throw error;
    }
  }

  #handler(): express.Express {
    const { flags, logger } = this.#options;
    const given = flags['web.route-prefix'];
    const routePrefix = normalizeRoutePrefix(given === '' ? new URL(this.#externalUrl).pathname : given);
    return createApplication({
      logger,
      routePrefix,
      redirectsRoot: true,
      before: [requestMetrics(this.#registry, routePrefix)],
      routes: (router) => this.#mount(router),
    });
  }

  #mount(router: Router): void {
    const { flags, clock, logger, uiFolder } = this.#options;
    const registry = this.#registry;
    const concurrency = flags['web.get-concurrency'];
    const limit = concurrency > 0 ? concurrency : Math.max(cpus().length, FEWEST_CONCURRENT_GETS);
    mountHealth(router, { healthyText: 'OK', readyText: 'OK' });
    router.all(['/-/healthy', '/-/ready'], methodNotAllowed(['GET', 'HEAD', 'OPTIONS']));
    router.post('/-/reload', async (_request, response) => {
      try {
        await this.reload();
        response.status(200).end();
      } catch (error) {
        const text = `failed to reload config: ${asError(error).message}\n`;
        response.status(500).type('text/plain; charset=utf-8').send(text);
      }
    });
    router.all('/-/reload', methodNotAllowed(['OPTIONS', 'POST']));
    mountMetrics(router, registry);
    router.use('/api/v1', v1Gone(logger));
    const api = createApi({
      ...this.#runtime,
      current: () => this.#current(),
      parser: this.#parser,
      clock,
      logger,
      metrics: new AlertsMetrics(registry),
      logChanges: flags['log.silences'],
      version: versionInfo(),
      startedAtMs: this.#startedAtMs,
    });
    router.use('/api/v2', limitGetRequests(limit, registry), api);
    router.get('/', (request, response, next) => {
      // The page's own addresses are relative to its folder.
      const [path = '', query] = request.originalUrl.split('?', 2);
      if (path.endsWith('/')) next();
      else response.redirect(302, `${path}/${query === undefined ? '' : `?${query}`}`);
    });
    router.use(express.static(uiFolder, { index: 'index.html', cacheControl: false, redirect: false }));
  }

  #current(): Configured['current'] {
    if (this.#configured === undefined)
      throw new Error('the program listens only after its configuration is loaded');
    return this.#configured.current;
  }

  #warnOfClustering(): void {
    const { flags, logger } = this.#options;
    const address = flags['cluster.listen-address'];
    const asked = address !== '' && address !== DEFAULT_CLUSTER_ADDRESS;
    if (!asked && flags['cluster.peer'].length === 0) return;
    logger.warn(
      'CLUSTERING IS NOT SUPPORTED YET: this Alertmanager runs alone. Silences and the notification log are not shared, every instance notifies on its own.',
      { listenAddress: address, peers: flags['cluster.peer'].join(',') },
    );
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
