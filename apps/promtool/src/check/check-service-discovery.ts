import { ConfigError } from '@narthex/config';
import { Registry } from '@narthex/client';
import { DiscoveryManager, DiscoveryMetrics, type TargetSets } from '@narthex/discovery';
import { type Labels, type TargetGroup } from '@narthex/model';
import { createLogger, VERSION } from '@narthex/process';
import { discoveredLabels, TargetError, targetLabels } from '@narthex/scrape';
import { loadServerConfig, type ScrapeJob } from '@narthex/server-config';
import { goJson } from '../go-json.js';
import { type Tool } from '../tool.js';

export interface DiscoveryCheck {
  readonly configFile: string;
  readonly job: string;
  readonly timeoutMs: number;
}

/** `promtool check service-discovery`: what a job's discovery finds, and what relabelling makes of it. */
export async function checkServiceDiscovery(options: DiscoveryCheck, tool: Tool): Promise<number> {
  let jobs: readonly ScrapeJob[];
  try {
    ({ jobs } = await loadServerConfig(options.configFile, {
      environment: process.env,
      acceptUnsupported: true,
    }));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    tool.error(`Cannot load config ${error.sentence}\n`);
    return 1;
  }
  const job = jobs.find(({ job_name: name }) => name === options.job);
  if (job === undefined) {
    tool.error(`Job ${options.job} not found. Select one of:\n`);
    for (const { job_name: name } of jobs) tool.error(`\t${name}\n`);
    return 1;
  }
  const groups = await discover(job, options.timeoutMs, tool);
  tool.out(goJson(results(groups, job), '  '));
  return 0;
}

/** What is known when every discovery has reported, or when the time is up. */
async function discover(
  job: ScrapeJob,
  timeoutMs: number,
  { clock, error }: Tool,
): Promise<readonly TargetGroup[]> {
  const registry = new Registry();
  const logger = createLogger({ level: 'warn', write: error, nowMs: () => clock.nowMs() });
  let manager: DiscoveryManager | undefined;
  const sets = await new Promise<TargetSets>((onUpdate) => {
    manager = new DiscoveryManager({
      name: 'scrape',
      clock,
      logger,
      metrics: new DiscoveryMetrics(registry),
      userAgent: `promtool/${VERSION}`,
      onUpdate,
      updateIntervalMs: timeoutMs,
    });
    manager.applyConfig(new Map([[job.job_name, job]]));
  });
  await manager?.stop();
  return sets.get(job.job_name) ?? [];
}

interface TargetResult {
  readonly discoveredLabels: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** There, and empty, when the labels make no target: as upstream prints errors. */
  readonly error?: Readonly<Record<string, never>>;
}

function results(groups: readonly TargetGroup[], job: ScrapeJob): TargetResult[] {
  const byText = new Map<string, TargetResult>();
  for (const group of groups) {
    for (const target of group.targets) {
      const result = resultOf(discoveredLabels(target, group, job), job);
      byText.set(JSON.stringify(result), result);
    }
  }
  return [...byText.values()];
}

function resultOf(discovered: Labels, job: ScrapeJob): TargetResult {
  const before = Object.fromEntries(discovered);
  try {
    const labels = targetLabels(discovered, job);
    return { discoveredLabels: before, labels: labels === undefined ? {} : Object.fromEntries(labels) };
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    return { discoveredLabels: before, labels: {}, error: {} };
  }
}
