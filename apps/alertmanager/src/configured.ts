import { type Alert } from './alerts/alert';
import { type Current } from './api/current';
import { type Config } from './config/load';
import { Dispatcher } from './dispatch/dispatcher';
import { Inhibitor } from './inhibition/inhibitor';
import { NamedIntervals } from './intervals/named-intervals';
import { createPipeline } from './notify/pipeline';
import { buildReceivers, type Receivers } from './receivers/build';
import { EMAIL_TEMPLATES } from './receivers/email/templates';
import { SLACK_TEMPLATES } from './receivers/slack/templates';
import { Route } from './routing/route';
import { type Runtime } from './runtime';
import { Silencer } from './silences/silencer';
import { SHARED_TEMPLATES } from './templates/shared-templates';
import { Templates } from './templates/templates';

export interface ConfiguredOptions {
  readonly runtime: Runtime;
  readonly config: Config;
  readonly externalUrl: string;
  readonly maintenanceIntervalMs: number;
  /** Nothing is notified before this moment. */
  readonly startAtMs: number;
}

/** The engines of one configuration, from its loading to its replacement by the next. */
export class Configured {
  readonly current: Current;
  readonly config: Config;
  readonly #runtime: Runtime;
  readonly #dispatcher: Dispatcher;
  readonly #inhibitor: Inhibitor;
  readonly #receivers: Receivers;
  readonly #forgetSources = (): void => this.#inhibitor.collectGarbage();
  #unsubscribe: (() => void) | undefined;

  private constructor(options: ConfiguredOptions, templates: Templates) {
    const { runtime, config } = options;
    const { clock, logger, statuses, groupMutes, silences, log, hash } = runtime;
    this.#runtime = runtime;
    this.config = config;
    const route = new Route(config.route);
    this.#receivers = buildReceivers({ receivers: config.receivers, templates, clock });
    this.#inhibitor = new Inhibitor({ rules: config.inhibitionRules, clock, statuses });
    const silencer = new Silencer({ silences, statuses });
    const pipeline = createPipeline({
      receivers: this.#receivers.byName,
      inhibitor: this.#inhibitor,
      silencer,
      intervals: new NamedIntervals(config.intervals),
      groupMutes,
      log,
      hash,
      clock,
      logger: logger.with({ component: 'dispatcher' }),
      metrics: runtime.notificationMetrics,
      random: Math.random,
    });
    this.#dispatcher = new Dispatcher({
      route,
      pipeline,
      groupMutes,
      clock,
      logger: logger.with({ component: 'dispatcher' }),
      metrics: runtime.dispatcherMetrics,
      maintenanceIntervalMs: options.maintenanceIntervalMs,
      startAtMs: options.startAtMs,
    });
    this.current = {
      resolveTimeoutMs: config.resolveTimeoutMs,
      route,
      dispatcher: this.#dispatcher,
      receivers: config.receivers,
      shownConfig: config.shown,
      updateStatus: ({ labels }) => {
        this.#inhibitor.mutes(labels);
        silencer.mutes(labels);
      },
    };
  }

  /**
   * Makes everything the configuration asks for; nothing is sent before it is started.
   * @throws TemplateParseError, Error where template files cannot be read
   */
  static async create(options: ConfiguredOptions): Promise<Configured> {
    const templates = await Templates.load({
      defaults: [SHARED_TEMPLATES, SLACK_TEMPLATES, EMAIL_TEMPLATES],
      globs: options.config.templates,
      externalUrl: options.externalUrl,
      clock: options.runtime.clock,
    });
    return new Configured(options, templates);
  }

  /** Takes over: every alert there is goes into its groups, and from now on each new one. */
  start(): void {
    const { alerts, onAlertsDeleted, notificationMetrics } = this.#runtime;
    const integrations = [...this.#receivers.byName.values()].flat();
    notificationMetrics.initialise(integrations.map(({ key }) => key));
    this.#dispatcher.start();
    // Sources have to be known before the first group asks whether it is inhibited.
    for (const alert of alerts.all()) this.#inhibitor.observe(alert);
    this.#unsubscribe = alerts.subscribe((alert: Alert) => {
      this.#inhibitor.observe(alert);
      this.#dispatcher.dispatch(alert);
    });
    onAlertsDeleted.add(this.#forgetSources);
  }

  async stop(): Promise<void> {
    this.#unsubscribe?.();
    this.#runtime.onAlertsDeleted.delete(this.#forgetSources);
    await this.#dispatcher.stop();
    await this.#receivers.close();
  }
}
