import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Registry } from '@narthex/client';
import { DiscoveryManager, DiscoveryMetrics } from '@narthex/discovery';
import { type Labels, LabelsBuilder, type TargetGroup } from '@narthex/model';
import { Notifier } from '@narthex/notifier';
import { type Clock, Closers, type Logger, type TraceSpan } from '@narthex/process';
import {
  ActiveQueries,
  type EvaluatedQuery,
  QueryPool,
  SmallQueries,
  threadOf,
  type QueryWorkerSetup,
} from '@narthex/query-worker';
import {
  type ActiveAlert,
  type AlertingRule,
  CountedTemplates,
  EvaluationSlots,
  expressionLink,
  GoAlertTemplates,
  RuleManager,
  RuleMetrics,
  TemplateMetrics,
} from '@narthex/rules';
import { type RemoteReadStorage, type RemoteWriteStorage } from '@narthex/remote';
import { type ScrapeManager } from '@narthex/scrape';
import { type TsdbDatabase } from '@narthex/tsdb';
import { maxExemplarsOf } from '../flags/exemplars.js';
import { type ExternalUrl } from '../flags/external-url.js';
import { type Features } from '../flags/features.js';
import { type ServerFlags } from '../flags/flags.js';
import { retentionOf } from '../flags/retention.js';
import { AlertmanagerClients } from './alertmanager-clients.js';
import { DialerMetrics } from './dialer-metrics.js';
import { floatEncoding } from './float-encoding.js';
import { type LoadedConfig } from './load-everything.js';
import { QueryLog } from './query-log.js';
import { connectReader, createRemoteRead, remoteReadSettings } from './remote-read.js';
import { createRemoteWrite, remoteWriteSettings } from './remote-write.js';
import { Scraping } from './scraping.js';
import { traceQuery } from './tracing/query-spans.js';
import { type ServerTracing } from './tracing/server-tracing.js';

/** Columns live outside the heap of a query worker: a larger nursery takes memory and saves next to nothing. */
const WORKER_LIMITS = { maxYoungGenerationSizeMb: 12 } as const;

export interface EnginesOptions {
  readonly flags: ServerFlags;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly database: TsdbDatabase;
  readonly externalUrl: ExternalUrl;
  /** The file that query workers run. */
  readonly workerFile: string;
  readonly features: Features;
  readonly userAgent: string;
  readonly tracing: ServerTracing;
}

/** Everything that works on the database: scraping, rules, notifications, queries. */
export class Engines {
  readonly queries: QueryPool<QueryWorkerSetup>;
  readonly rules: RuleManager;
  readonly notifier: Notifier;
  readonly #options: EnginesOptions;
  readonly #closers = new Closers();
  readonly #queryLog: QueryLog;
  readonly #alertmanagers: AlertmanagerClients;
  readonly #dialers: DialerMetrics;
  readonly #remoteWrite: RemoteWriteStorage;
  readonly #remoteRead: RemoteReadStorage;
  readonly #scraping: Scraping;
  readonly #notifyDiscovery: DiscoveryManager;
  #subqueryStepMs = 60_000;

