import { createProgramRegistry } from '@narthex/client';
import { createApplication, listen, type Listening, shownAddress, WebGuard } from '@narthex/http';
import {
  type Clock,
  Closers,
  type FlagSpecs,
  type FlagValues,
  type Logger,
  versionInfo,
} from '@narthex/process';
import { type CollectorDefinition } from './collector.js';
import { CollectorRunner } from './collector-runner.js';
import { LINUX_COLLECTORS } from './collectors/linux.js';
import { CollectorFlagError } from './errors.js';
import { enabledCollectors, knownCollectors, type ProgramFlags } from './flags.js';
import { HostPaths } from './host/paths.js';
import { landingPage } from './http/landing-page.js';
import { MetricsPage } from './http/metrics-page.js';
import { HandlerMetrics } from './http/own-metrics.js';
import { PORTABLE_COLLECTORS } from './portable/collectors.js';

/** The collectors that a platform has. */
export function collectorsOf(platform: NodeJS.Platform): readonly CollectorDefinition[] {
  return platform === 'linux' ? LINUX_COLLECTORS : PORTABLE_COLLECTORS;
}

export interface NodeExporterOptions {
  readonly flags: ProgramFlags & FlagValues<FlagSpecs>;
  /** Names of the flags that the command line had. */
  readonly given: ReadonlySet<string>;
  readonly collectors: readonly CollectorDefinition[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The node exporter as one object: `start`, then `stop`. */
export class NodeExporter {
  readonly #options: NodeExporterOptions;
  readonly #closers = new Closers();
  #listening: Listening | undefined;

  constructor(options: NodeExporterOptions) {
    this.#options = options;
  }

  /** Where it listens. */
  get addresses(): Listening['addresses'] {
    return this.#listening?.addresses ?? [];
  }

  /**
   * @throws CollectorFlagError when a collector cannot be made as the flags ask
   * @throws ListenError, WebConfigError
   */
  async start(): Promise<void> {
    const { flags, clock, logger } = this.#options;
    const info = versionInfo();
    const version = `(version=${info.version}, branch=${info.branch}, revision=${info.revision})`;
    logger.info('Starting node_exporter', { version });
    const metricsPath = flags['web.telemetry-path'];
    const page = this.#metricsPage();
    const handler = createApplication({
      logger,
      routes: (router) => {
        router.get(metricsPath, page.handle);
        if (metricsPath === '/') return;
        router.get('/', (_request, response) =>
          response.type('html').send(landingPage(version, metricsPath)),
        );
      },
    });
    const guard = await WebGuard.openIfGiven({ file: flags['web.config.file'], clock, logger });
    const listening = await listen({ addresses: flags['web.listen-address'], handler, logger, guard });
    this.#listening = listening;
    this.#closers.add('HTTP server', () => listening.close());
    for (const address of listening.addresses)
      logger.info('Listening on', { address: shownAddress(address) });
  }

  async stop(): Promise<void> {
    await this.#closers.closeAll();
  }

  #metricsPage(): MetricsPage {
    const { flags, given, collectors, clock, logger } = this.#options;
    const { definitions, unavailable } = enabledCollectors(collectors, flags, given);
    if (unavailable.length > 0) {
      throw new CollectorFlagError(`collectors that are not in this build: ${unavailable.join(', ')}`);
    }
    const paths = new HostPaths({
      procfs: flags['path.procfs'],
      sysfs: flags['path.sysfs'],
      rootfs: flags['path.rootfs'],
      udevData: flags['path.udev.data'],
    });
    const made = new Map(
      definitions.map((definition) => {
        const context = { paths, clock, logger: logger.with({ collector: definition.name }) };
        return [definition.name, definition.create(context, flags, given)];
      }),
    );
    logger.info('Enabled collectors');
    for (const name of [...made.keys()].sort()) logger.info(name);
    const registry = createProgramRegistry({ prefix: 'node_exporter', ...versionInfo() });
    return new MetricsPage({
      runner: new CollectorRunner({ collectors: made, clock, logger }),
      enabled: new Set(made.keys()),
      known: knownCollectors(collectors),
      registry,
      handlerMetrics: new HandlerMetrics(registry),
      showsExporter: !flags['web.disable-exporter-metrics'],
      maxRequests: flags['web.max-requests'],
      logger,
    });
  }
}
