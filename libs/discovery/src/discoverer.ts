import { type DialCounts } from '@narthex/httpclient';
import { type TargetGroup } from '@narthex/model';
import { type Clock, type Logger } from '@narthex/process';
import { type DiscoveryMetrics } from './metrics.js';

/** Takes what a discovery found. A group replaces the one of the same source; one without targets removes it. */
export type PushGroups = (groups: readonly TargetGroup[]) => void;

/** Finds targets in one place. */
export interface Discoverer {
  /** Pushes what it finds, and goes on until the signal aborts; then it has let go of everything it held. */
  run(push: PushGroups, signal: AbortSignal): Promise<void>;
}

/** What discoveries are made with. */
export interface DiscovererContext {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: DiscoveryMetrics;
  readonly userAgent: string;
  /** What is told of connections that serve a purpose. */
  readonly dials?: ((purpose: string) => DialCounts) | undefined;
  /** The job, for metrics and logs. */
  readonly job: string;
}