  constructor(options: EnginesOptions) {
    this.#options = options;
    const { flags, clock, logger, registry, database, userAgent } = options;
    this.#queryLog = new QueryLog({ clock, registry, logger: logger.with({ component: 'query engine' }) });
    this.#closers.add('query log', () => this.#queryLog.close());
    const dialers = new DialerMetrics(registry);
    this.#dialers = dialers;
    this.#remoteWrite = createRemoteWrite({
      ...options,
      dialers,
      walDirectory: join(flags['storage.tsdb.path'], 'wal'),
      received: () => database.appended(),
      metadata: () => this.scrape.metadata(),
    });
    // Stopped once nothing writes any more.
    this.#closers.add('remote write', () => this.#remoteWrite.stop());
    this.#remoteRead = createRemoteRead({ ...options, dialers });
    this.#closers.add('remote read', () => this.#remoteRead.close());
    this.queries = this.#createPool();
    this.#closers.add('query workers', () => this.queries.close());

    this.#alertmanagers = new AlertmanagerClients(clock, userAgent, () => dialers.named('alertmanager'));
    this.#closers.add('Alertmanager clients', () => this.#alertmanagers.close());
    this.notifier = new Notifier({
      clock,
      registry,
      logger: logger.with({ component: 'notifier' }),
      queueCapacity: flags['alertmanager.notification-queue-capacity'],
      batchSize: flags['alertmanager.notification-batch-size'],
      drainOnShutdown: flags['alertmanager.drain-notification-queue-on-shutdown'],
    });
    this.#closers.add('notifier', () => this.notifier.stop());

    const metrics = new DiscoveryMetrics(registry);
    this.#scraping = new Scraping({ ...options, appendable: database, discoveryMetrics: metrics, dialers });
    this.#closers.add('scraping', () => this.#scraping.stop());
    this.rules = this.#createRuleManager();
    this.#closers.add('rule manager', () => this.rules.stop());

    this.#notifyDiscovery = this.#createNotifyDiscovery(metrics);
  }

  get scrape(): ScrapeManager {
    return this.#scraping.manager;
  }

  /** Takes a checked configuration over, section by section. */
  async apply({ server, ruleGroups }: LoadedConfig): Promise<void> {
    const { config, jobs, externalLabels } = server;
    // What follows takes its part over even where this, or a job, cannot.
    const [logging] = await Promise.allSettled([this.#queryLog.open(config.global.query_log_file)]);
    this.#subqueryStepMs = config.global.evaluation_interval;
    this.#options.database.setRetention(retentionOf(this.#options.flags, config));
    const floatChunkEncoding = floatEncoding(config, this.#options.features);
    this.#options.database.applyConfig({
      outOfOrderTimeWindowMs: config.storage.tsdb?.out_of_order_time_window ?? 0,
      staleSeriesCompactionThreshold: config.storage.tsdb?.stale_series_compaction_threshold ?? 0,
      floatChunkEncoding,
    });
    if (this.#options.features.keepExemplars) this.#options.database.setMaxExemplars(maxExemplarsOf(config));

    const [remoteWrite, remoteRead] = await Promise.allSettled([
      this.#remoteWrite.applyConfig(remoteWriteSettings(server)),
      this.#remoteRead.applyConfig(remoteReadSettings(server)),
    ]);

    const { alertmanagers, alert_relabel_configs } = config.alerting;
    const { configs, retire } = this.#alertmanagers.replace(alertmanagers);
    this.notifier.applyConfig({
      externalLabels,
      alertRelabelRules: alert_relabel_configs,
      alertmanagers: configs,
    });
    this.#notifyDiscovery.applyConfig(new Map(alertmanagers.map((entry, index) => [setName(index), entry])));
    await retire();

    const [scraping] = await Promise.allSettled([this.#scraping.apply(jobs, externalLabels)]);

    await this.rules.update({
      evaluationIntervalMs: config.global.evaluation_interval,
      ruleQueryOffsetMs: config.global.rule_query_offset,
      externalLabels,
      groups: ruleGroups,
    });
    for (const outcome of [logging, remoteWrite, remoteRead, scraping])
      if (outcome.status === 'rejected') throw outcome.reason;
  }

  /** Stops everything, what feeds others first. */
  async stop(): Promise<void> {
    await this.#closers.closeAll();
  }

  #createPool(): QueryPool<QueryWorkerSetup> {
    const { flags, clock, logger, registry, database, workerFile } = this.#options;
    const engine = {
      lookbackDeltaMs: flags['query.lookback-delta'],
      maxSamples: flags['query.max-samples'],
      timeoutMs: flags['query.timeout'],
      features: this.#options.features.engineFeatures,
    };
    const activeQueries = new ActiveQueries({
      folder: flags['storage.tsdb.path'],
      maxConcurrency: flags['query.max-concurrency'],
      clock,
      logger: logger.with({ component: 'activeQueryTracker' }),
    });
    this.#closers.add('active queries', () => activeQueries.close());
    return new QueryPool<QueryWorkerSetup>({
      clock,
      registry,
      logger: logger.with({ component: 'query engine' }),
      spawn: () => threadOf(new Worker(workerFile, { resourceLimits: WORKER_LIMITS })),
      open: () => {
        const share = database.share();
        const { handles, transferList } = share;
        const remote = connectReader(this.#remoteRead);
        const release = (): void => {
          remote.close();
          share.release();
        };
        const setup = { handles, engine, remote: remote.handles };
        return { setup, transfer: [...transferList, remote.handles.port], release };
      },
      workers: Math.max(2, availableParallelism()),
      maxConcurrency: flags['query.max-concurrency'],
      timeoutMs: flags['query.timeout'],
      subqueryStepMs: () => this.#subqueryStepMs,
      onEvaluated: (query) => this.#queryLog.write(query, this.#traceQuery(query)),
      tracing: this.#options.tracing,
      onBegin: (query) => activeQueries.add(query),
      small: new SmallQueries({
        storage: database,
        limits: engine,
        clock,
        isOff: () => this.#remoteRead.hasStores,
      }),
    });
  }

  #traceQuery(query: EvaluatedQuery): TraceSpan | undefined {
    const { clock, tracing, features } = this.#options;
    return traceQuery(query, tracing, { clock, parserOptions: features.engineFeatures });
  }

  #createRuleManager(): RuleManager {
    const { flags, clock, logger, registry, database, externalUrl, features, tracing } = this.#options;
    const templateMetrics = new TemplateMetrics(registry);
    return new RuleManager({
      clock,
      logger: logger.with({ component: 'rule manager' }),
      metrics: new RuleMetrics(registry),
      tracing,
      storage: database,
      query: (expression, timestampMs, group) =>
        this.queries.vector(expression, timestampMs, group && { ruleGroup: { ...group } }),
      notify: (rule, alerts) => this.#notify(rule, alerts),
      resendDelayMs: flags['rules.alert.resend-delay'],
      outageToleranceMs: flags['rules.alert.for-outage-tolerance'],
      gracePeriodMs: flags['rules.alert.for-grace-period'],
      slots: features.concurrentRules ? new EvaluationSlots(flags['rules.max-concurrent-evals']) : undefined,
      parserOptions: features.engineFeatures,
      templates: (externalLabels) =>
        new CountedTemplates(
          new GoAlertTemplates({ externalLabels, externalUrl, nowMs: () => clock.nowMs() }),
          templateMetrics,
        ),
    });
  }

  #createNotifyDiscovery(metrics: DiscoveryMetrics): DiscoveryManager {
    const { clock, logger, userAgent } = this.#options;
    const manager = new DiscoveryManager({
      name: 'notify',
      clock,
      metrics,
      userAgent,
      dials: (name) => this.#dialers.named(name),
      onUpdate: (sets) => this.#takeAlertmanagers(sets),
      logger: logger.with({ component: 'discovery manager notify' }),
    });
    this.#closers.add('notify discovery', () => manager.stop());
    return manager;
  }

  #takeAlertmanagers(sets: ReadonlyMap<string, readonly TargetGroup[]>): void {
    for (const [index, groups] of [...sets.values()].entries()) {
      this.notifier.updateTargets(index, groups.flatMap(targetsOf));
    }
  }

  #notify(rule: AlertingRule, alerts: readonly Readonly<ActiveAlert>[]): void {
    const base = this.#options.externalUrl.href.replace(/\/+$/, '');
    const generatorUrl = base + expressionLink(rule.expression, 'table');
    this.notifier.send(
      alerts.map(({ labels, annotations, firedAtMs, activeAtMs, resolvedAtMs, validUntilMs }) => ({
        labels,
        annotations,
        startsAtMs: firedAtMs ?? activeAtMs,
        endsAtMs: resolvedAtMs ?? validUntilMs,
        generatorUrl,
      })),
    );
  }
}

/** The name of one `alertmanagers` entry among the discoveries, as upstream's metrics have it. */
function setName(index: number): string {
  return `config-${index}`;
}

/** The labels of a group's targets; a target's own win over the group's. */
function targetsOf(group: TargetGroup): Labels[] {
  return group.targets.map((target) => {
    const builder = new LabelsBuilder(group.labels);
    for (const [name, value] of target) builder.set(name, value);
    return builder.labels();
  });
}
