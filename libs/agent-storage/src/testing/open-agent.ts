import { Registry } from '@narthex/client';
import { type Labels } from '@narthex/model';
import { type SeriesRef } from '@narthex/storage';
import { ManualClock, RecordingLogger } from '@narthex/testkit';
import { AgentStorage, type AgentStorageOptions } from '../agent-storage.js';

export const START_MS = 1_700_000_000_000;

/** A storage in a folder, and what it is given. */
export interface OpenAgent {
  readonly agent: AgentStorage;
  readonly clock: ManualClock;
  readonly logger: RecordingLogger;
  readonly registry: Registry;
}

export async function openAgent(
  path: string,
  options: Partial<AgentStorageOptions> = {},
  clock = new ManualClock(START_MS),
): Promise<OpenAgent> {
  const logger = new RecordingLogger();
  const registry = new Registry();
  const lowestSentTimestampMs = (): undefined => undefined;
  const agent = await AgentStorage.open({ path, clock, logger, registry, lowestSentTimestampMs, ...options });
  return { agent, clock, logger, registry };
}

/** Appends one float to each series, in one transaction. */
export async function append(
  agent: AgentStorage,
  series: readonly Labels[],
  timestampMs: number,
  value = 1,
): Promise<readonly SeriesRef[]> {
  const appender = agent.appender();
  const refs = series.map((labels) => appender.series(labels));
  for (const ref of refs) appender.float(ref, timestampMs, value);
  await appender.commit();
  return refs;
}

/** One value of a metric of ours. */
export async function metricValue(
  registry: Registry,
  name: string,
  type?: string,
): Promise<number | undefined> {
  const values = (await registry.getSingleMetric(name)?.get())?.values ?? [];
  return values.find((each) => type === undefined || each.labels.type === type)?.value;
}
