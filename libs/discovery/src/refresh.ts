import { type TargetGroup } from '@narthex/model';
import { sleep } from '@narthex/process';
import { type DiscovererContext, type PushGroups } from './discoverer.js';

export interface RefreshOptions {
  /** The kind of discovery, for metrics. */
  readonly mechanism: string;
  readonly intervalMs: number;
  /** Finds the groups as they are now. */
  readonly refresh: () => Promise<readonly TargetGroup[]>;
}

/** Looks again and again until the signal aborts. A look that fails is counted and logged, and changes nothing. */
export async function refreshRegularly(
  { mechanism, intervalMs, refresh }: RefreshOptions,
  { clock, logger, metrics, job }: DiscovererContext,
  push: PushGroups,
  signal: AbortSignal,
): Promise<void> {
  const failures = metrics.refreshFailures.labels({ mechanism, config: job });
  failures.inc(0);
  do {
    const startMs = clock.monotonicMs();
    try {
      const groups = await refresh();
      if (signal.aborted) return;
      push(groups);
    } catch (error) {
      if (signal.aborted) return;
      failures.inc();
      logger.error('Unable to refresh target groups', {
        err: error instanceof Error ? error : String(error),
      });
    } finally {
      const seconds = (clock.monotonicMs() - startMs) / 1000;
      metrics.refreshDuration.observe({ mechanism, config: job }, seconds);
      metrics.refreshDurations.observe({ mechanism }, seconds);
    }
  } while (await sleep(clock, intervalMs, signal));
}
