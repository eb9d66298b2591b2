import { hostname } from 'node:os';
import { createProgramRegistry, Gauge, type Registry } from '@narthex/client';
import { listen, type Listening, ListenError, shownAddress, WebConfigError, WebGuard } from '@narthex/http';
import { Labels } from '@narthex/model';
import { type Clock, Closers, type Logger, versionInfo } from '@narthex/process';
import { GoAlertTemplates } from '@narthex/rules';
import { type Endpoint } from './api/endpoint.js';
import { notificationEndpoints } from './api/notifications.js';
import { walReplayEndpoint } from './api/wal-replay.js';
import { type ServedAt, servedAt } from './flags/external-url.js';
import { type ServerFlags } from './flags/flags.js';
import { AgentMode } from './run/agent-mode.js';
import { reloadOnChange } from './run/auto-reload.js';
import { ConfigLoader, placeOf } from './run/config-loader.js';
import { ReloadError, StartError } from './run/errors.js';
import { type Features } from './flags/features.js';
import { type LoadedConfig } from './run/load-everything.js';
import { type Mode } from './run/mode.js';
import { Notifications } from './run/notifications.js';
import { registerProcessMetrics } from './run/process-metrics.js';
import { ReloadState } from './run/reload-state.js';
import { ServerFacts } from './run/server-facts.js';
import { ServerMode } from './run/server-mode.js';
import { tracedRequests } from './run/tracing/request-spans.js';
import { ServerTracing } from './run/tracing/server-tracing.js';
import { createWeb, type Web } from './web/application.js';
import { connectionMetrics } from './web/connection-metrics.js';
import { corsOrigins } from './web/cors.js';
import { type ServerState } from './web/readiness.js';

export interface ServerAppOptions extends Features {
  readonly flags: ServerFlags;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where variables of external labels are looked up. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where the pages are. */
  readonly uiFolder: string;
  /** The file that query workers run. */
  readonly workerFile: string;
  /** The file that the maintenance worker of the database runs. */
  readonly maintenanceFile: string;
  /** The file that the worker of an agent runs. */
  readonly agentFile: string;
  /** Called when a request asks the server to stop. */
  readonly onQuit: () => void;
}

/** As Go's server takes them. */
const MOST_HEADER_BYTES = 1024 * 1024;

interface Parts {
  readonly options: ServerAppOptions;
  readonly registry: Registry;
  readonly served: ServedAt;
  readonly loader: ConfigLoader;
  readonly loaded: LoadedConfig;
}

/** The Prometheus server: what `main.ts` starts, reloads and stops. */
export class ServerApp {
  readonly #options: ServerAppOptions;
  readonly #registry: Registry;
  readonly #served: ServedAt;
  readonly #loader: ConfigLoader;
  readonly #reloadState: ReloadState;
  readonly #closers = new Closers();
  readonly #facts: ServerFacts;
  readonly #notifications: Notifications;
  readonly #earlyEndpoints: readonly Endpoint[];
  readonly #tracing: ServerTracing;
  #state: ServerState = 'starting';
  #config: LoadedConfig;
  #mode: Mode | undefined;
  #listening: Listening | undefined;
  #starting: Promise<void> = Promise.resolve();
  /** Reloads follow one another. */
  #reloading: Promise<void> = Promise.resolve();

  private constructor({ options, registry, served, loader, loaded }: Parts) {
    this.#options = options;
    this.#registry = registry;
    this.#served = served;
    this.#loader = loader;
    this.#config = loaded;
    this.#reloadState = new ReloadState(registry);
    registerProcessMetrics({ registry });
    const { clock, logger } = options;
    const { version } = versionInfo();
    this.#tracing = new ServerTracing({ clock, version, logger: logger.with({ component: 'tracing' }) });
    this.#facts = new ServerFacts({
      flags: options.flags,
      clock: options.clock,
      registry,
      served,
      reloadState: this.#reloadState,
      state: () => this.#state,
    });
    this.#notifications = new Notifications({
      registry,
      maxSubscribers: options.flags['web.max-notifications-subscribers'],
      active: () => this.#facts.notifications(),
    });
    this.#earlyEndpoints = [
      walReplayEndpoint(() => this.#facts.replayProgress()),
      ...notificationEndpoints(this.#notifications),
    ];
    const isReady = (): boolean => this.#state === 'ready';
    new Gauge({
      name: 'prometheus_ready',
      help: 'Whether Prometheus startup was fully completed and the server is ready for normal operation.',
      registers: [registry],
      collect() {
        this.set(isReady() ? 1 : 0);
      },
    });
  }

  /**
   * Checks flags and configuration; opens nothing yet.
   * @throws StartError
   */
  static async create(options: ServerAppOptions): Promise<ServerApp> {
    const { flags, clock, logger, environment, startTimestamps, engineFeatures } = options;
    const served = flagValue(() => servedAt(flags, hostname()));
    await checkSnapshotFlags(flags);
    const registry = createProgramRegistry({ prefix: 'prometheus', ...versionInfo() });
    const { externalUrl } = served;
    const templates = new GoAlertTemplates({
      externalLabels: Labels.EMPTY,
      externalUrl,
      nowMs: () => clock.nowMs(),
    });
    const file = flags['config.file'];
    const protoFirst = startTimestamps || options.startStorage;
    const agentMode = flags.agent;
    const loader = new ConfigLoader({
      file,
      agentMode,
      logger,
      environment,
      templates,
      protoFirst,
      engineFeatures,
    });
    return new ServerApp({ options, registry, served, loader, loaded: await loader.atStart() });
  }

  /** Where it listens, once it does. */
  get addresses(): Listening['addresses'] {
    return this.#listening?.addresses ?? [];
  }

  /**
   * Listens, opens the database, and takes the configuration over.
   * @throws StartError; then everything that was opened is closed again.
   */
  start(): Promise<void> {
    this.#starting = this.#start().catch(async (error: unknown) => {
      await this.#close();
      throw error;
    });
    return this.#starting;
  }

  /**
   * Loads the configuration again. On any mistake the one in force stays.
   * @throws ReloadError
   */
  reload(): Promise<void> {
    const turn = this.#reloading.then(() => this.#reload());
    this.#reloading = turn.catch(() => undefined);
    return turn;
  }

  /** Stops everything; what was stored is on disk when it resolves. */
  async stop(): Promise<void> {
    // Whoever started hears of what went wrong there.
    await this.#starting.catch(() => undefined);
    await this.#close();
  }

  async #close(): Promise<void> {
    this.#state = 'stopping';
    this.#notifications.changed();
    this.#notifications.close();
    await this.#reloading;
    await this.#closers.closeAll();
    this.#options.logger.info('See you next time!');
  }

  async #start(): Promise<void> {
    const { flags, logger } = this.#options;
    const web = await this.#listen();
    const mode = await this.#openMode();
    this.#mode = mode;
    this.#closers.add('tracing', () => this.#tracing.stop());
    this.#closers.add('mode', () => mode.stop());
    logger.info('Loading configuration file', { filename: flags['config.file'] });
    await this.#apply(this.#config);
    const { endpoints, federation, consoles } = await mode.web();
    web.open(endpoints, federation, consoles);
    this.#state = 'ready';
    this.#notifications.changed();
    logger.info('Server is ready to receive web requests.');
    mode.ready();
    if (this.#options.autoReload) this.#watchFiles();
  }

  #openMode(): Promise<Mode> {
    const { flags, clock, logger } = this.#options;
    const context = {
      ...this.#options,
      features: this.#options,
      flags,
      clock,
      logger,
      registry: this.#registry,
      served: this.#served,
      facts: this.#facts,
      tracing: this.#tracing,
      config: () => this.#config.server,
      earlyEndpoints: this.#earlyEndpoints,
      addresses: () => this.addresses,
    };
    return flags.agent ? AgentMode.open(context) : ServerMode.open(context);
  }

  async #listen(): Promise<Web> {
    const { flags, clock, logger, uiFolder, onQuit } = this.#options;
    const web = createWeb({
      flags,
      clock,
      logger: logger.with({ component: 'web' }),
      registry: this.#registry,
      servedAt: this.#served,
      corsOrigins: flagValue(() => corsOrigins(flags['web.cors.origin'])),
      uiFolder,
      state: () => this.#state,
      earlyEndpoints: this.#earlyEndpoints,
      reload: () => this.reload(),
      quit: onQuit,
    });
    try {
      const guard = await WebGuard.openIfGiven({ file: flags['web.config.file'], clock, logger });
      const listening = await listen({
        addresses: flags['web.listen-address'],
        handler: tracedRequests(web.handler, this.#tracing),
        guard,
        logger: logger.with({ component: 'web' }),
        readTimeoutMs: flags['web.read-timeout'],
        maxConnections: flags['web.max-connections'],
        maxHeaderBytes: MOST_HEADER_BYTES,
        counts: connectionMetrics(this.#registry),
      });
      this.#listening = listening;
      this.#closers.add('web', () => listening.close());
    } catch (error) {
      if (error instanceof WebConfigError) {
        const fields = { file: flags['web.config.file'], err: error };
        throw new StartError('LISTEN', 'Unable to validate web configuration file', fields, { cause: error });
      }
      if (!(error instanceof ListenError)) throw error;
      throw new StartError('LISTEN', 'Unable to start web listener', { err: error }, { cause: error });
    }
    for (const address of this.addresses) {
      logger.info('Listening on', { component: 'web', address: shownAddress(address) });
    }
    return web;
  }

  async #reload(): Promise<void> {
    const { logger } = this.#options;
    try {
      if (this.#state !== 'ready') throw new ReloadError('APPLY', 'the server is not ready');
      await this.#apply(await this.#loader.again());
    } catch (error) {
      this.#reloadState.failed(this.#options.clock.nowMs());
      const err = error instanceof Error ? error : new Error(String(error));
      logger.error('Error reloading config', { ...placeOf(err.cause), err: err.message });
      throw err;
    } finally {
      this.#notifications.changed();
    }
  }

  async #apply(loaded: LoadedConfig): Promise<void> {
    const { flags, clock, logger } = this.#options;
    const startMs = clock.monotonicMs();
    try {
      await this.#mode?.apply(loaded);
      await this.#tracing.applyConfig(loaded.server.config.tracing);
    } catch (cause) {
      const err = cause instanceof Error ? cause : new Error(String(cause));
      logger.error('Failed to apply configuration', { err });
      const file = flags['config.file'];
      throw new ReloadError(
        'APPLY',
        `one or more errors occurred while applying the new configuration (--config.file="${file}"): ${err.message}`,
        { cause },
      );
    }
    this.#config = loaded;
    this.#reloadState.succeeded(clock.nowMs());
    logger.info('Completed loading of configuration file', {
      filename: flags['config.file'],
      totalDuration: `${(clock.monotonicMs() - startMs).toFixed(3)}ms`,
    });
  }

  #watchFiles(): void {
    const { flags, clock } = this.#options;
    const abort = new AbortController();
    const watching = reloadOnChange(
      {
        clock,
        intervalMs: Math.max(1000, flags['config.auto-reload-interval']),
        files: () => {
          const { ruleFiles, scrapeConfigFiles } = this.#config.server;
          return [flags['config.file'], ...scrapeConfigFiles, ...ruleFiles];
        },
        // A reload that fails has said so in the log.
        reload: () => this.reload().catch(() => undefined),
      },
      abort.signal,
    );
    this.#closers.add('configuration watch', () => {
      abort.abort();
      return watching;
    });
  }
}

/** @throws StartError with code `FLAGS`. What checks cron expressions is only loaded where there is one. */
async function checkSnapshotFlags(flags: ServerFlags): Promise<void> {
  const expression = flags['storage.tsdb.snapshot-schedule'];
  if (flags['storage.tsdb.snapshot-keep'] < 0) {
    throw new StartError('FLAGS', "flag 'storage.tsdb.snapshot-keep' must not be negative", {});
  }
  if (expression === '') return;
  const { checkCronExpression } = await import('./run/scheduled-snapshots.js');
  flagValue(() => checkCronExpression(expression));
}

/** @throws StartError with code `FLAGS` for what `read` throws. */
function flagValue<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new StartError('FLAGS', message, {}, { cause });
  }
}
